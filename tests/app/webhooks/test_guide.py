"""The receivers in the guide: they run as they stand there, take what our sender sent, and nothing else."""

import http.client
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import Database
from app.ids import new_id
from app.webhooks.keys import new_secret
from app.webhooks.signing import shown, signed
from tests.app.webhooks.hooks import a_hook, sender_of, sends
from tests.app.webhooks.shop import Got, a_shop, post_to
from tests.world import World

BODY = '{"a":"Gràcia"}'
LISTENS = '.listen(0, "127.0.0.1", function () { console.log(this.address().port); });'
NAMES = """
const seen = new Set();
const firstTime = (id) => !seen.has(id) && seen.add(id);
const later = (message) => console.log(JSON.stringify(message));
"""


@dataclass
class Receiver:
    """The one in JavaScript, as a process."""

    port: int
    says: IO[str]

    def answers(self, headers: Mapping[str, str], body: bytes) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", "/hooks", body, dict(headers))
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def secret() -> bytes:
    return new_secret()


def receiving(folder: Path, secret: str) -> Iterator[Receiver]:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        pytest.skip(
            "NOBODY RAN THE RECEIVER IN JAVASCRIPT: there is no Node.js here. script/test installs it."
        )
    (example,) = re.findall(r"```js\n(.*?)```", Path("docs/webhooks.md").read_text(), re.DOTALL)
    program = folder / "receiver.mjs"
    assert example.endswith(".listen(8080);\n")
    program.write_text(NAMES + example.replace("whsec_…", secret).replace(".listen(8080);", LISTENS))
    with subprocess.Popen([node, str(program)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Receiver(int(process.stdout.readline()), process.stdout)
        finally:
            process.terminate()


@pytest.fixture
def receiver(tmp_path: Path, secret: bytes) -> Iterator[Receiver]:
    yield from receiving(tmp_path, shown(secret))


def sent(world: World, app: Flask, database: Database) -> tuple[str, Got]:
    """What our own sender sent, and the secret of its webhook."""
    hook = a_hook(world)
    with a_shop() as shop:
        sender = sender_of(app)
        sender.post = post_to(shop.address)
        hook.tests()
        sends(sender)
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhooks"))
    (got,) = shop.got
    return str(hook.made["secret"]), got


def test_the_receiver_in_javascript_takes_what_was_sent_once(
    world: World, app: Flask, database: Database, tmp_path: Path
) -> None:
    secret, got = sent(world, app, database)
    for receiver in receiving(tmp_path, secret):
        for _ in range(2):
            assert receiver.answers(got.headers, got.body) == 204
        assert receiver.answers(got.headers, got.body.replace(b"test", b"tset")) == 400
        assert json.loads(receiver.says.readline())["type"] == "webhook.test"


def test_it_takes_nothing_that_was_changed_or_is_old_or_is_by_another(
    receiver: Receiver, secret: bytes
) -> None:
    now, body = datetime.now(UTC), BODY.encode()
    good = signed(new_id(), BODY, now, [new_secret(), secret])
    (_, ours) = good["webhook-signature"].split(" ")
    bad = {
        "by another": signed(new_id(), BODY, now, [new_secret()]),
        "old": signed(new_id(), BODY, now - timedelta(minutes=6), [secret]),
        "to come": signed(new_id(), BODY, now + timedelta(minutes=6), [secret]),
        "no time": {**good, "webhook-timestamp": "now"},
        "another id": {**good, "webhook-id": str(new_id())},
        "cut short": {**good, "webhook-signature": ours[:20]},
        "of another kind": {**good, "webhook-signature": ours.replace("v1,", "v2,")},
        "nothing": {**good, "webhook-signature": "v1 , v1,"},
        "no signature": {name: said for name, said in good.items() if name != "webhook-signature"},
        "no headers": {},
    }
    assert {why: receiver.answers(headers, body) for why, headers in bad.items()} == dict.fromkeys(bad, 400)
    assert receiver.answers(good, body + b" ") == 400
    assert receiver.answers(good, body) == 204
    assert json.loads(receiver.says.readline()) == {"a": "Gràcia"}


def test_whoever_hangs_up_does_not_end_it(receiver: Receiver, secret: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=30)
    connection.putrequest("POST", "/hooks")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"half")
    connection.close()
    # One after another, so that by the last it has noticed for certain.
    for _ in range(20):
        said = signed(new_id(), BODY, datetime.now(UTC), [secret])
        assert receiver.answers(said, BODY.encode()) == 204
