"""Which days and weeks are counted when, and what of them is told: decisions on plain values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import NormalDist
from typing import NamedTuple
from uuid import UUID

from app.statistics.rules import SETTLES, Bucket, Cell, Published, published
from app.trust.steps import in_steps

#: A visit or a purchase within so long after the gate decided counts, for who was shown the offer and who was not.
TERM = timedelta(days=14)
#: How much later a till that was offline may tell of it.
LATE = timedelta(days=1)
A_DAY = timedelta(days=1)
A_WEEK = Bucket.WEEK.length
#: Standard deviation of the chance that is added to each number of people.
SIGMA = 4
#: How often at most somebody is right who guesses, knowing all but one person, whether the gate decided for that one,
#: by all that is told of an offer; a test works it out.
BEST_GUESS = 0.80
#: As many days or weeks are made up for that were over before anybody kept house.
MOST_MADE_UP_FOR = 26 * A_WEEK
#: One report is of so long at most.
LONGEST = timedelta(days=371)
#: And of so long, if nothing is said.
SINCE = 12 * A_WEEK
NOT_CUT = UUID(int=0)

#: What people did with an offer, in order; of each one after `reached`, no more did it than were reached.
MEASURES = ("eligible", "reached", "seen", "useful", "noise", "held", "redeemed")
#: How soon those redeemed who did.
SOON = ("within_an_hour", "within_a_day", "later")


def all_published() -> Published:
    """In how many numbers, of one offer, one person can be: of those whom it reached, who did everything with it.

    Of a day, a week, and of its communities and topics. That it reached them never changes, and what they did is told
    twice. They call it one thing, and redeem it soon or late.
    """
    cells = len(("day", "week", "community", "topic"))
    did = len(("seen", "useful or noise", "held", "redeemed"))
    soon = len(("day", "week"))
    return Published(SIGMA, cells * len(("eligible", "reached")) + 2 * (cells * did + soon))


class Count(StrEnum):
    """What is counted when something is over."""

    #: What came of those whom the gate decided for on a day, as far as it has by the next.
    DAY = "day"
    #: The same of a week.
    WEEK = "week"
    #: All that came of a week, once the term of each is over; never again.
    SETTLED = "settled"

    @property
    def length(self) -> timedelta:
        """How long a period of it is."""
        return A_DAY if self is Count.DAY else A_WEEK

    def begins(self, day: date) -> date:
        """When the period began that a day is in; weeks begin on Mondays, UTC."""
        return day if self is Count.DAY else Bucket.WEEK.begins(day)

    def over_by(self, now: datetime) -> date:
        """When the last period began that may be counted.

        >>> from datetime import UTC
        >>> [str(each.over_by(datetime(2026, 11, 23, 0, 30, tzinfo=UTC))) for each in Count]
        ['2026-11-21', '2026-11-09', '2026-10-26']
        """
        waits = SETTLES + (TERM + LATE if self is Count.SETTLED else timedelta())
        return self.begins((now - waits).date()) - self.length

    def due(self, last: date | None, first: date | None, now: datetime) -> date | None:
        """The period to count next: after the last that was, or from when there first was anything; None for none."""
        over = self.over_by(now)
        if last is not None:
            following = last + self.length
        elif first is not None:
            following = max(self.begins(first), self.begins(over - MOST_MADE_UP_FOR))
        else:
            following = over
        return following if following <= over else None


#: As many weeks are listened to, of which the last four are compared with the four before them.
WEEKS_HEARD = 12
_COMPARED = 4
#: What would happen less often by chance is no chance.
_UNLIKELY = 0.05


class Direction(StrEnum):
    """Where something goes."""

    UP = "up"
    STEADY = "steady"
    DOWN = "down"


def weeks_heard(now: datetime) -> list[date]:
    """The last weeks that are over, the earliest first."""
    last = Count.WEEK.over_by(now)
    return [last - back * A_WEEK for back in reversed(range(WEEKS_HEARD))]


def direction(weeks: Sequence[int]) -> Direction:
    """Whether there was more or less in the last four weeks than in the four before, or as much as far as can be told.

    If nothing had changed, each of all those times would be as likely in either half: a binomial test of two sides, at
    5 % (Przyborowski and Wilenski, Homogeneity of results in testing samples from Poisson series, Biometrika 31, 1940).

    >>> [direction((*before, *after)).value for before, after in (
    ...     ((5, 5, 5, 5), (10, 10, 10, 10)), ((1, 0, 0, 1), (2, 1, 2, 1)), ((9, 9, 9, 9), (2, 0, 1, 0)))]
    ['up', 'steady', 'down']
    """
    before, after = sum(weeks[-2 * _COMPARED : -_COMPARED]), sum(weeks[-_COMPARED:])
    if 2 * _tail(max(before, after), before + after) > _UNLIKELY:
        return Direction.STEADY
    return Direction.UP if after > before else Direction.DOWN


def _tail(least: int, of: int) -> float:
    """How likely so many of as many coins, or more, show heads; of very many as the bell has it."""
    if of > _VERY_MANY:
        return 1 - NormalDist(of / 2, math.sqrt(of) / 2).cdf(least - 0.5)
    return sum(math.comb(of, each) for each in range(least, of + 1)) / (1 << of)


_VERY_MANY = 1_000


class Kept(NamedTuple):
    """A number of people that may be told: of an offer, a day or a week, and of which part of it."""

    offer_id: UUID
    bucket: str
    starts_on: date
    measure: str
    cut: str
    part: UUID
    people: int


def told(key: bytes, exact: Kept) -> Kept | None:
    """The number that is told, with chance added to it once; None where it is too small. As statistics publish."""
    values = (exact.bucket, str(exact.part))
    cell = Cell(
        str(exact.offer_id), f"return {exact.measure}", (exact.cut,), Bucket.WEEK, exact.starts_on, values
    )
    said = published(key, cell, exact.people, SIGMA)
    return None if said is None else exact._replace(people=said)


def summed(told: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """What several told numbers are together, by measure, in steps; and never more than of what it is a part."""
    sums = dict.fromkeys((*MEASURES, *SOON), 0)
    for measure, people in told:
        sums[measure] += people
    for measure in MEASURES[1:]:
        most = sums["eligible" if measure == "reached" else "reached"]
        sums[measure] = min(sums[measure], most)
    return {measure: in_steps(people) for measure, people in sums.items()}
