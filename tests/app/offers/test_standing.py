"""The offers that stand, in memory."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.offers.standing import Standing, StandingOffers, Window
from app.trust.week import Week
from geo import Circle, Position, destination

HERE = Position(41.4036, 2.1561)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COFFEE, RIDE = UUID(int=1), UUID(int=2)


def standing(offer_id: UUID = COFFEE, at: Position = HERE, starts_at: datetime = NOON) -> Standing:
    return Standing(offer_id, Circle(at, 300), Window(NOON, starts_at, starts_at + HOUR))


def knowing(*offers: Standing) -> StandingOffers:
    known = StandingOffers()
    known.learn(offers, NOON)
    return known


@pytest.mark.parametrize(
    ("after", "is_open"),
    [
        (-timedelta(microseconds=1), False),
        (timedelta(), True),
        (HOUR - timedelta(microseconds=1), True),
        (HOUR, False),
    ],
)
def test_it_is_open_from_its_beginning_until_its_end(after: timedelta, is_open: bool) -> None:
    assert knowing(standing()).open_at(HERE, NOON + after) is is_open


@pytest.mark.parametrize(("metres", "is_open"), [(0, True), (299, True), (301, False)])
def test_it_is_open_where_its_area_is(metres: float, is_open: bool) -> None:
    assert knowing(standing()).open_at(destination(HERE, 90, metres), NOON) is is_open


def test_one_that_is_closed_hides_none_that_is_open() -> None:
    assert knowing(standing(starts_at=NOON - 2 * HOUR), standing(RIDE)).open_at(HERE, NOON)


def test_it_opens_once() -> None:
    known = knowing(standing(), standing(RIDE, starts_at=NOON + HOUR))
    opened = [known.opened(NOON + hours * HOUR) for hours in (0, 0.5, 1, 1.5)]
    assert opened == [[], [], [RIDE], []]


def test_what_is_new_and_open_is_told_once() -> None:
    known = StandingOffers()
    offers = [standing(), standing(RIDE, starts_at=NOON + HOUR)]
    assert [known.learn(offers, NOON) for _ in range(2)] == [[COFFEE], []]


def test_what_is_learnt_again_is_known_once() -> None:
    known = knowing(standing(), standing())
    assert len(known) == 1
    known.forget_ended(NOON + HOUR)
    assert not known.open_at(HERE, NOON)


def test_what_has_ended_is_forgotten_and_nothing_else() -> None:
    known = knowing(standing(starts_at=NOON - HOUR), standing(RIDE))
    known.forget_ended(NOON)
    assert len(known) == 1
    assert known.open_at(HERE, NOON)


def weekly(*minutes: tuple[int, int], published_at: datetime = NOON) -> Standing:
    """To be had every week at these minutes past Monday's noon, UTC; `NOON` is one."""
    week = Week(tuple((720 + since, 720 + until) for since, until in minutes), "UTC")
    return Standing(COFFEE, Circle(HERE, 300), Window(published_at, NOON, NOON + 30 * 24 * HOUR, week))


def test_it_opens_once_for_each_of_its_hours() -> None:
    known = knowing(weekly((10, 20), (30, 31)))
    minutes = (0, 9, 10, 15, 20, 29, 30, 31, 7 * 24 * 60 + 10)
    opened = [bool(known.opened(NOON + timedelta(minutes=each))) for each in minutes]
    assert opened == [False, False, True, False, False, False, True, False, True]
    assert [known.open_at(HERE, NOON + timedelta(minutes=each)) for each in (9, 10, 19, 20)] == [
        False,
        True,
        True,
        False,
    ]


def test_one_that_stands_again_after_a_pause_is_new() -> None:
    known = knowing(weekly((0, 20)))
    again = weekly((0, 20), published_at=NOON + timedelta(minutes=5))
    now = NOON + timedelta(minutes=6)
    assert [known.learn([each], now) for each in (weekly((0, 20)), again, again)] == [[], [COFFEE], []]
    assert len(known) == 1
