"""Intervals of a difference: as published, as a slow search finds them, and as they must be whatever the numbers."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.returns.lift import Group, Spending, Spent, of_means, of_shares, wilson

#: Newcombe 1998, table II, method 10: those who did, of how many, in each of both groups; and the interval.
PUBLISHED = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]
PEOPLE = st.integers(1, 10_000).flatmap(
    lambda people: st.builds(Group, st.just(people), st.integers(0, people))
)
Z = 1.959963984540054


@pytest.mark.parametrize(("one", "other", "ends"), PUBLISHED)
def test_an_interval_is_as_published(
    one: tuple[int, int], other: tuple[int, int], ends: tuple[float, float]
) -> None:
    found = of_shares(Group(one[1], one[0]), Group(other[1], other[0]))
    assert (round(found.low, 4), round(found.high, 4)) == ends


@given(PEOPLE)
def test_the_bounds_of_a_share_are_where_a_test_would_just_not_refuse_it(group: Group) -> None:
    """The slow way to Wilson's interval: to look for the shares that what was seen is so many deviations from."""
    low, high = wilson(group)
    assert low == pytest.approx(_searched(group, 0.0, group.share), abs=1e-6)
    assert high == pytest.approx(_searched(group, 1.0, group.share), abs=1e-6)


def _searched(group: Group, refused: float, taken: float) -> float:
    def is_taken(share: float) -> bool:
        deviation = math.sqrt(share * (1 - share) / group.people)
        return abs(group.share - share) <= Z * deviation

    if is_taken(refused):
        return refused
    for _ in range(60):
        middle = (refused + taken) / 2
        refused, taken = (refused, middle) if is_taken(middle) else (middle, taken)
    return taken


@given(PEOPLE, PEOPLE)
def test_an_interval_holds_what_was_seen_and_is_within_what_can_be(one: Group, other: Group) -> None:
    found = of_shares(one, other)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


@given(PEOPLE, PEOPLE)
def test_it_makes_no_difference_which_group_is_which(one: Group, other: Group) -> None:
    there, back = of_shares(one, other), of_shares(other, one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    missed = [Group(each.people, each.people - each.did) for each in (one, other)]
    missing = of_shares(*missed)
    assert (missing.low, missing.high) == pytest.approx((-there.high, -there.low), abs=1e-12)


@given(PEOPLE, PEOPLE)
def test_one_more_of_those_who_were_shown_it_moves_it_up(one: Group, other: Group) -> None:
    if one.did < one.people:
        before, after = of_shares(one, other), of_shares(Group(one.people, one.did + 1), other)
        assert after.value > before.value
        assert after.low >= before.low - 1e-12
        assert after.high >= before.high - 1e-12


@given(PEOPLE, PEOPLE)
def test_of_ten_times_as_many_more_is_known(one: Group, other: Group) -> None:
    many = of_shares(*(Group(10 * each.people, 10 * each.did) for each in (one, other)))
    few = of_shares(one, other)
    assert many.high - many.low < few.high - few.low


SPENT = st.lists(st.builds(Spent, st.integers(1, 50), st.floats(0.01, 10_000)), max_size=20)
SPENDING = SPENT.flatmap(
    lambda spent: st.builds(
        Spending, st.integers(0, 1_000).map(lambda more: more + 1 + _buyers(spent)), st.just(spent)
    )
)


def _buyers(spent: list[Spent]) -> int:
    return sum(each.people for each in spent)


@settings(deadline=None, max_examples=40)
@given(SPENDING, SPENDING)
def test_an_interval_of_amounts_holds_what_was_seen_and_does_not_flicker(
    one: Spending, other: Spending
) -> None:
    found = of_means(one, other, "an offer")
    assert found.low <= found.value <= found.high
    assert found == of_means(one, other, "an offer")
    means = [sum(each.amount for each in group.spent) / group.people for group in (one, other)]
    assert found.value == pytest.approx(means[0] - means[1], abs=1e-6)


def test_where_nobody_spent_anything_nothing_is_unknown() -> None:
    found = of_means(Spending(100, ()), Spending(50, ()), "an offer")
    assert (found.low, found.value, found.high) == (0, 0, 0)


def test_of_many_who_spend_evenly_the_bootstrap_is_as_the_textbook_has_it() -> None:
    """Where nothing is skew, an interval of means is 1.96 standard errors to each side."""
    chance = random.Random(5)
    amounts = [[chance.gauss(middle, 2) for _ in range(2_000)] for middle in (21, 20)]
    groups = [Spending(2_000, [Spent(1, each) for each in group]) for group in amounts]
    found = of_means(*groups, "an offer")
    errors = math.sqrt(sum(_variance(group) / 2_000 for group in amounts))
    assert found.low == pytest.approx(found.value - Z * errors, abs=0.1 * errors)
    assert found.high == pytest.approx(found.value + Z * errors, abs=0.1 * errors)


def _variance(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return sum((each - mean) ** 2 for each in values) / (len(values) - 1)


def test_what_few_spent_much_of_leans_to_one_side() -> None:
    """As who spends much may by chance not have been among them, the truth may lie far above, and hardly below."""
    shown = Spending(500, [Spent(1, each) for each in (5, 6, 8, 12, 20, 45, 90, 300, 800, 2_000)])
    found = of_means(shown, Spending(500, [Spent(10, 60)]), "an offer")
    assert found.high - found.value > 1.3 * (found.value - found.low)
