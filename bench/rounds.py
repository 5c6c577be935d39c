"""Interleaved rounds, and what is told of them: medians, ranges and per-round ratios."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Spread:
    """The median of some rounds, with the least and the most of them."""

    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """The median and the range; ValueError where there is no value."""
    if not values:
        raise ValueError("a spread needs at least one round")
    return Spread(statistics.median(values), min(values), max(values))


def of_rounds(rounds: Sequence[Figures], figure: str) -> Spread:
    """How one figure came out over the rounds."""
    return spread([figures[figure] for figures in rounds])


def ratios(above: Sequence[Figures], below: Sequence[Figures], figure: str) -> Spread:
    """How many times `above` is `below`, divided round by round: both saw the same minute of the machine."""
    pairs = zip(above, below, strict=True)
    return spread([ratio(upper[figure], lower[figure]) for upper, lower in pairs])


def ratio(above: float, below: float) -> float:
    """The quotient; infinite where nothing stands below, and NaN where nothing stands above either."""
    if below == 0:
        return math.nan if above == 0 else math.inf
    return above / below


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all do not exceed; NaN of none. Nearest rank."""
    if not len(values):
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def interleave(contestants: Mapping[str, Callable[[int], Figures]], rounds: int) -> dict[str, list[Figures]]:
    """Each contestant runs once a round; the order turns by a place a round, so nobody is always first."""
    names = list(contestants)
    measured: dict[str, list[Figures]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            measured[name].append(contestants[name](number))
    return measured


def after_warm_up(measured: Mapping[str, Sequence[Figures]]) -> dict[str, Sequence[Figures]]:
    """All rounds but the first, in which a compiler learns the code and caches fill: it tells of itself."""
    return {name: rounds[1:] for name, rounds in measured.items()}
