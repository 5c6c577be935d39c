"""How numbers of people are published: rounded by chance, once, so that nobody is singled out by them or by their
differences. `docs/statistics.md` has the formulas and where they come from."""

import bisect
import functools
import hashlib
import hmac
import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import NormalDist
from typing import NamedTuple

import msgspec

#: Of fewer people nothing is said, whatever chance has drawn.
FEWEST = 5
#: By how many standard deviations a number must lie above that, so that whether it is said tells next to nothing.
MARGIN = 3
#: In so many communities somebody is counted in one period: those they took part in most.
MOST_COMMUNITIES = 3
#: What arrives around midnight has been committed by then.
SETTLES = timedelta(hours=1)
_FIRST_MONDAY = date(1970, 1, 5)
#: So many standard deviations from the middle, chance draws nothing any more (less than once in 10^32).
_FARTHEST = 12
_OCTETS = 8
_WORDS = 1 << 8 * _OCTETS


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
    if people < FEWEST:
        return None
    said = people + _drawn(key, cell, people, sigma)
    return said if said >= least_said(sigma) else None


def least_said(sigma: int) -> int:
    """The smallest number that is ever said."""
    return FEWEST + MARGIN * sigma


def _drawn(key: bytes, cell: Cell, people: int, sigma: int) -> int:
    identity = msgspec.json.encode((*cell, people))
    word = int.from_bytes(hmac.digest(key, identity, hashlib.sha256)[:_OCTETS])
    return bisect.bisect_right(_steps(sigma), word) - _FARTHEST * sigma


@functools.cache
def _steps(sigma: int) -> Sequence[int]:
    """Below which of all words each value of a discrete Gaussian lies, from the smallest on; true to 2^-50.

    Whole numbers throughout, for the last bits of fractions would tell what was added to what (Mironov 2012).
    """
    reach = _FARTHEST * sigma
    weights = [math.exp(-value * value / (2 * sigma * sigma)) for value in range(-reach, reach + 1)]
    total = math.fsum(weights)
    return [int(share / total * _WORDS) for share in itertools.accumulate(weights)][:-1]


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
    beyond = bisect.bisect_left(range(-_FARTHEST * sigma, _FARTHEST * sigma + 1), MARGIN * sigma)
    return 1 - _steps(sigma)[beyond - 1] / _WORDS
