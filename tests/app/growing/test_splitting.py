"""Whether a community has grown into two, on graphs made up for it."""

from itertools import combinations, pairwise
from uuid import UUID

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.growing.splitting import (
    LEAST_ACTIVE,
    LEAST_OF_A_PART,
    Halves,
    Tie,
    Trait,
    distinguishing,
    halves,
    purpose_of,
    second_name,
    why_two,
)


def person(number: int) -> UUID:
    return UUID(int=number + 1)


def people(*numbers: int) -> list[UUID]:
    return [person(each) for each in numbers]


def everybody(count: int, first: int = 0) -> list[UUID]:
    return people(*range(first, first + count))


def clique(members: list[UUID], strength: float = 1.0) -> list[Tie]:
    """All have to do with all, each as much as in one meeting."""
    return [Tie(*pair, strength / (len(members) - 1)) for pair in combinations(members, 2)]


def two(smaller: int, larger: int, between: int = 1) -> tuple[list[UUID], list[Tie]]:
    one, other = everybody(smaller), everybody(larger, smaller)
    bridges = [Tie(a, b, 0.1) for a, b in list(zip(one, other, strict=False))[:between]]
    return one + other, clique(one) + clique(other) + bridges


@pytest.mark.parametrize(("smaller", "larger"), [(10, 10), (5, 15), (10, 30), (40, 60)])
def test_two_groups_are_two(smaller: int, larger: int) -> None:
    found = halves(*two(smaller, larger))
    assert found is not None
    assert set(found.smaller) in ({*everybody(smaller)}, {*everybody(larger, smaller)})
    assert (len(found.smaller), len(found.larger)) == (smaller, larger)


NOT_TWO = {
    "one clique": (everybody(30), clique(everybody(30))),
    "a ring": (everybody(30), [Tie(*each, 1.0) for each in pairwise([*everybody(30), person(0)])]),
    "a star": (everybody(30), [Tie(person(0), each, 1.0) for each in everybody(29, 1)]),
    "nobody knows anybody": (everybody(30), []),
    "too few took part": two(9, 10),
    "one is a small group": two(4, 16),
    "one is less than a quarter": two(6, 24),
    "they answer one another as well": (
        everybody(24),
        clique(everybody(24), 1.0) + clique(everybody(12)) + clique(everybody(12, 12)),
    ),
    "three groups": (
        everybody(30),
        [*clique(everybody(10)), *clique(everybody(10, 10)), *clique(everybody(10, 20))],
    ),
    "most are in neither": (everybody(40), [*clique(everybody(10)), *clique(everybody(10, 10))]),
    "more than are looked at": (everybody(2_001), []),
    "more ties than are looked at": (everybody(24), two(11, 13)[1] * 1_000),
}


@pytest.mark.parametrize("named", NOT_TWO)
def test_what_is_not_two(named: str) -> None:
    assert halves(*NOT_TWO[named]) is None


def test_the_same_people_make_the_same_halves_in_whatever_order() -> None:
    crowd, ties = two(11, 13, 3)
    assert halves(crowd, ties) == halves(crowd[::-1], ties[::-1]) == halves(set(crowd), ties)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), count=st.integers(15, 40), chance=st.floats(0, 0.5))
def test_halves_are_large_enough_apart_and_of_these_people(seed: int, count: int, chance: float) -> None:
    graph = networkx.gnp_random_graph(count, chance, seed=seed)
    found = halves(everybody(count), [Tie(person(a), person(b), 1.0) for a, b in graph.edges])
    if found is not None:
        assert count >= LEAST_ACTIVE
        assert not found.smaller & found.larger
        assert {*found.smaller, *found.larger} <= {*everybody(count)}
        assert len(found.larger) >= len(found.smaller) >= max(LEAST_OF_A_PART, count / 4)


def test_chance_alone_rarely_looks_like_two() -> None:
    """Sparse nets by chance have some modularity as well; that they fall in exactly two large parts is rare."""
    graphs = [networkx.gnm_random_graph(24, 48, seed=seed) for seed in range(100)]
    found = [halves(everybody(24), [Tie(person(a), person(b), 1.0) for a, b in g.edges]) for g in graphs]
    assert sum(each is not None for each in found) <= 5


PARTS = Halves(frozenset(everybody(8)), frozenset(everybody(12, 8)))


@pytest.mark.parametrize(
    ("doing", "tells"),
    [
        (everybody(8), True),
        (everybody(5), True),
        (everybody(4), False),
        ([*everybody(8), *everybody(2, 8)], True),
        ([*everybody(8), *everybody(3, 8)], False),
        (everybody(12, 8), False),
    ],
)
def test_what_tells_a_part_from_the_other(doing: list[UUID], tells: bool) -> None:
    traits = [Trait(each, "place", "Gràcia") for each in doing]
    assert distinguishing(*PARTS, traits) == (("place", "Gràcia") if tells else None)


def test_what_tells_best_is_said() -> None:
    some = [Trait(each, "place", "Gràcia") for each in everybody(6)]
    best = [Trait(each, "topic", "gravel") for each in everybody(8)]
    assert distinguishing(*PARTS, some + best) == ("topic", "gravel")
    assert distinguishing(*PARTS, []) is None


@given(
    name=st.text(min_size=2, max_size=80),
    trait=st.none() | st.tuples(st.just("topic"), st.text(max_size=400)),
)
def test_what_is_proposed_is_never_too_long(name: str, trait: tuple[str, str] | None) -> None:
    assert len(second_name(name)) <= 80
    assert 10 <= len(purpose_of(name, trait)) <= 280
    assert len(why_two(2_000, 1_000)) <= 500
