"""How much somebody may do: a burst, then a steady rate (a token bucket)."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import NamedTuple


class Rate(NamedTuple):
    """So many at once, and so many more a second."""

    burst: float
    a_second: float


class Allowance:
    """What is left to one of them. Time is given in seconds of any clock that never goes back."""

    __slots__ = ("_left", "_rate", "_when")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._left = rate.burst
        self._when = now

    def spend(self, now: float) -> float:
        """Take one: 0.0. Where there is none nothing is taken: the seconds until there is."""
        burst, a_second = self._rate
        self._left = min(burst, self._left + (now - self._when) * a_second)
        self._when = now
        if self._left < 1:
            return (1 - self._left) / a_second
        self._left -= 1
        return 0.0

    def give_back(self) -> None:
        """Have it as if the last one had not been taken."""
        self._left = min(self._rate.burst, self._left + 1)

    @property
    def left(self) -> int:
        """How many there were when last one was asked for."""
        return int(self._left)

    @property
    def whole_in_s(self) -> float:
        """Seconds, from then on, until nothing is missing."""
        return (self._rate.burst - self._left) / self._rate.a_second


def spend_each(counted: Sequence[Allowance], now: float) -> float:
    """Take one of each: 0.0. Where one has none, nothing is taken of any: the seconds until it has."""
    for place, each in enumerate(counted):
        if wait_s := each.spend(now):
            for spent in counted[:place]:
                spent.give_back()
            return wait_s
    return 0.0


class Allowances:
    """Those of everybody. Beyond `most` the one longest unused is forgotten, which is to have it whole again."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._of: OrderedDict[Hashable, Allowance] = OrderedDict()

    def of(self, whom: Hashable, rate: Rate, now: float) -> Allowance:
        """Somebody's, whole at first."""
        allowance = self._of.get(whom)
        if allowance is None:
            allowance = self._of[whom] = Allowance(rate, now)
            if len(self._of) > self._most:
                self._of.popitem(last=False)
        self._of.move_to_end(whom)
        return allowance
