"""Times of the week, in Python and in PostgreSQL."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trust.terms import Hours
from app.trust.week import Spans, Week, hours_of, includes, spans_where

WEEK = 7 * 24 * 60
HOURS = st.builds(
    Hours,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def spans_of(hours: list[Hours]) -> Spans:
    return spans_where(lambda minute: any(includes(each, minute) for each in hours))


@given(st.lists(HOURS, max_size=4))
def test_hours_and_spans_are_the_same(hours: list[Hours]) -> None:
    spans = spans_of(hours)
    assert spans_of(hours_of(spans)) == spans
    assert all(0 <= begins < ends <= WEEK for begins, ends in spans)
    # In order, and apart: else two would be one.
    assert all(one[1] < other[0] for one, other in pairwise(spans))


def test_a_week_that_is_always_open_is_a_single_span() -> None:
    whole = [Hours(frozenset(range(7)), 0, 0)]
    assert spans_of(whole) == ((0, WEEK),)
    assert hours_of(((0, WEEK),)) == whole


#: Tuesdays from nine to ten, and Sundays at half past two in the night.
SPANS: Spans = ((1440 + 540, 1440 + 600), (6 * 1440 + 150, 6 * 1440 + 180))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-02T06:59:59Z", False),
        ("2026-06-02T07:00:00Z", True),
        ("2026-06-02T07:59:59Z", True),
        ("2026-06-02T08:00:00Z", False),
        # An hour later by UTC once summer is over.
        ("2026-12-01T07:30:00Z", False),
        ("2026-12-01T08:30:00Z", True),
        # The night in which clocks are put forward has no half past two, ...
        ("2026-03-29T00:45:00Z", False),
        ("2026-03-29T01:00:00Z", False),
        # ... and that in which they are put back has two.
        ("2026-10-25T00:45:00Z", True),
        ("2026-10-25T01:15:00Z", False),
        ("2026-10-25T01:45:00Z", True),
    ],
)
def test_it_is_open_by_the_clock_on_the_wall(moment: str, is_open: bool) -> None:
    assert Week(SPANS, "Europe/Madrid").includes(datetime.fromisoformat(moment)) is is_open


@pytest.mark.parametrize(
    ("begins", "ends", "ever"),
    [
        # Tuesday's hour is from minute 1,980 to 2,040.
        (0, 1980, False),
        (0, 1981, True),
        (2039, 2040, True),
        (2040, 6 * 1440 + 150, False),
        (2040, 2040 + WEEK, True),
        (2039.99, 2040, True),
    ],
)
def test_it_is_known_whether_it_ever_opens(begins: float, ends: float, ever: bool) -> None:
    moments = (MONDAY + timedelta(minutes=each) for each in (begins, ends))
    assert Week(SPANS, "UTC").ever_within(*moments) is ever


def test_hours_over_which_clocks_are_put_forward_come_a_week_later() -> None:
    night = Week(((6 * 1440 + 150, 6 * 1440 + 160),), "Europe/Madrid")
    sunday = datetime(2026, 3, 29, tzinfo=UTC)
    assert not night.ever_within(sunday, sunday + timedelta(days=6))
    assert night.ever_within(sunday, sunday + timedelta(days=8))


def test_what_is_never_open_never_opens() -> None:
    assert not Week((), "UTC").ever_within(MONDAY, MONDAY + timedelta(days=90))
