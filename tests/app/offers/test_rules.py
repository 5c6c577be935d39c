"""Sentences, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.offers.rules import Why, distance, sentence


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
