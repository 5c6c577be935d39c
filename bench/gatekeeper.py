"""Who takes people that moved to the gate of offers: our own, a batch after the other as a server does it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, NamedTuple
from uuid import UUID

from bench import processes
from bench.database import Database


class Mover(NamedTuple):
    """Who moved, to where, and what they do there."""

    person: str
    lat: float
    lon: float
    activity: str | None


class Decision(NamedTuple):
    """An offer for somebody, through which community, and by its key on which topic."""

    person: str
    offer: str
    community: str
    topic: str


@dataclass
class Matched:
    """How many check-ins were taken to the gate, in what time, and what became of them."""

    count: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    delivered: list[Decision] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)

    @property
    def us(self) -> float:
        """How long one took."""
        return 1e6 * self.seconds / max(1, self.count)


Ask = Callable[..., Any]


@contextmanager
def served(serve: Callable[..., None], *given: Any) -> Iterator[Ask]:
    """A process of its own, to be asked by command."""
    with processes.child(serve, *given) as control:

        def ask(*command: Any) -> Any:
            control.send(command)
            return processes.answer_of(control)

        yield ask


def answer(control: Connection, asked: object) -> None:
    """Does for ever what it is asked, by name."""
    while True:
        command, *given = control.recv()
        control.send((True, getattr(asked, command)(*given)))


@contextmanager
def ours(database: Database) -> Iterator[Ask]:
    """Our gate on a database, which knows of no offer before it was told to `learn`."""
    with served(_serve, database.url) as ask:
        yield ask


def _serve(control: Connection, url: str) -> None:
    answer(control, _Gate(url))


class _Gate:
    """What the matcher of a server's process is made of, without a server around it."""

    def __init__(self, url: str) -> None:
        # The driver of whoever imports these waits in another way: this process alone does.
        from app import clock, db, models  # noqa: F401, PLC0415
        from app.offers.standing import StandingOffers  # noqa: PLC0415
        from app.offers.tally import Tally  # noqa: PLC0415
        from app.signals import Signals  # noqa: PLC0415

        self._now = clock.now
        self._database = db.Database(url, Signals())
        self._standing = StandingOffers()
        self._tally = Tally(self._database)

    def learn(self) -> float:
        """Knows of all offers there are; the microseconds that one of those took which were new."""
        from app.offers import queries  # noqa: PLC0415

        known, now = len(self._standing), self._now()
        with self._database.reading() as session:
            offers = list(queries.offers_published_since(session, None, now))
        began = time.perf_counter()
        self._standing.learn(offers, now)
        return 1e6 * (time.perf_counter() - began) / max(1, len(self._standing) - known)

    def look(self, movers: Sequence[Mover]) -> tuple[float, int]:
        """Only asks whether anything is to be had where they are: the microseconds of each, and of how many it is."""
        positions, now = _positions(movers), self._now()
        began = time.perf_counter()
        found = sum(self._standing.open_at(each, now) for each in positions)
        return 1e6 * (time.perf_counter() - began) / len(positions), found

    def match(self, movers: Sequence[Mover], seconds: float, everybody: bool = False) -> Matched:
        """Takes them to the gate, those where anything is to be had or everybody, until all came or time is up."""
        from app.offers.matcher import MOST_AT_ONCE  # noqa: PLC0415

        matched, positions = Matched(), _positions(movers)
        began, spent = time.perf_counter(), time.process_time()
        while matched.count < len(movers) and time.perf_counter() < began + seconds:
            part = slice(matched.count, matched.count + MOST_AT_ONCE)
            now = self._now()
            self._decide(
                [
                    UUID(each.person)
                    for each, at in zip(movers[part], positions[part], strict=True)
                    if everybody or self._standing.open_at(at, now)
                ],
                matched,
            )
            matched.count += len(movers[part])
        self._tally.flush()
        matched.seconds, matched.cpu_s = time.perf_counter() - began, time.process_time() - spent
        return matched

    def _decide(self, people: Sequence[UUID], matched: Matched) -> None:
        from app.db import announce  # noqa: PLC0415
        from app.offers import gate  # noqa: PLC0415

        with self._database.transaction() as session:
            now = self._now()
            delivered, withheld = gate.deliver(session, people, now, partial(self._tally.note, now.date()))
            announce(session, *delivered)
        matched.withheld.update(withheld)
        matched.delivered += [
            Decision(str(each.person_id), str(each.offer_id), str(each.community_id), each.topic)
            for each in delivered
        ]


def _positions(movers: Sequence[Mover]) -> list[Any]:
    from geo import Position  # noqa: PLC0415

    return [Position(each.lat, each.lon) for each in movers]
