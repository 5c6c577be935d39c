"""Decisions about businesses among members, on plain values: when one may ask, and how one stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt

#: How many communities a business may ask in a day, so that asking is not scattering.
MOST_ASKED_A_DAY = 5
#: How often a business speaks in one community in a day, what it took back among it.
MOST_POSTS_A_DAY = 3
LONGEST_POST = 280
#: A piece that is called useful improves a record as much as so many offers do: criteria before products.
A_PIECE = 3
#: How many standard deviations: at 1.96 a share lies above the bound in 97.5 of a hundred samples.
Z = 1.96
A_DAY = timedelta(days=1)
#: How long members are left in peace who refused a business or sent it off, ...
REFUSED_FOR = timedelta(days=90)
#: ... and how long after anything was asked of them, however it went.
ASKED_FOR = timedelta(days=7)


class State(StrEnum):
    """How a community stands to a business."""

    WELCOME = "welcome"
    ASKED = "asked"
    REFUSED = "refused"
    SENT_OFF = "sent-off"
    #: Nothing of that: silent.
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a business in a community, each None where it never was."""

    welcome_since: datetime | None = None
    sent_off_at: datetime | None = None
    #: The last time it asked, and whether that is being decided.
    asked_at: datetime | None = None
    is_open: bool = False
    refused_at: datetime | None = None


def state_of(facts: Facts) -> tuple[State, datetime | None]:
    """How a community stands, and since when; of refusing and sending off the later counts."""
    if facts.welcome_since:
        return State.WELCOME, facts.welcome_since
    if facts.is_open:
        return State.ASKED, facts.asked_at
    no = [(facts.refused_at, State.REFUSED), (facts.sent_off_at, State.SENT_OFF)]
    since, state = max(((at, state) for at, state in no if at), default=(None, State.SILENT))
    return state, since


def asks_again_at(facts: Facts) -> datetime | None:
    """From when on a business may ask that is not welcome; None for at once."""
    waits = (
        facts.asked_at and facts.asked_at + ASKED_FOR,
        facts.refused_at and facts.refused_at + REFUSED_FOR,
        facts.sent_off_at and facts.sent_off_at + REFUSED_FOR,
    )
    return max((each for each in waits if each), default=None)


def standing(useful: int, noise: int) -> float:
    """How much of a community's noise budget a business may use, in (0, 1], by what members call its offers.

    One less the share of noise that is sure: the lower bound of its interval by Wilson (Probable inference, the law of
    succession, and statistical inference, JASA 22, 1927), which Brown, Cai and DasGupta recommend for few (Interval
    estimation for a binomial proportion, 2001), written so that nothing cancels. Without noise it is 1; more noise
    makes it less and more that is useful makes it more, and never nothing.

    >>> [round(standing(*each), 2) for each in ((0, 0), (9, 0), (0, 1), (0, 2), (20, 2), (5, 5), (0, 20))]
    [1.0, 1.0, 0.79, 0.66, 0.97, 0.76, 0.16]
    """
    if not noise:
        return 1.0
    n, z2 = useful + noise, Z * Z
    return 1 - noise**2 / (n * (noise + z2 / 2 + Z * sqrt(noise * useful / n + z2 / 4)))
