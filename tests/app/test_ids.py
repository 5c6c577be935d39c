"""Ids: they sort by time, tell their time and lane, and bound what was made when (UUIDv7, RFC 9562)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import RFC_4122, UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app import clock, ids
from app.ids import Lane, first_id_at, lane_of, milliseconds, new_id, time_of

MS = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
#: All that Python knows, and as many again of those in which ids are made.
moments = st.datetimes(timezones=st.just(UTC)) | st.datetimes(
    datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)
)
made_moments = st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC))


class Clock:
    """A clock that shows what it is told to."""

    def __init__(self, shows: datetime) -> None:
        self.shows = shows

    def now(self) -> datetime:
        return self.shows


@pytest.fixture
def hands() -> Iterator[Clock]:
    """The hands of the clock by which ids are made."""
    with pytest.MonkeyPatch.context() as patch:
        hands = Clock(datetime(2026, 11, 22, 12, tzinfo=UTC))
        patch.setattr(ids, "clock", hands)
        yield hands


def made_at(moment: datetime, lane: Lane | None = None) -> UUID:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "clock", Clock(moment))
        return (lane or Lane()).new_id()


@given(moment=made_moments)
def test_an_id_is_a_uuid_of_version_7(moment: datetime) -> None:
    made = made_at(moment)
    assert (made.version, made.variant) == (7, RFC_4122)


@given(moment=made_moments)
def test_an_id_tells_its_time_to_the_millisecond(moment: datetime) -> None:
    assert timedelta() <= moment - time_of(made_at(moment)) < MS


def test_an_id_is_of_this_moment() -> None:
    before = clock.now() - MS
    assert before <= time_of(new_id()) <= clock.now() + MS


def test_all_ids_of_a_lane_tell_its_number() -> None:
    lanes = [Lane() for _ in range(20)]
    assert [lane_of(lane.new_id()) for lane in lanes for _ in range(3)] == [
        lane.number for lane in lanes for _ in range(3)
    ]
    assert len({lane.number for lane in lanes}) == 20


@pytest.mark.parametrize("number", [0, 1, 0xFFFF_FFFF, 0x8000_0000])
def test_any_number_of_a_lane_comes_back(number: int) -> None:
    lane = Lane()
    lane.number = number
    made = lane.new_id()
    assert (lane_of(made), made.version, made.variant) == (number, 7, RFC_4122)


@given(steps_ms=st.lists(st.integers(-5000, 5000), max_size=60))
def test_a_lane_rises_whatever_its_clock_does(steps_ms: list[int]) -> None:
    lane, now, made = Lane(), datetime(2026, 11, 22, tzinfo=UTC), list[UUID]()
    for step in [0, *steps_ms]:
        now += step * MS
        made.append(made_at(now, lane))
    assert all(one < next for one, next in pairwise(made))
    assert {lane_of(each) for each in made} == {lane.number}


def test_a_lane_rises_beyond_what_one_millisecond_holds(hands: Clock) -> None:
    """4,096 fit; the next one borrows from the next millisecond, and so it stays when the clock gets there."""
    lane = Lane()
    made = [lane.new_id() for _ in range(4096 + 10)]
    hands.shows += MS
    made.append(lane.new_id())
    assert all(one < next for one, next in pairwise(made))
    assert {time_of(each) - hands.shows for each in made} == {-MS, timedelta()}


def test_ids_of_two_lanes_of_one_moment_differ(hands: Clock) -> None:
    assert len({Lane().new_id() for _ in range(1000)}) == 1000


@given(earlier=made_moments, later=made_moments)
def test_ids_sort_by_time_across_lanes(earlier: datetime, later: datetime) -> None:
    if milliseconds(earlier) > milliseconds(later):
        earlier, later = later, earlier
    if milliseconds(earlier) < milliseconds(later):
        assert made_at(earlier) < made_at(later)


@given(moment=made_moments)
def test_the_first_id_of_a_moment_is_not_above_any_made_then(moment: datetime) -> None:
    assert first_id_at(moment) <= made_at(moment)


@given(moment=made_moments.filter(lambda each: each > EPOCH + MS))
def test_the_first_id_of_a_moment_is_above_all_made_before(moment: datetime) -> None:
    whole = moment - timedelta(microseconds=moment.microsecond % 1000)
    assert made_at(whole - timedelta(microseconds=1)) < first_id_at(whole)


@given(moment=moments)
@example(FIRST)
@example(LAST)
@example(EPOCH - timedelta(microseconds=1))
@example(datetime(1, 1, 1, tzinfo=UTC))
@example(datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
def test_any_moment_has_a_first_id(moment: datetime) -> None:
    """Also those before 1970, which come as bounds of feeds."""
    first = first_id_at(moment)
    assert (first.version, first.variant) == (7, RFC_4122)
    if moment >= EPOCH:
        assert timedelta() <= moment - time_of(first) < MS
    else:
        assert first == first_id_at(EPOCH)


@given(one=moments, other=moments)
@example(FIRST, LAST)
@example(FIRST, EPOCH)
def test_first_ids_are_in_the_order_of_their_moments(one: datetime, other: datetime) -> None:
    earlier, later = min(one, other), max(one, other)
    assert first_id_at(earlier) <= first_id_at(later)
    if milliseconds(later) > max(0, milliseconds(earlier)):
        assert first_id_at(earlier) < first_id_at(later)


@given(moment=moments)
def test_a_moment_in_any_zone_has_the_same_first_id(moment: datetime) -> None:
    try:
        elsewhere = moment.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:45").tzinfo)
    except OverflowError:
        return
    assert first_id_at(elsewhere) == first_id_at(moment)


def test_a_moment_has_whole_milliseconds() -> None:
    assert milliseconds(EPOCH + timedelta(seconds=1, microseconds=999)) == 1000
    assert milliseconds(EPOCH) == 0
