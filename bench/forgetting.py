"""B8 and B9: how soon an open socket is told to forget what somebody said: their contract closes, or they leave."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from uuid import UUID

from argon2 import PasswordHasher

from bench import ours
from bench.asking import Answered, Asking, asking
from bench.city import CENTRE_LAT, CENTRE_LON, City, Watch, topic_named
from bench.listeners import Listeners, listening
from bench.ours import WITHOUT_LIMITS, Hereabouts, OurDialogue
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave
from bench.trial import Contest, of_pushes

PEER = "one by one"
PATIENCE_S = 30.0
AT_ONCE = 500
PASSWORD = "correct horse"
TOPICS = tuple(map(topic_named, range(2)))
_REMOVED = b'42["check_in_removed",'
FIRST = Figure("first_ms", "until the first is to be forgotten", "ms", "less")
PUSHES = Figure("expected", "to be forgotten, all exact", "a round")
PROMISES = {
    "missing": "check-ins are still shown",
    "twice": "were told of twice",
    "surplus": "were told of that nobody took back",
    "lost_sockets": "sockets were closed by the service",
    "rows_left": "rows are still there",
}


@dataclass(frozen=True)
class Forgetting(OurDialogue):
    """As ours, but what counts is what is to be forgotten."""

    def number_heard(self, message: bytes) -> int | None:
        """By the id of the check-in."""
        return number_of(json.loads(message[2:])[1]["id"]) if message.startswith(_REMOVED) else None


def number_of(check_in: str) -> int:
    """Of an id as much as a machine word holds."""
    return UUID(check_in).int & (2**62 - 1)


@dataclass(frozen=True)
class Street:
    """A running server, somebody who asks, and one open socket that shows all that is said here."""

    service: Hereabouts
    phone: Asking
    listeners: Listeners

    def say(self, person: int, count: int) -> list[int]:
        """Has one of the people check in so often, each time on two topics; the numbers of the check-ins."""
        spoken = iter([_said() for _ in range(count)])
        made: list[int] = []
        while some := list(islice(spoken, AT_ONCE)):
            answer = self.phone.ask(
                "POST", "/check-ins/batch", self.service.tokens[person], {"check_ins": some}
            )
            made += [number_of(each["check_in"]["id"]) for each in answer.said["results"]]
        return made

    def heard(self, since: Answered, expected: Sequence[int]) -> Figures:
        """What the socket was told since, once it is all that is due."""
        heard = self.listeners.settle(len(expected), PATIENCE_S)
        waits = [(at - since.sent_at) * 1000 for at in heard.at]
        return {
            "answered_ms": since.ms,
            "first_ms": min(waits, default=float("nan")),
            "last_ms": max(waits, default=float("nan")),
            **of_pushes({(0, number) for number in expected}, heard),
        }


def after_a_change(contest: Contest, said: Sequence[int]) -> Iterator[Finding]:
    """B8: an open house closes to everybody; of somebody who said little, and of some who said more."""
    with _street(contest, "contracts", people=len(said)) as street:
        for person, count in enumerate(said):
            run = partial(_close, street, person, street.say(person, count))
            measured = interleave({street.service.name: run}, contest.rounds + 1)
            figures = (
                FIRST,
                Figure("last_ms", "until all are to be forgotten", "ms", "less", ceiling=500),
                Figure("answered_ms", "answered", "ms", "less"),
                PUSHES,
            )
            yield _finding(f"B8 {count:,}", "", {"check_ins": count}, measured, figures)


def after_leaving(contest: Contest, said: int) -> Finding:
    """B9: somebody leaves for good; beside it each check-in is taken back by itself before they do."""
    rounds = contest.rounds + 1
    with _street(contest, "leaving", people=2 * rounds) as street:
        _know_passwords(street.service)
        people = iter(range(2 * rounds))
        ways = {street.service.name: _at_once, PEER: _one_by_one}
        runs = {
            name: (lambda _, leave=leave: leave(street, person := next(people), street.say(person, said)))
            for name, leave in ways.items()
        }
        measured = interleave(runs, rounds)
    figures = (
        Figure("answered_ms", "all is gone, and answered", "ms", "less", ceiling=1000),
        FIRST,
        Figure("last_ms", "until all are to be forgotten", "ms", "less"),
        PUSHES,
    )
    return _finding("B9", PEER, {"check_ins": said}, measured, figures)


@contextmanager
def _street(contest: Contest, name: str, people: int) -> Iterator[Street]:
    city = City(people=people + 1, topics=len(TOPICS))
    watch = Watch(CENTRE_LAT, CENTRE_LON, 3000.0, TOPICS[0])
    with (
        contest.cluster.fresh(name) as database,
        ours.running(database, city, settings=WITHOUT_LIMITS) as service,
        asking(service.address) as phone,
        # Whoever comes last in the list only listens.
        listening(service.address, Forgetting(service.tokens[people:], [[watch]]), 1) as listeners,
    ):
        yield Street(service, phone, listeners)


def _close(street: Street, person: int, said: Sequence[int], _: int) -> Figures:
    token = street.service.tokens[person]
    whichever = {"If-Match": "*"}
    closed = street.phone.ask("PUT", "/me/contract", token, {"ready": "invisible"}, whichever)
    figures = street.heard(closed, said)
    street.phone.ask("PUT", "/me/contract", token, {"ready": "open-house"}, whichever)
    return {**figures, "rows_left": 0}


def _at_once(street: Street, person: int, said: Sequence[int]) -> Figures:
    gone = _leave(street, person)
    return {**street.heard(gone, said), "rows_left": _rows(street)}


def _one_by_one(street: Street, person: int, said: Sequence[int]) -> Figures:
    token, began = street.service.tokens[person], None
    ids = street.phone.ask("GET", "/me", token)
    for check_in in _ids(street, person):
        taken_back = street.phone.ask("DELETE", f"/check-ins/{check_in}", token)
        began = began or taken_back
    gone = _leave(street, person)
    whole = Answered(None, (began or ids).sent_at, gone.answered_at)
    return {**street.heard(whole, said), "rows_left": _rows(street)}


def _leave(street: Street, person: int) -> Answered:
    return street.phone.ask("DELETE", "/me", street.service.tokens[person], {"password": PASSWORD})


def _ids(street: Street, person: int) -> list[str]:
    asked = "SELECT array_agg(c.id::text ORDER BY c.id) FROM check_ins c JOIN people p ON p.id = c.person_id"
    found: list[str] = street.service.database.row(f"{asked} WHERE p.handle = 'p{person:06}'")[0]
    return found


def _rows(street: Street) -> int:
    return street.service.database.number(
        "SELECT (SELECT count(*) FROM check_ins) + (SELECT count(*) FROM feed_entries)"
    )


def _know_passwords(service: Hereabouts) -> None:
    service.database.run(f"UPDATE people SET password_hash = '{PasswordHasher().hash(PASSWORD)}'")


def _said() -> dict[str, object]:
    return {
        "position": {"type": "Point", "coordinates": [CENTRE_LON, CENTRE_LAT]},
        "text": "Here",
        "topics": TOPICS,
        "accuracy_m": 10,
    }


def _finding(
    name: str,
    peer: str,
    sizes: Mapping[str, float],
    measured: Mapping[str, Sequence[Figures]],
    figures: Sequence[Figure],
) -> Finding:
    counted = after_warm_up(measured)
    faults = [
        f"{who}, round {number}: {each[figure]:.0f} {sentence}"
        for who, rounds in measured.items()
        for number, each in enumerate(rounds)
        for figure, sentence in PROMISES.items()
        if each[figure]
    ]
    return Finding(name, peer, sizes, rows_of(counted, peer, figures), counted, faults)
