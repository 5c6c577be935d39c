"""Where a wish stands, what businesses are told, and what voices make of an answer: tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wishes.rules import (
    LEAST_VOICES,
    VOICES_LAST,
    Facts,
    State,
    Verdict,
    may_say,
    state_of,
    told_to_businesses,
    verdict,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(days=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts(5, SOON, 0), "stated"),
        (Facts(5, SOON, 4), "stated"),
        (Facts(5, SOON, 5), "open"),
        (Facts(5, SOON, 500), "open"),
        (Facts(5, NOW, 500), "lapsed"),
        (Facts(5, BEFORE, 4), "lapsed"),
        (Facts(5, SOON, 5, is_answered=True), "answered"),
        (Facts(5, SOON, 0, is_answered=True), "answered"),
        (Facts(5, BEFORE, 5, is_answered=True), "answered"),
        (Facts(5, BEFORE, 0, True, "kept"), "kept"),
        (Facts(5, BEFORE, 0, True, "unsaid"), "unsaid"),
    ],
)
def test_where_it_stands(facts: Facts, state: State) -> None:
    assert state_of(facts, NOW) == state


@pytest.mark.parametrize(
    ("kept", "broken", "made_of_it"),
    [
        (0, 0, "unsaid"),
        (4, 0, "unsaid"),
        (0, 4, "unsaid"),
        (5, 0, "kept"),
        (3, 2, "kept"),
        (2, 3, "broken"),
        (0, 5, "broken"),
        (3, 3, "unsaid"),
        (1000, 1001, "broken"),
    ],
)
def test_what_voices_make_of_it(kept: int, broken: int, made_of_it: Verdict) -> None:
    assert verdict(kept, broken) == made_of_it


@given(kept=st.integers(0, 50), broken=st.integers(0, 50))
def test_fewer_than_five_never_decide_and_no_side_is_favoured(kept: int, broken: int) -> None:
    turned: dict[str, Verdict] = {"kept": "broken", "broken": "kept", "unsaid": "unsaid"}
    assert verdict(broken, kept) == turned[verdict(kept, broken)]
    assert kept + broken >= LEAST_VOICES or verdict(kept, broken) == "unsaid"


@given(pledged=st.integers(5, 500), threshold=st.integers(5, 500))
def test_businesses_are_told_steps_that_never_say_more_than_there_are(pledged: int, threshold: int) -> None:
    if pledged < threshold:
        return
    told = told_to_businesses(pledged, threshold)
    assert threshold <= told <= pledged
    assert told == threshold or told % 5 == 0


def test_voices_are_heard_from_the_answer_on_until_a_week_after_it_ended() -> None:
    assert may_say(SOON, NOW)
    assert may_say(NOW, NOW + VOICES_LAST - timedelta(seconds=1))
    assert not may_say(NOW, NOW + VOICES_LAST)
