"""What an offer brought: people who were shown it beside those whom the lot left out, on plain values.

Everybody counts in the group that the lot put them in, whatever they did afterwards (intent to treat).
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Of every hundred intervals, as many hold the truth.
SURE = 95
_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf(0.5 + SURE / 200)
_DRAWS = 1_000
#: Amounts are about the same whose ratio is no greater.
BIN = 1.2

Floats = NDArray[np.floating[Any]]
Counts = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Group:
    """People, and how many of them did something."""

    people: int
    did: int

    @property
    def share(self) -> float:
        """How many of one; of nobody none."""
        return self.did / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """So many people who spent about the same, and what they spent together."""

    people: int
    amount: float


@dataclass(frozen=True, slots=True)
class Spending:
    """People, and those of them who spent something; the others spent nothing."""

    people: int
    spent: Sequence[Spent]

    @property
    def buyers(self) -> int:
        """How many spent something."""
        return sum(each.people for each in self.spent)


@dataclass(frozen=True, slots=True)
class Interval:
    """What was seen, and between which the truth is taken to lie."""

    value: float
    low: float
    high: float

    @property
    def may_be_chance(self) -> bool:
        """Whether it may as well be nothing."""
        return self.low <= 0 <= self.high


def in_bins(amounts: Iterable[float]) -> list[Spent]:
    """Those who spent about the same together, so that many are soon drawn from; what was spent stays as it was.

    >>> in_bins([100.0, 101.0, 7.5])
    [Spent(people=1, amount=7.5), Spent(people=2, amount=201.0)]
    """
    bins: dict[int, list[float]] = {}
    for each in amounts:
        if each > 0:
            bins.setdefault(round(math.log(each) / math.log(BIN)), []).append(each)
    return [Spent(len(each), math.fsum(each)) for _, each in sorted(bins.items())]


def wilson(group: Group) -> tuple[float, float]:
    """The score interval of one share (Wilson, JASA 22, 1927), within 0 and 1. Of nobody anything may be."""
    n, x, z2 = group.people, group.did, _Z * _Z
    if not n:
        return 0.0, 1.0
    reach = _Z * math.sqrt(x * (n - x) / n + z2 / 4)
    # At the ends the bound is known, and rounding must not put it beyond.
    low = 0.0 if x == 0 else (x + z2 / 2 - reach) / (n + z2)
    high = 1.0 if x == n else (x + z2 / 2 + reach) / (n + z2)
    return low, high


def of_shares(shown: Group, held_out: Group) -> Interval:
    """By how much the first share is greater: the hybrid score interval of Newcombe (Interval estimation for the
    difference between independent proportions, Statistics in Medicine 17, 1998, method 10).

    >>> found = of_shares(Group(70, 56), Group(80, 48))
    >>> [round(each, 4) for each in (found.value, found.low, found.high)]
    [0.2, 0.0524, 0.3339]
    """
    p, q = shown.share, held_out.share
    (low_p, high_p), (low_q, high_q) = wilson(shown), wilson(held_out)
    low = p - q - math.hypot(p - low_p, high_q - q)
    high = p - q + math.hypot(high_p - p, q - low_q)
    return Interval(p - q, max(-1.0, low), min(1.0, high))


def of_means(shown: Spending, held_out: Spending, seed: str) -> Interval:
    """By how much more the first spent each: the studentized bootstrap (Hall, Theoretical comparison of bootstrap
    confidence intervals, Annals of Statistics 16, 1988), which is truest of amounts that few spend much of.

    The same seed gives the same interval. Some 20 ms, however many people. Raises ZeroDivisionError for nobody.
    """
    seeded = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    chance = np.random.default_rng(seeded)
    groups = [_everybody(each) for each in (shown, held_out)]
    (one, one_varies), (other, other_varies) = (_mean(counts, amounts) for counts, amounts in groups)
    value, error = float(one - other), math.sqrt(one_varies + other_varies)
    if not error:
        return Interval(value, value, value)
    (ones, ones_vary), (others, others_vary) = (_mean(_drawn(chance, n), x) for n, x in groups)
    errors = np.sqrt(ones_vary + others_vary)
    # Where nobody who spent anything was drawn, it is not known how sure that is.
    off = np.divide(ones - others - value, errors, out=np.zeros(_DRAWS), where=errors > 0)
    above, below = np.quantile(off, [0.5 + SURE / 200, 0.5 - SURE / 200]).tolist()
    return Interval(value, value - max(0.0, above * error), value - min(0.0, below * error))


def _everybody(group: Spending) -> tuple[Counts, Floats]:
    """How many people spent each amount, nothing among them."""
    counts = [group.people - group.buyers, *(each.people for each in group.spent)]
    amounts = [0.0, *(each.amount / each.people for each in group.spent)]
    return np.array(counts), np.array(amounts)


def _drawn(chance: np.random.Generator, counts: Counts) -> Counts:
    """As many people, drawn from these with putting back, many times."""
    return chance.multinomial(counts.sum(), counts / counts.sum(), size=_DRAWS)


def _mean(counts: Counts, amounts: Floats) -> tuple[Any, Any]:
    """What people spent on average, and how much that varies; of each row of counts."""
    people = counts.sum(axis=-1)
    mean = counts @ amounts / people
    return mean, np.maximum(counts @ amounts**2 / people - mean**2, 0) / people
