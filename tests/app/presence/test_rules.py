"""Until when a fix says where someone is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FixedInTheFuture
from app.presence.rules import present_until

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
LASTS, DRIFT = 2 * HOUR, timedelta(minutes=2)


@pytest.mark.parametrize(
    ("taken", "until"),
    [
        (NOON, NOON + LASTS),
        (NOON - HOUR, NOON + HOUR),
        (NOON - LASTS + SECOND, NOON + SECOND),
        (NOON - LASTS, None),
        (NOON - LASTS - SECOND, None),
        (NOON - 365 * 24 * HOUR, None),
        (NOON + SECOND, NOON + SECOND + LASTS),
        (NOON + DRIFT, NOON + DRIFT + LASTS),
    ],
)
def test_it_lasts_from_when_it_was_taken_and_not_from_when_it_came(
    taken: datetime, until: datetime | None
) -> None:
    assert present_until(taken, NOON, LASTS) == until


@pytest.mark.parametrize("ahead", [DRIFT + timedelta(microseconds=1), HOUR, timedelta(days=4000)])
def test_a_fix_of_the_future_is_refused_with_what_to_do(ahead: timedelta) -> None:
    with pytest.raises(
        FixedInTheFuture, match=rf"{ahead.total_seconds():.0f} seconds ahead.*Set the phone's clock"
    ):
        present_until(NOON + ahead, NOON, LASTS)


@given(
    ago=st.timedeltas(-DRIFT, timedelta(days=3)),
    lasts=st.timedeltas(timedelta(seconds=1), timedelta(days=2)),
)
def test_whatever_is_still_true_ends_in_the_future_and_no_later_than_it_may(
    ago: timedelta, lasts: timedelta
) -> None:
    until = present_until(NOON - ago, NOON, lasts)
    assert (until is None) == (ago >= lasts)
    if until is not None:
        assert NOON < until <= NOON + lasts + DRIFT
