"""How much may be asked of one process: by a person, by one session of theirs, by a network whose people have not said
who they are, and how little by a new account of what could annoy others.

Said with every answer in the fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10). Each of
several processes allows as much. Whoever is on this machine and has not signed in is not counted: behind a proxy that
does not say whom it speaks for, all people would be one.
"""

import functools
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from math import ceil, inf
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from flask import Flask, Response, g

from app.allowance import Allowance, Allowances, Rate
from app.errors import TooMany
from app.origin import Origin
from geo import DISTRICT, Cell, Position, cell_of

PERSON = Rate(600, 20)
#: One session of theirs, so that a program that runs wild leaves enough for the others.
DEVICE = Rate(300, 10)
NETWORK = Rate(300, 20)
#: New people from one network: a whole event's behind one Wi-Fi, but no factory.
NEWCOMERS = Rate(60, 1 / 10)
#: What takes a second and much memory, by one person.
SELDOM = Rate(5, 1 / 600)
#: Long texts that are made into what is shown, by one person: some hundredths of a second each at worst.
TEXTS = Rate(30, 1 / 2)
#: Codes that somebody types from a till: enough for who mistypes, and too few to guess one.
TILL_CODES = Rate(10, 1 / 30)
#: How often one business asks how many people its offers may reach. Who asks anew is told the same: it is for the cost.
ESTIMATES = Rate(60, 120 / 86_400)
#: What a new account may do, as those are new that are made to annoy others. To read and to take back is not counted.
OF_A_NEW_ACCOUNT = {
    "check-ins": Rate(30, 30 / 3600),
    "replies": Rate(30, 30 / 3600),
    "reactions": Rate(60, 60 / 3600),
    "communities": Rate(2, 2 / 86_400),
    "topics": Rate(5, 5 / 86_400),
    "wishes": Rate(2, 2 / 86_400),
    "places": Rate(5, 5 / 86_400),
    "pieces": Rate(2, 2 / 86_400),
    "businesses": Rate(1, 1 / 86_400),
    "doubts": Rate(5, 5 / 86_400),
    "invitations": Rate(5, 5 / 86_400),
    "events": Rate(5, 5 / 86_400),
    "clients": Rate(2, 2 / 86_400),
    "reports": Rate(10, 10 / 86_400),
    "follows": Rate(30, 30 / 86_400),
}
_LIFTS = (
    "That lifts a day after you signed up, once you have confirmed an e-mail address or checked in on two days; "
    "and a month after in any case."
)
#: Districts to look around in that one has not looked at lately: as a train passes them, and no faster.
DISTRICTS = Rate(60, 1 / 10)
LATELY_S = 3_600.0


class Counted(NamedTuple):
    """One thing that is counted."""

    name: str
    rate: Rate
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Left:
    """What is left after a request, as its answer says it."""

    counted: tuple[Counted, ...]
    #: Which of it there was nothing of, and the seconds until there is.
    short: Counted | None = None
    wait_s: float = 0.0

    @property
    def fields(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The two fields and their values; seconds are rounded up."""
        policies = ", ".join(_policy(each.name, each.rate) for each in self.counted)
        return ("RateLimit-Policy", policies), ("RateLimit", ", ".join(map(_left, self.counted)))


def _left(counted: Counted) -> str:
    name, _, allowance = counted
    return f'"{name}";r={allowance.left};t={ceil(allowance.whole_in_s)}'


class Limits:
    """Counts for one process; some 5 µs a request."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._allowances = Allowances()
        self._looks = Looks()

    def of_device(self, person_id: UUID, session_id: UUID) -> Left | None:
        """Count a request of somebody's, from one of their sessions; where nothing is counted, None."""
        if not self._on:
            return None
        now = monotonic()
        of = self._allowances.of
        person = Counted("person", PERSON, of(person_id, PERSON, now))
        return _spent(person, Counted("device", DEVICE, of(("device", session_id), DEVICE, now)), now=now)

    def of_network(self, origin: Origin) -> Left | None:
        """Count a request of nobody known."""
        return self._one("network", NETWORK, origin.network) if self._on and not origin.is_here else None

    def of_newcomer(self, origin: Origin) -> None:
        """Count somebody new; raises TooMany."""
        if self._on and not origin.is_here:
            check(self._one("newcomers", NEWCOMERS, ("new", origin.network)))

    def of_something_large(self, person_id: UUID) -> None:
        """Count what a person should ask for now and then only; raises TooMany."""
        if self._on:
            check(self._one("seldom", SELDOM, ("large", person_id)))

    def of_text(self, person_id: UUID) -> None:
        """Count a long text that a person has made into what is shown; raises TooMany."""
        if self._on:
            check(self._one("texts", TEXTS, ("texts", person_id)))

    def of_till_code(self, person_id: UUID) -> None:
        """Count a code of a till that a person has typed; raises TooMany."""
        if self._on:
            check(self._one("till codes", TILL_CODES, ("till codes", person_id)))

    def of_estimate(self, business_id: UUID) -> None:
        """Count that a business asks how many people an offer may reach; raises TooMany."""
        if self._on:
            check(self._one("estimates", ESTIMATES, ("estimates", business_id)))

    def of_new_account(self, person_id: UUID, new_until: datetime | None, what: str) -> None:
        """Count what a new account may not do often, while it is new; raises TooMany."""
        if self._on and new_until is not None:
            left = self._one(what, OF_A_NEW_ACCOUNT[what], (what, person_id))
            if left.short:
                wait_s = ceil(left.wait_s)
                much = f"A new account may not do more of this so soon. Go on in {_in_words(wait_s)}."
                lifts_at = new_until.isoformat(timespec="seconds")
                raise TooMany(f"{much} {_LIFTS}", retry_after_s=wait_s, lifts_at=lifts_at)

    def of_look(self, viewer: UUID | Origin, at: Position) -> None:
        """Count looking around somewhere, where the viewer has not looked lately; raises TooMany."""
        whom = viewer.network if isinstance(viewer, Origin) else viewer
        if not self._on or (isinstance(viewer, Origin) and viewer.is_here):
            return
        now, district = monotonic(), cell_of(at, DISTRICT)
        if not self._looks.knows(whom, district, now):
            left = self._one("districts", DISTRICTS, ("looks", whom))
            if left.short:
                wait_s = ceil(left.wait_s)
                raise TooMany(
                    f"Nobody travels so fast: you may look around in a new place every {1 / DISTRICTS.a_second:.0f} s. "
                    f"Go on in {wait_s} s, or look where you looked within the last hour.",
                    retry_after_s=wait_s,
                )
        self._looks.remember(whom, district, now)

    def _one(self, name: str, rate: Rate, whom: object) -> Left:
        now = monotonic()
        return _spent(Counted(name, rate, self._allowances.of(whom, rate, now)), now=now)


def _spent(*counted: Counted, now: float) -> Left:
    """Take one of each, or nothing of any."""
    for place, each in enumerate(counted):
        if wait_s := each.allowance.spend(now):
            for spent in counted[:place]:
                spent.allowance.give_back()
            return Left(counted, each, wait_s)
    return Left(counted)


def _in_words(wait_s: int) -> str:
    if wait_s < 3600:
        return f"{ceil(wait_s / 60)} min"
    return f"{ceil(wait_s / 3600)} h"


class Looks:
    """Which districts each viewer looked at lately. Beyond `most` viewers the one longest away is forgotten."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        #: Of each viewer, when they last looked at each district, the longest ago first.
        self._of: OrderedDict[Hashable, OrderedDict[Cell, float]] = OrderedDict()

    def knows(self, whom: Hashable, district: Cell, now: float) -> bool:
        """Whether they looked there lately."""
        looked = self._of.get(whom)
        return looked is not None and now - looked.get(district, -inf) < LATELY_S

    def remember(self, whom: Hashable, district: Cell, now: float) -> None:
        """They look there now; what they looked at long ago is forgotten."""
        looked = self._of.setdefault(whom, OrderedDict())
        self._of.move_to_end(whom)
        looked[district] = now
        looked.move_to_end(district)
        while now - next(iter(looked.values())) >= LATELY_S:
            looked.popitem(last=False)
        if len(self._of) > self._most:
            self._of.popitem(last=False)


@functools.cache
def _policy(name: str, rate: Rate) -> str:
    return f'"{name}";q={rate.burst:.0f};w={ceil(rate.burst / rate.a_second)}'


def check(left: Left | None) -> None:
    """Raise TooMany where nothing was left."""
    if left and left.short:
        wait_s = ceil(left.wait_s)
        raise TooMany(
            f"{_too_many(left.short.rate)} Go on in {wait_s} s; nothing was changed.", retry_after_s=wait_s
        )


def _too_many(rate: Rate) -> str:
    a_minute = rate.a_second * 60
    return f"That is more than {a_minute:.0f} a minute." if a_minute >= 1 else "That is too often."


def init_app(app: Flask) -> None:
    """Say with every answer what is left."""

    def say(answer: Response) -> Response:
        left: Left | None = g.pop("left", None)
        answer.headers.extend(left.fields if left else ())
        return answer

    app.after_request(say)
