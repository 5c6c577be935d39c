"""Budgets and sentences, as tables."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.offers.rules import A_DAY, Why, distance, has_budget, sentence

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_ago", "allowed"),
    [
        ((), True),
        ((59,), False),
        ((60,), True),
        ((60, 120, 1439), False),
        ((60, 120, 1440), True),
        ((60, 1441, 1442), True),
    ],
)
def test_three_a_day_and_one_an_hour(minutes_ago: tuple[int, ...], allowed: bool) -> None:
    assert has_budget([NOW - timedelta(minutes=each) for each in minutes_ago], NOW) is allowed


@given(st.lists(st.integers(0, 3000), max_size=60))
def test_whoever_asks_the_budget_first_gets_no_more_than_it_says(asked: list[int]) -> None:
    came: list[int] = []
    for minute in sorted(asked):
        recent = [NOW + timedelta(minutes=each) for each in reversed(came)]
        if has_budget(recent[:A_DAY], NOW + timedelta(minutes=minute)):
            came.append(minute)
    assert all(later - earlier >= 60 for earlier, later in pairwise(came))
    assert all(later - earlier >= 1440 for earlier, later in zip(came, came[A_DAY:], strict=False))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            Why("cycling", "Ring riders", 312, "riding"),
            "cycling, through Ring riders, 300 m away, while riding",
        ),
        (Why("fair trade", "Fair city", 4, None), "fair trade, through Fair city, right here"),
        (Why("bikes", "Workshop", 1840, None), "bikes, through Workshop, 1.8 km away"),
    ],
)
def test_the_reason_is_a_sentence(why: Why, said: str) -> None:
    assert sentence(why) == said


@given(st.floats(0, 50_000))
def test_a_distance_never_says_more_than_a_hundred_metres(metres: float) -> None:
    assert distance(metres) == distance(round(metres, -2)) or metres < 100 or metres > 900
