"""A process that sends is killed in the middle: nothing is lost, and what comes twice has the same id."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app import clock
from app.db import Database
from app.webhooks.delivering import LEASE, MOST_AT_ONCE
from tests.app.webhooks.hooks import SECOND, a_hook, sender_of, sends
from tests.app.webhooks.shop import AUTHORITY, OK, a_shop, post_to, stalls
from tests.world import World

ROOT = Path(__file__).parents[3]
MESSAGES = 6


def test_what_a_killed_process_was_sending_comes_again(
    app: Flask, world: World, database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhooks"))
    hook = a_hook(world)
    for _ in range(MESSAGES):
        hook.tests()
    authority = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(authority))
    with a_shop() as shop:
        shop.answering = stalls(60.0)
        asked = ["-m", "tests.app.webhooks.dying", database_url, str(shop.address[1]), str(authority)]
        dying = subprocess.Popen([sys.executable, *asked], cwd=ROOT)
        until = time.monotonic() + 60
        while len(shop.got) < MOST_AT_ONCE and time.monotonic() < until:
            time.sleep(0.02)
        dying.send_signal(signal.SIGKILL)
        assert dying.wait(10) == -signal.SIGKILL
        assert len(shop.got) == MOST_AT_ONCE
        shop.answering = lambda connection, got: connection.sendall(OK)
        sender = sender_of(app)
        sender.post = post_to(shop.address)
        # What it had is its own, and so are its places, until the lease is over.
        assert sends(sender) == 0
        with clock.travelling(LEASE + SECOND):
            assert sends(sender) == MESSAGES
        times = Counter(each.headers["webhook-id"] for each in shop.got)
    assert set(times) == {each["id"] for each in hook.log}
    assert sorted(times.values()) == [1] * (MESSAGES - MOST_AT_ONCE) + [2] * MOST_AT_ONCE
    assert {each["state"] for each in hook.log} == {"delivered"}
