"""An attacker who knows everybody but one person, and how it all works, and guesses by whatever is said."""

import math
from collections.abc import Callable, Mapping
from functools import cache

from app.statistics.rules import Cell, published
from app.trust.noise import FEWEST, least_said

#: Exact numbers of people, as somebody knows them who knows everybody, or is everybody.
World = Mapping[Cell, int]
Publishes = Callable[[bytes, Cell, int, int], int | None]
Sigma = Callable[[Cell], int]


def says(world: World, key: bytes, sigma: Sigma, publishes: Publishes = published) -> dict[Cell, int | None]:
    """All that is ever said of a world."""
    return {cell: publishes(key, cell, people, sigma(cell)) for cell, people in world.items()}


def likelier(said: Mapping[Cell, int | None], one: World, other: World, sigma: Sigma) -> float:
    """How much likelier all of this is in one world than in the other: a logarithm, the best there is to judge by."""
    return sum(
        _log(_chance(number, one[cell], sigma(cell))) - _log(_chance(number, other[cell], sigma(cell)))
        for cell, number in said.items()
        if one[cell] != other[cell]
    )


@cache
def _chance(number: int | None, people: int, sigma: int) -> float:
    """How often a cell of so many people is said to be of this number."""
    if people < FEWEST:
        return float(number is None)
    if number is not None:
        return _bell(number - people, sigma)
    return math.fsum(_bell(less - people, sigma) for less in range(-1000, least_said(sigma)))


@cache
def _bell(value: int, sigma: int) -> float:
    every = math.fsum(math.exp(-each * each / (2 * sigma * sigma)) for each in range(-400, 401))
    return math.exp(-value * value / (2 * sigma * sigma)) / every


def _log(chance: float) -> float:
    return math.log(max(chance, 1e-300))
