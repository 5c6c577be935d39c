"""What a whole server writes, gunicorn's lines too: never a position, a text or a token."""

import json
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from tests.app.canaries import FORGED, HERE, PRIVATE, SAID, a_check_in, about_requests
from tests.served import Phone, serving
from tests.world import Json, point

WIRE: dict[str, str] = {
    "a feed": f"GET /v1/check-ins?lat={HERE.lat}&lon={HERE.lon}&radius=9 HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": f"GET /v1/check-ins?lat={HERE.lat}&lon={HERE.lon}\r\nHost: x\r\n\r\n",
    "another version": f"GET /v1/places?lat={HERE.lat}&lon={HERE.lon} HTTP/9.9\r\nHost: x\r\n\r\n",
    "a space too much": f"GET /v1/places?lat={HERE.lat}& lon={HERE.lon} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header of two lines": f"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n {FORGED}\r\n\r\n",
    "a header without a name": f"GET /v1/me HTTP/1.1\r\nHost: x\r\n{FORGED}\r\n\r\n",
    "a header with a bad name": f"GET /v1/me HTTP/1.1\r\nHost: x\r\nBearer {FORGED}: x\r\n\r\n",
    "a chunk of words": f"POST /v1/check-ins HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{SAID}\r\n",
    "a phone's report": f"GET /phones/traccar?id={FORGED}&lat={HERE.lat}&lon={HERE.lon} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a phone's, no version": f"POST /phones/traccar?id={FORGED}&lat={HERE.lat}\r\nHost: x\r\n\r\n",
    "a phone's, with no form": f"POST /phones/traccar?id={FORGED} HTTP/1.1\r\nHost: x\r\n{FORGED}\r\n\r\n",
    "an endless line": f"GET /v1/places?lat={HERE.lat}&text={SAID}{'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n",
}


def test_a_server_writes_nothing_private_whatever_it_is_sent(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its own log and gunicorn's, of a process as script/server starts it."""
    written = tmp_path / "log"
    with written.open("w") as out, pytest.MonkeyPatch.context() as patch:
        # Where a served server's lines go else.
        patch.setattr("tests.served.subprocess", SimpleNamespace(DEVNULL=out, Popen=subprocess.Popen))
        with serving(database_url) as served:
            phone = Phone(served, f"ana-{SAID}")
            assert phone.ask("POST", "/check-ins", a_check_in()).status_code == 201
            detour = {"Authorization": f"Bearer {phone.token}", "X-Detour": "1"}
            requests.post(f"{served.url}/v1/check-ins", json=a_check_in(), headers=detour, timeout=10)
            secrets = _report(phone)
            port = int(served.url.rpartition(":")[2])
            for said in WIRE.values():
                _say(port, said)
            give_up = time.monotonic() + 5
            while len(_requests_in(written)) < 5 and time.monotonic() < give_up:
                time.sleep(0.05)
    told = written.read_text() + capfd.readouterr().err
    assert len(_requests_in(written)) >= 5
    leaked = {private for private in (*PRIVATE, *secrets, phone.token) if private in told}
    assert leaked == set(), [line for line in told.splitlines() if any(each in line for each in leaked)]


def _report(phone: Phone) -> list[str]:
    """Have three apps report, as they should and without a right to; what they prove themselves with."""
    made = [
        phone.ask("POST", "/me/devices", {"name": SAID, "app": app}).json()["setup"]
        for app in ("owntracks", "traccar", "overland")
    ]
    home = phone.served.url
    tracks = {"_type": "location", "lat": HERE.lat, "lon": HERE.lon, "tst": int(time.time()), "poi": SAID}
    proof = (made[0]["username"], made[0]["password"])
    feature = {"geometry": point(HERE), "properties": {"timestamp": "now", "wifi": SAID}}
    for token in (made[1]["token"], FORGED):
        report = {"id": token, "lat": str(HERE.lat), "lon": str(HERE.lon)}
        bearer = {"Authorization": f"Bearer {token}"}
        requests.post(f"{home}/phones/owntracks", json=tracks, auth=proof, timeout=10)
        requests.get(f"{home}/phones/traccar", params=report, timeout=10)
        requests.post(f"{home}/phones/traccar", data=report, timeout=10)
        requests.post(f"{home}/phones/overland", json={"locations": [feature]}, headers=bearer, timeout=10)
    return [made[0]["password"], *(each["token"] for each in made[1:])]


def _requests_in(written: Path) -> list[Json]:
    return about_requests([json.loads(line) for line in written.read_text().splitlines()])


def _say(port: int, said: str) -> None:
    """Say it, and hear the server out. It may hang up on what it will not read to the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as phone, suppress(ConnectionError):
        phone.sendall(said.encode())
        phone.shutdown(socket.SHUT_WR)
        while phone.recv(65_536):
            pass
