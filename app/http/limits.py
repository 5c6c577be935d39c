"""How much a person may ask of one process, and how much a network whose people have not said who they are.

Said with every answer in the fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10). Each of
several processes allows as much. Whoever is on this machine and has not signed in is not counted: behind a proxy that
does not say whom it speaks for, all people would be one.
"""

import functools
from dataclasses import dataclass
from math import ceil
from time import monotonic
from uuid import UUID

from flask import Flask, Response, g

from app.allowance import Allowance, Allowances, Rate
from app.errors import TooMany
from app.origin import Origin

PERSON = Rate(300, 10)
NETWORK = Rate(300, 20)
#: New people from one network: a whole event's behind one Wi-Fi, but no factory.
NEWCOMERS = Rate(60, 1 / 10)
#: What takes a second and much memory, by one person.
SELDOM = Rate(5, 1 / 600)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left after a request, as its answer says it."""

    name: str
    rate: Rate
    allowance: Allowance
    #: Seconds until there is one, where there was none.
    wait_s: float

    @property
    def fields(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The two fields and their values; seconds are rounded up."""
        left = f'"{self.name}";r={self.allowance.left};t={ceil(self.allowance.whole_in_s)}'
        return ("RateLimit-Policy", _policy(self.name, self.rate)), ("RateLimit", left)


class Limits:
    """Counts for one process; some 2 µs a request."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._allowances = Allowances()

    def of_person(self, person_id: UUID) -> Left | None:
        """Count a request of somebody; where nothing is counted, None."""
        return self._spent("person", PERSON, person_id) if self._on else None

    def of_network(self, origin: Origin) -> Left | None:
        """Count a request of nobody known."""
        return self._spent("network", NETWORK, origin.network) if self._on and not origin.is_here else None

    def of_newcomer(self, origin: Origin) -> None:
        """Count somebody new; raises TooMany."""
        if self._on and not origin.is_here:
            check(self._spent("newcomers", NEWCOMERS, ("new", origin.network)))

    def of_something_large(self, person_id: UUID) -> None:
        """Count what a person should ask for now and then only; raises TooMany."""
        if self._on:
            check(self._spent("seldom", SELDOM, ("large", person_id)))

    def _spent(self, name: str, rate: Rate, whom: object) -> Left:
        now = monotonic()
        allowance = self._allowances.of(whom, rate, now)
        return Left(name, rate, allowance, allowance.spend(now))


@functools.cache
def _policy(name: str, rate: Rate) -> str:
    return f'"{name}";q={rate.burst:.0f};w={ceil(rate.burst / rate.a_second)}'


def check(left: Left | None) -> None:
    """Raise TooMany where nothing was left."""
    if left and left.wait_s:
        wait_s = ceil(left.wait_s)
        raise TooMany(
            f"{_too_many(left.rate)} Go on in {wait_s} s; nothing was changed.", retry_after_s=wait_s
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
