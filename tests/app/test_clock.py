"""The clock: the present, another time that goes at its own pace, and what is no time at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.clock import Pace

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
PACES = st.builds(Pace, MOMENTS, st.floats(0.001, 100_000), MOMENTS)


@pytest.fixture(autouse=True)
def _back_in_the_present() -> Iterator[None]:
    yield
    clock.run(None)


@given(PACES)
def test_a_pace_is_read_as_it_is_written(pace: Pace) -> None:
    assert Pace.of(str(pace)) == pace
    assert pace.at(pace.since) == pace.at(pace.since - timedelta(days=1)) == pace.begins


@given(PACES, st.floats(0, 86_400))
def test_so_many_seconds_of_ours_are_so_many_times_as_many_there(pace: Pace, seconds: float) -> None:
    later = pace.at(pace.since + timedelta(seconds=seconds))
    assert (later - pace.begins).total_seconds() == pytest.approx(seconds * pace.times, abs=0.1)


@pytest.mark.parametrize(
    "said",
    [
        "2012-04-03T18:00:00Z",
        "2012-04-03T18:00:00 x2 since 2026-11-22T22:30:00Z",
        "2012-04-03T18:00:00Z x2 since 2026-11-22T22:30:00",
        "2012-04-03T18:00:00Z x0 since 2026-11-22T22:30:00Z",
        "2012-04-03T18:00:00Z x-1 since 2026-11-22T22:30:00Z",
        "2012-04-03T18:00:00Z xnan since 2026-11-22T22:30:00Z",
        "2012-04-03T18:00:00Z x2 until 2026-11-22T22:30:00Z",
        "yesterday x2 since today",
    ],
)
def test_what_is_no_pace_is_none(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whoever reads settings says what to do.
        Pace.of(said)


def test_a_process_lives_in_another_time_until_it_is_back() -> None:
    began = datetime.now(UTC)
    clock.run(Pace(datetime(2012, 4, 3, tzinfo=UTC), 3600.0, began))
    there = clock.now()
    assert there >= datetime(2012, 4, 3, tzinfo=UTC)
    assert there.year == 2012
    assert clock.really_s(7200.0) == 2.0
    with clock.travelling(timedelta(days=400)):
        assert clock.now().year == 2013
    clock.run(None)
    assert clock.now() - began < timedelta(minutes=1)
    assert clock.really_s(15.0) == 15.0
