"""The gate as it is seen from outside: whom it has looked at, and what came over sockets."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import gevent

from town.api import Api, Json, NoServer, Refused
from town.stage.cast import Done, Player
from town.stage.several import several
from town.stage.wire import Wire

_STEP = re.compile(r'^hereabouts_offers_people_total\{step="(\w+)"\} ([0-9.e+]+)$', re.MULTILINE)
_PATIENCE_S = 60.0
_TRIES, _AGAIN_S = 6, 2.0

#: The present on the server's clock, in seconds since 1970.
Now = Callable[[], float]
#: When something was here, and what it said.
Heard = tuple[float, dict[str, Any]]


class Ears(Protocol):
    """Hears which offers reach people."""

    def open(self, players: Iterable[Player], done: Done) -> None:
        """Begin to listen."""

    def heard(self, player: Player) -> list[Heard]:
        """All that reached somebody up to now, in the order it came."""

    def close(self) -> list[str]:
        """Listen no more; what was wrong with it."""


@dataclass(slots=True)
class Sockets:
    """One socket for everybody."""

    url: str
    now: Now
    _wires: dict[str, Wire] = field(default_factory=dict)
    _heard: dict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))

    def open(self, players: Iterable[Player], done: Done) -> None:
        """Connect all, a few at once."""
        for _ in several(self._open, players):
            done(1)

    def heard(self, player: Player) -> list[Heard]:
        """What came over somebody's socket."""
        return list(self._heard[player.id])

    def close(self) -> list[str]:
        """Hang up; whose sockets were lost before."""
        lost = [person for person, wire in self._wires.items() if wire.lost]
        for wire in self._wires.values():
            wire.close()
        return [f"the socket of {person} was lost" for person in lost]

    def _open(self, player: Player) -> None:
        def take(_: float, name: str, argument: bytes) -> None:
            if name == "offer":
                self._heard[player.id].append((self.now(), json.loads(argument)))

        self._wires[player.id] = self._patiently(lambda: Wire(self.url, player.token, take))

    @staticmethod
    def _patiently(connect: Callable[[], Wire]) -> Wire:
        """A server that has just started may be too busy to say whose token it is."""
        for _ in range(_TRIES - 1):
            try:
                return connect()
            except (NoServer, Refused):
                gevent.sleep(_AGAIN_S)
        return connect()


@dataclass(slots=True)
class Gateway:
    """Knows when the gate has looked at all who moved. Take one process of a server, in which they queue."""

    api: Api
    #: Between two looks at its counters, which cost it some milliseconds.
    every_s: float = 0.05
    sent: int = 0
    refused: int = 0
    #: The newest reading; how many were begun, and how many are done.
    _steps: Counter[str] = field(default_factory=Counter)
    _begun: int = 0
    _done: int = 0
    _before: int = 0

    def begin(self) -> None:
        """Count from now on."""
        self._read()
        self._before = self._steps["moved"]

    def follow(self) -> None:
        """Read the counters again and again; runs for ever."""
        while True:
            gevent.sleep(self.every_s)
            self._read()

    def wait(self) -> None:
        """Return when the gate has decided on everybody who moved until now; NoServer if that takes too long."""
        sent, begun = self.sent, self._begun
        with gevent.Timeout(_PATIENCE_S, NoServer(f"The gate did not look for {_PATIENCE_S:.0f} s.")):
            # A reading that was under way may not know of what was answered meanwhile.
            while self._done <= begun or self._steps["moved"] - self._before < sent - self.refused:
                gevent.sleep(self.every_s / 4)
            queued = self._steps["queued"]
            while self._steps["decided"] < queued:
                gevent.sleep(self.every_s / 4)

    def told_of(self, sent_by: Api) -> Api:
        """The same API, each post of which is counted."""
        return _Counted(sent_by.url, self)

    def _read(self) -> None:
        self._begun += 1
        found = _STEP.findall(self.api.text("/metrics"))
        self._steps = Counter({step: int(float(value)) for step, value in found})
        self._done += 1


class _Counted(Api):
    """Counts what is posted, once however often it has to be sent."""

    def __init__(self, url: str, gateway: Gateway) -> None:
        super().__init__(url)
        self._gateway = gateway

    def post(self, path: str, body: Json, token: str | None = None, key: str | None = None) -> Json:
        self._gateway.sent += 1
        return super().post(path, body, token, key)
