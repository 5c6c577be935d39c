"""Hereabouts as a contestant: all that the benchmarks know of our own server stands in this file."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.accounts.rules import Token
from bench import processes
from bench.archive import Kept
from bench.city import CheckIn, City, number_in
from bench.database import URL_SETTING, Database
from bench.inhabitants import found, keep, settle
from bench.service import Address, Dealt, Refused

FEED = "/v1/check-ins?lat={lat}&lon={lon}&radius={radius}&limit={limit}"
#: For one client that asks more often than one person may.
WITHOUT_LIMITS = {"HEREABOUTS_LIMITS": "no"}
_PUSH = b'42["check_in",'


@dataclass(frozen=True)
class OurDialogue:
    """Socket.IO 5 over a WebSocket: connect with a token, then one `watch` after the other."""

    tokens: Sequence[str]
    dealt: Dealt
    path: str = "/socket.io/?EIO=4&transport=websocket"

    def hello(self, watcher: int) -> Sequence[bytes]:
        """The server speaks first."""
        return ()

    def answer(self, watcher: int, message: bytes) -> Sequence[bytes]:
        """Answers pings, says who it is, and watches the next circle once the one before is acknowledged."""
        if message == b"2":
            return (b"3",)
        if message.startswith(b"0"):
            return (b'40{"token":"%s"}' % self.tokens[watcher % len(self.tokens)].encode(),)
        if message.startswith(b"40"):
            return (self._watch(watcher, 0),)
        if (watched := _acknowledged(message)) is None or watched + 1 == len(self.dealt[watcher]):
            return ()
        return (self._watch(watcher, watched + 1),)

    def is_watching(self, watcher: int, message: bytes) -> bool:
        """Whether the last of the watcher's watches is acknowledged."""
        return _acknowledged(message) == len(self.dealt[watcher]) - 1

    def number_heard(self, message: bytes) -> int | None:
        """Only pushes count: an acknowledgement may tell of check-ins too."""
        return number_in(message) if message.startswith(_PUSH) else None

    def _watch(self, watcher: int, which: int) -> bytes:
        watch = self.dealt[watcher][which]
        circle = {"lat": watch.lat, "lon": watch.lon, "radius_m": watch.radius_m}
        # Without what is there already, as the peer tells of nothing but what comes.
        wanted = {"name": f"w{which}", "circle": circle, "topics": [watch.topic], "snapshot": 0}
        return f"42{which}".encode() + _json(["watch", wanted])


@dataclass(frozen=True)
class Hereabouts:
    """A running server of ours on a database of its own, with people signed in."""

    name: str
    address: Address
    database: Database
    pid: int
    tokens: Sequence[str]
    most_per_s: int = 15000

    def post(self, check_in: CheckIn) -> bytes:
        """A public check-in of one of the people."""
        body = _json(
            {
                "position": {"type": "Point", "coordinates": [check_in.lon, check_in.lat]},
                "text": check_in.saying,
                "topics": check_in.topics,
                "accuracy_m": 10,
            }
        )
        head = (
            f"POST /v1/check-ins HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
            f"Authorization: Bearer {self.tokens[check_in.person % len(self.tokens)]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def dialogue(self, dealt: Dealt) -> OurDialogue:
        """A name a watch."""
        return OurDialogue(self.tokens, dealt)

    def feed(self, lat: float, lon: float, radius_m: int, limit: int) -> bytes:
        """The request for the newest check-ins of a circle."""
        path = FEED.format(lat=lat, lon=lon, radius=radius_m, limit=limit)
        head = f"GET {path} HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
        # Many people ask, for no one person may ask so often.
        token = self.tokens[hash((lat, lon)) % len(self.tokens)]
        return f"{head}Authorization: Bearer {token}\r\n\r\n".encode()

    def feed_ids(self, lat: float, lon: float, radius_m: int, limit: int) -> list[str]:
        """The ids that the same feed names, in its order."""
        path = FEED.format(lat=lat, lon=lon, radius=radius_m, limit=limit)
        return [feature["id"] for feature in _call(self.address, path, self.tokens[0])["features"]]

    def metrics(self) -> str:
        """What it tells of itself, as Prometheus reads it."""
        with urllib.request.urlopen(
            f"http://{self.address[0]}:{self.address[1]}/metrics", timeout=60
        ) as answer:
            told: str = answer.read().decode()
            return told

    def stored(self) -> int:
        """Counted in the table itself."""
        return self.database.number("SELECT count(*) FROM check_ins")

    def cpu_s(self) -> float:
        """Of gunicorn and its workers."""
        return processes.cpu_s(self.pid)


@dataclass(frozen=True)
class There:
    """What is in a database beside people and topics: check-ins of the past, location communities."""

    archive: Sequence[Kept] = ()
    communities: int = 0


NOTHING = There()


@contextmanager
def running(
    database: Database,
    city: City,
    workers: int = 1,
    there: There = NOTHING,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Hereabouts]:
    """Migrates an empty database, fills it as asked, and serves it until the block ends.

    The city's people and topics are always there; what else is, where given.
    """
    people = settled(database, city)
    found(database, city, there.communities)
    keep(database, people, there.archive)
    with serving(database, people, workers, settings) as service:
        yield service


def settled(database: Database, city: City) -> list[Token]:
    """Migrates an empty database and settles the city's people and topics; the people's tokens in their order."""
    env = {**os.environ, URL_SETTING: database.url}
    for command in (["alembic", "upgrade", "head"], ["app.partitions"]):
        subprocess.run([sys.executable, "-m", *command], cwd=processes.ROOT, env=env, check=True)
    return settle(database, city)


@contextmanager
def serving(
    database: Database,
    people: Sequence[Token],
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Hereabouts]:
    """Serves a database in which these people are signed in, until the block ends."""
    bus = "process" if workers == 1 else "postgres"
    env = {**os.environ, URL_SETTING: database.url, "HEREABOUTS_BUS": bus, **(settings or {})}
    port = processes.free_port()
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "script/gunicorn.conf.py"]
    command = [*gunicorn, "-b", f"127.0.0.1:{port}", "-w", str(workers)]
    name = "hereabouts" if workers == 1 else f"hereabouts, {workers} workers"
    with processes.server(f"hereabouts-{workers}", command, port, env) as pid:
        tokens = [str(token) for token in people]
        yield Hereabouts(name, ("127.0.0.1", port), database, pid, tokens)


def _acknowledged(message: bytes) -> int | None:
    """Which watch a message acknowledges; None for any other message. Refused where it brings a problem."""
    if message.startswith(b"44"):
        raise Refused(message.decode())
    if not message.startswith(b"43"):
        return None
    number, bracket, rest = message[2:].partition(b"[")
    answer = json.loads(bracket + rest)
    if isinstance(answer[0], dict) and answer[0].get("status", 200) >= 400:
        raise Refused(message.decode())
    return int(number)


def _call(address: Address, path: str, token: str) -> Any:
    url = f"http://{address[0]}:{address[1]}{path}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
