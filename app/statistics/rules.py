"""How numbers of people are published: rounded by chance, once, so that nobody is singled out by them or by their
differences. `docs/statistics.md` has the formulas and where they come from."""

import bisect
import functools
import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import NormalDist
from typing import NamedTuple

import msgspec

from app.trust.noise import FARTHEST, MARGIN, WORDS, said, steps

#: In so many communities somebody is counted in one period: those they took part in most.
MOST_COMMUNITIES = 3
#: What arrives around midnight has been committed by then.
SETTLES = timedelta(hours=1)
_FIRST_MONDAY = date(1970, 1, 5)


class Bucket(StrEnum):
    """A period of whole weeks, which begin on Mondays, UTC. None overlaps another of its kind."""

    WEEK = "week"
    FOUR_WEEKS = "four_weeks"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return timedelta(weeks=4 if self is Bucket.FOUR_WEEKS else 1)

    def begins(self, day: date) -> date:
        """When the period began that a day is in.

        >>> Bucket.WEEK.begins(date(2026, 11, 22)), Bucket.FOUR_WEEKS.begins(date(2026, 11, 22))
        (datetime.date(2026, 11, 16), datetime.date(2026, 10, 26))
        """
        return day - (day - _FIRST_MONDAY) % self.length

    def over_by(self, now: datetime) -> date:
        """When the last period began that is over, and all of which has arrived."""
        return self.begins((now - SETTLES).date()) - self.length


def midnight(day: date) -> datetime:
    """When a day begins, UTC."""
    return datetime.combine(day, time(), UTC)


class Cell(NamedTuple):
    """One number that may be published: of what, cut how, of when, and of which of its parts."""

    community: str
    measure: str
    #: Names of the dimensions by which it is cut, in order.
    cut: tuple[str, ...]
    bucket: Bucket
    starts_on: date
    #: A value of each of these dimensions.
    values: tuple[str, ...]


def published(key: bytes, cell: Cell, people: int, sigma: int) -> int | None:
    """The number that is said of a cell of so many people; None where nothing is. Some 5 µs.

    What chance adds is drawn from the key, the cell and the number itself. It is the same whenever it is drawn again;
    and it is another one as soon as it would be drawn for other people, or two answers would differ by just these.
    """
    return said(key, msgspec.json.encode((*cell, people)), people, sigma)


class Published(NamedTuple):
    """Cells that are published with the same care, and in how many of them one person can be."""

    sigma: int
    cells: int


def best_guess(all_published: Iterable[Published]) -> float:
    """How often at most somebody is right who knows everybody but one person, sees all of this, and guesses whether
    that one took part; 0.5 is chance.

    Of each cell they learn by its number, or by whether it is said, where the person is the fifth; never by both. The
    greatest of all cases counts. What is drawn by itself is told apart by itself: they stay in the dark where neither
    tells (all the numbers together are as one Gaussian; of each cell that may appear, whether it does).
    """
    each = list(all_published)
    return max(_right(list(zip(each, seen, strict=True))) for seen in _ways(each))


def _ways(each: Sequence[Published]) -> Iterable[tuple[int, ...]]:
    """Of all cells of a kind, how many can be seen to be greater; in the others somebody is the fifth."""
    return itertools.product(*(range(published.cells + 1) for published in each))


def _right(each: Sequence[tuple[Published, int]]) -> float:
    evidence = math.sqrt(sum(seen / (kind.sigma * kind.sigma) for kind, seen in each))
    dark = math.prod((1 - _appears(kind.sigma)) ** (kind.cells - seen) for kind, seen in each)
    return 1 - (1 - NormalDist().cdf(evidence / 2)) * dark


@functools.cache
def _appears(sigma: int) -> float:
    """How often five people are said, of whom four would not be."""
    beyond = bisect.bisect_left(range(-FARTHEST * sigma, FARTHEST * sigma + 1), MARGIN * sigma)
    return 1 - steps(sigma)[beyond - 1] / WORDS
