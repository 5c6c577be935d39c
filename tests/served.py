"""The whole program in processes of its own, as script/server runs it, on a port of the test's."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import requests
import socketio

ROOT = Path(__file__).parents[1]
#: Below the range from which the system gives out ports by itself.
PORTS = range(20100, 20600)
GIVE_UP_S = 30.0
#: Handles of whom the operator of these servers names moderators.
MODERATORS = ("olga", "otto")
Json = dict[str, Any]


class Served:
    """A running server."""

    def __init__(self, port: int, database_url: str, workers: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        #: The same by name, which passkeys need.
        self.named_url = f"http://localhost:{port}"
        self._database_url = database_url
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it can serve."""
        environment = os.environ | {
            "HEREABOUTS_DATABASE_URL": self._database_url,
            "HEREABOUTS_BUS": "postgres" if self._workers > 1 else "process",
            "PYTHONPATH": str(ROOT),
            "HEREABOUTS_LIMITS": "no",
            # People of these tests are now here, now there.
            "HEREABOUTS_PLAUSIBILITY": "no",
            # Communities of these tests have one member or two.
            "HEREABOUTS_PEOPLE_TO_GROW": "0",
            "HEREABOUTS_ORIGIN": self.named_url,
            "HEREABOUTS_MODERATORS": " ".join(MODERATORS),
        }
        address = self.url.removeprefix("http://")
        # Ended by the kernel should the tests be killed; util-linux is part of every Debian.
        mortal = ["setpriv", "--pdeathsig", "TERM", "--"]
        command = [*mortal, sys.executable, "-m", "gunicorn", "-c", "script/gunicorn.conf.py", "-b", address]
        self._process = subprocess.Popen(
            [*command, "-w", str(self._workers)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        give_up = time.monotonic() + GIVE_UP_S
        while time.monotonic() < give_up:
            assert self._process.poll() is None, "the server ended before it could serve"
            with suppress(requests.RequestException):
                if requests.get(f"{self.url}/readyz", timeout=5).ok:
                    return
            time.sleep(0.05)
        raise AssertionError("the server does not start")

    def kill(self) -> None:
        """End all of its processes at once, as a power cut does."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(GIVE_UP_S)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            self._process.wait()


@contextmanager
def serving(database_url: str, workers: int = 1) -> Iterator[Served]:
    """A server for as long as the test needs one."""
    served = Served(free_port(), database_url, workers)
    try:
        served.start()
        yield served
    finally:
        served.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    # By chance, for another run on this machine may be looking for one at the same moment.
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as trying, suppress(OSError):
            trying.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port is free in {PORTS}")


class Phone:
    """Somebody's phone: speaks HTTP, and hears what comes over a socket in the order it comes."""

    def __init__(self, served: Served, handle: str, token: str | None = None) -> None:
        self.served = served
        self.handle = handle
        self.token = token or self._sign_up()
        self.heard: list[tuple[str, Json]] = []
        self._socket: socketio.Client | None = None

    def _sign_up(self) -> str:
        body = {"handle": self.handle, "password": "correct horse"}
        answer = requests.post(f"{self.served.url}/v1/people", json=body, timeout=GIVE_UP_S)
        assert answer.status_code == 201, answer.text
        self.token = cast(str, answer.json()["token"])
        self.ask("PUT", "/me/contract", {"ready": "open-house"}, match="*").raise_for_status()
        return self.token

    def ask(
        self, method: str, path: str, body: Any = None, key: str | None = None, match: str | None = None
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        headers |= {"If-Match": match} if match else {}
        return requests.request(
            method, f"{self.served.url}/v1{path}", json=body, headers=headers, timeout=GIVE_UP_S
        )

    def get(self, path: str) -> Json:
        return self._wanted(self.ask("GET", path))

    def post(self, path: str, body: Any = None, key: str | None = None) -> Json:
        return self._wanted(self.ask("POST", path, {} if body is None else body, key))

    def put(self, path: str) -> Json:
        return self._wanted(self.ask("PUT", path))

    def delete(self, path: str) -> None:
        self._wanted(self.ask("DELETE", path))

    def connect(self) -> None:
        """Open a socket; raises socketio's ConnectionError where it is refused."""
        client = socketio.Client(reconnection=False)
        client.on("*", lambda name, said: self.heard.append((name, said)))
        client.connect(self.served.url, auth={"token": self.token}, transports=["websocket"])
        self._socket = client

    def disconnect(self) -> None:
        if self._socket is not None:
            self._socket.disconnect()
            self._socket = None

    def say(self, name: str, said: Any = None) -> Json:
        """Say something on the socket; the answer."""
        assert self._socket is not None
        return cast(Json, self._socket.call(name, said, timeout=GIVE_UP_S))

    @property
    def connected(self) -> bool:
        return self._socket is not None and self._socket.connected

    def wait_for(self, count: int, name: str | None = None) -> list[Json]:
        """What has been heard (of one name), once it is so much."""
        give_up = time.monotonic() + GIVE_UP_S
        while time.monotonic() < give_up:
            found = [said for each, said in self.heard if name in {None, each}]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{self.handle} heard {self.heard}, not {count} of {name}")

    def wait_until(self, it_is_so: Callable[[], bool]) -> None:
        """Wait for something that comes by itself."""
        give_up = time.monotonic() + GIVE_UP_S
        while not it_is_so():
            assert time.monotonic() < give_up, f"{self.handle} waited in vain"
            time.sleep(0.01)

    @staticmethod
    def _wanted(answer: requests.Response) -> Json:
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return cast(Json, answer.json() if answer.content else {})
