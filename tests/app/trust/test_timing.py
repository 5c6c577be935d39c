"""How long an answer takes does not tell where somebody is."""

from random import Random
from statistics import NormalDist
from time import perf_counter

import pytest

from geo import Position
from tests.app.contracts.wishes import feed, nearby
from tests.app.trust.ground import MIDDLE, ONE, OTHER, geojson, tile
from tests.app.trust.story import STREET
from tests.world import PURPOSE, Someone, World, point

#: Of a true rule, one run in a million fails.
FALSE_ALARM = 1e-6
SAID = 100
ASKED = 250


def seconds(bob: Someone, path: str) -> float:
    begun = perf_counter()
    bob.gets(path)
    return perf_counter() - begun


def chance_of(ones: list[float], others: list[float]) -> float:
    """How likely two samples of one distribution differ as much (Mann and Whitney's test, for many)."""
    ranked = sorted([(each, True) for each in ones] + [(each, False) for each in others])
    ranks = sum(rank for rank, (_, is_one) in enumerate(ranked, 1) if is_one)
    m, n = len(ones), len(others)
    middle, spread = m * (m + n + 1) / 2, (m * n * (m + n + 1) / 12) ** 0.5
    return 2 * NormalDist().cdf(-abs(ranks - middle) / spread)


def compared(bob: Someone, one: str, other: str) -> float:
    """How likely two questions take the same time, asked in turns."""
    chance, taken = Random(3), {one: list[float](), other: list[float]()}
    for _ in range(ASKED):
        for path in chance.sample([one, other], 2):
            taken[path].append(seconds(bob, path))
    return chance_of(taken[one], taken[other])


def tiles(founder: Someone) -> list[str]:
    """A location community around each of two spots."""
    bodies = [
        {"kind": "location", "name": "a tile", "purpose": PURPOSE, "area": geojson(tile(at))}
        for at in (ONE, OTHER)
    ]
    return [founder.posts("/communities", body)["id"] for body in bodies]


def says_much(somebody: Someone) -> None:
    somebody.posts("/check-ins/batch", {"check_ins": [{"position": point(ONE), "accuracy_m": 5}] * SAID})
    assert {*somebody.is_part_of} == {"a tile"}


def test_counting_takes_no_longer_where_somebody_is(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees(STREET)
    found = tiles(bob)
    says_much(ana)
    assert compared(bob, *map("/communities/{}/presence".format, found)) > FALSE_ALARM


@pytest.mark.parametrize("when", ["from the first", "by and by"])
def test_the_feed_of_a_small_place_takes_no_longer_where_somebody_is(world: World, when: str) -> None:
    """A friend of theirs knows exactly where they are, and finds it elsewhere."""
    ana, bob, friend = world.person("Ana"), world.person("Bob"), world.person("Friend")
    found = tiles(bob)
    to_a_friend = [each({"group": "person", "handle": friend.handle}) for each in (feed, nearby)]
    contract = {"terms": [*STREET["terms"], *to_a_friend]}
    if when == "from the first":
        ana.agrees(contract)
    says_much(ana)
    ana.agrees(contract)
    assert friend.reads(f"person={ana.handle}")[0]["disclosed"] == "exact"
    assert compared(bob, *map("/check-ins?community={}".format, found)) > FALSE_ALARM


def test_looking_around_takes_no_longer_at_the_spot(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees(STREET)
    ana.posts("/check-ins/batch", {"check_ins": [{"position": point(ONE)}] * SAID})
    assert compared(bob, *map(_around, (ONE, _beyond(ONE)))) > FALSE_ALARM


def _around(at: Position) -> str:
    return f"/check-ins?lat={at.lat}&lon={at.lon}&radius=20"


def _beyond(at: Position) -> Position:
    """As far from the middle, on its other side."""
    return Position(2 * MIDDLE.lat - at.lat, 2 * MIDDLE.lon - at.lon)


def test_a_slower_answer_is_noticed() -> None:
    chance = Random(1)
    fast = [chance.gauss(3.0, 0.3) for _ in range(ASKED)]
    slow = [chance.gauss(3.2, 0.3) for _ in range(ASKED)]
    assert chance_of(fast, slow) < FALSE_ALARM < chance_of(fast, fast[::-1])
