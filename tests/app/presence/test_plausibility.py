"""Whether a fix can be true: a table of cases, and what holds for all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.presence.plausibility import BELIEVED, FASTEST_M_S, Doubt, Fixed, judge
from app.presence.rules import CLOCK_DRIFT
from geo import Position, destination, metres_between

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = Position(41.4036, 2.1561)


def fixed(metres: float = 0, ago_s: float = 0, accuracy_m: float | None = 10) -> Fixed:
    """So far east of here, so long ago."""
    return Fixed(destination(HERE, 90, metres), accuracy_m, NOW - timedelta(seconds=ago_s))


CASES: list[tuple[str, Fixed | None, Fixed, tuple[Doubt, ...]]] = [
    ("nothing known", None, fixed(), ()),
    ("the same again", fixed(), fixed(), ()),
    ("on foot", fixed(0, 60), fixed(80), ()),
    ("in a car", fixed(0, 60), fixed(2_000), ()),
    ("in an airliner with the wind behind it", fixed(0, 60), fixed(60 * 330), ()),
    ("faster than any", fixed(0, 60), fixed(60 * 370), (Doubt.TOO_FAST,)),
    ("to another town in a minute", fixed(0, 60), fixed(100_000), (Doubt.TOO_FAST,)),
    ("to another town in a minute, back in time", fixed(0), fixed(100_000, 60), (Doubt.TOO_FAST,)),
    ("two at one moment, near", fixed(0), fixed(300), ()),
    ("two at one moment, far", fixed(0), fixed(5_000), (Doubt.TWO_PLACES,)),
    ("two within seconds, far", fixed(0, 5), fixed(5_000), (Doubt.TWO_PLACES,)),
    ("unsure by two kilometres", fixed(0, 1), fixed(4_000, 0, 2_000), ()),
    ("sure to ten metres", fixed(0, 1), fixed(4_000), (Doubt.TWO_PLACES,)),
    ("says not how sure", fixed(0, 0, None), fixed(500, 0, None), ()),
    ("the other side of the globe, a day later", fixed(0, 86_400), fixed(20_000_000), ()),
    ("the other side of the globe, hours later", fixed(0, 7_000), fixed(20_000_000), (Doubt.TOO_FAST,)),
    ("as far ahead as clocks drift", None, fixed(0, -120), ()),
    ("further ahead", None, fixed(0, -121), (Doubt.FUTURE,)),
    ("further ahead and far", fixed(), fixed(90_000, -121), (Doubt.FUTURE, Doubt.TOO_FAST)),
]


@pytest.mark.parametrize(
    ("known", "new", "doubts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_doubted(known: Fixed | None, new: Fixed, doubts: tuple[Doubt, ...]) -> None:
    assert judge(known, new, NOW).doubts == doubts
    assert judge(known, new, NOW).is_plausible is not bool(doubts)


def test_what_the_phone_says_is_made_up_is_not_believed_wherever_it_is() -> None:
    assert judge(None, fixed(), NOW, mocked=True).doubts == (Doubt.MOCKED,)
    assert judge(fixed(), fixed(9e6), NOW, mocked=True).doubts == (Doubt.MOCKED, Doubt.TWO_PLACES)


FIXES = st.builds(
    lambda lat, lon, ago_s, accuracy_m: Fixed(Position(lat, lon), accuracy_m, NOW - timedelta(seconds=ago_s)),
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(-120, 1e6),
    st.none() | st.floats(0, 100_000),
)


@given(FIXES, FIXES)
def test_it_does_not_matter_which_came_first(one: Fixed, other: Fixed) -> None:
    assert judge(one, other, NOW) == judge(other, one, NOW)


@given(FIXES, FIXES, st.floats(0, 1e6))
def test_more_time_raises_no_doubt(known: Fixed, new: Fixed, more_s: float) -> None:
    earlier, later = sorted((known, new), key=lambda each: each.fixed_at)
    long_before = Fixed(earlier.position, earlier.accuracy_m, earlier.fixed_at - timedelta(seconds=more_s))
    if judge(earlier, later, NOW) == BELIEVED:
        assert judge(long_before, later, NOW) == BELIEVED


@given(FIXES, FIXES)
def test_nobody_who_is_believed_went_much_faster_than_an_airliner(known: Fixed, new: Fixed) -> None:
    if judge(known, new, NOW).is_plausible:
        between_s = abs((new.fixed_at - known.fixed_at).total_seconds())
        surely_m = metres_between(known.position, new.position) - 2 * (known.sure_to_m + new.sure_to_m)
        assert surely_m <= FASTEST_M_S * (between_s + 1)
        assert new.fixed_at <= NOW + CLOCK_DRIFT
