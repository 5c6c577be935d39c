"""Which dates a series has, and that they are the same wherever its calendar is taken in."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.events.recurrence import MOST_DATES, Timing, carried, dates, gives, is_over, move_alike
from tests.app.events.evenings import local
from tests.app.events.series import (
    EVER,
    MADRID,
    at,
    calendar,
    daily,
    takes,
    wall,
)
from tests.app.events.test_calendars import address, read
from tests.world import CAFE, World


def test_a_rule_across_the_change_of_clocks_leaves_out_by_the_wall() -> None:
    first = datetime(2026, 10, 20, 2, 30)
    out, late = datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 26, 2, 30)
    nightly = Timing(first, first + timedelta(hours=1), MADRID, "FREQ=DAILY;COUNT=7", (), (out,))
    assert dates(nightly, first, first + EVER) == [
        *(first + timedelta(days=each) for each in range(5)),
        late,
    ]
    assert not gives(nightly, out)
    assert gives(nightly, late)


def test_the_29th_of_february_may_be_added_and_left_out() -> None:
    leap = datetime(2028, 2, 29, 20)
    added = Timing(leap, leap + timedelta(hours=1), MADRID, None, (datetime(2029, 3, 1, 20),))
    assert dates(added, leap, leap + EVER) == [leap, datetime(2029, 3, 1, 20)]
    assert not is_over(added, datetime(2029, 1, 1))
    assert is_over(added, datetime(2029, 3, 2))
    yearly = Timing(leap, leap + timedelta(hours=1), MADRID, "FREQ=YEARLY", (), (leap,))
    assert dates(yearly, leap, datetime(2033, 1, 1)) == [datetime(2032, 2, 29, 20)]


times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda each: each.replace(microsecond=0))


@given(times, st.lists(st.integers(0, 20), max_size=8), st.lists(times, max_size=8), st.integers(-400, 400))
def test_dates_are_the_rule_s_without_some_and_with_others(
    first: datetime, out: list[int], more: list[datetime], later: int
) -> None:
    lasts = timedelta(hours=1)
    left_out = tuple(sorted({first + timedelta(days=each) for each in out}))
    series = Timing(first, first + lasts, MADRID, "FREQ=DAILY;COUNT=15", tuple(sorted(set(more))), left_out)
    every = {first + timedelta(days=each) for each in range(15)} | set(more)
    expected = sorted(every - set(left_out))
    assert dates(series, datetime(2025, 1, 1), datetime(2030, 1, 1)) == expected
    assert all(gives(series, each) for each in expected)
    assert not any(gives(series, each) for each in left_out)
    assert len(expected) <= MOST_DATES
    by = timedelta(hours=later)
    bare = Timing(first + by, first + by + lasts, MADRID, "FREQ=DAILY;COUNT=15")
    moved = carried(series, bare)
    assert move_alike(series, moved)
    assert dates(moved, datetime(2024, 1, 1), datetime(2031, 1, 1)) == [each + by for each in expected]


def dates_in(events: list[Any]) -> set[tuple[str, str, str, str]]:
    return {
        (
            str(each["SUMMARY"]),
            wall(each.decoded("DTSTART").isoformat()),
            wall(each.decoded("DTEND").isoformat()),
            str(each["GEO"].to_ical()),
        )
        for each in events
        if str(each["STATUS"]) != "CANCELLED"
    }


changed = st.one_of(
    st.just("STATUS:CANCELLED"),
    st.builds(
        lambda title, hours, lasts: (title, hours, lasts),
        st.sampled_from(["Other", "Elsewhere; so"]),
        st.integers(-20, 20),
        st.integers(1, 30),
    ),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    out=st.sets(st.integers(0, 8), max_size=4),
    more=st.sets(st.integers(30, 600), max_size=5),
    alone=st.dictionaries(st.integers(0, 8), changed, max_size=4),
)
def test_what_we_write_is_the_same_when_it_is_taken_in_again(
    world: World, out: set[int], more: set[int], alone: dict[int, Any]
) -> None:
    """A slow reading of the same series says what it should be; and whoever takes in our calendar has the same."""
    ana, bob = world.person(), world.person()
    starts = local(timedelta(days=3)).replace(minute=0, second=0)
    series = daily(
        starts,
        "RRULE:FREQ=DAILY;COUNT=9",
        *[f"EXDATE{at(starts, each)}" for each in out],
        *[f"RDATE{at(starts, 10, each)}" for each in more],
    )
    lines, expected = [], {}
    for day in set(range(9)) - out:
        expected[starts + timedelta(days=day)] = ("Yoga", starts + timedelta(days=day), 2)
    for hours in more:
        added = starts + timedelta(days=10, hours=hours)
        expected[added] = ("Yoga", added, 2)
    for day, how in alone.items():
        was = starts + timedelta(days=day)
        said = (
            how
            if isinstance(how, str)
            else (f"SUMMARY:{how[0]}\r\nDTSTART{at(starts, day, how[1])}\r\nDURATION:PT{how[2]}H")
        )
        lines.append(f"RECURRENCE-ID{at(starts, day)}\r\n{said}")
        if was in expected and isinstance(how, str):
            del expected[was]
        elif was in expected:
            expected[was] = (how[0], was + timedelta(hours=how[1]), how[2])
    geo = f"{CAFE.lat};{CAFE.lon}"
    takes(ana, calendar(series.replace("\\;", ";"), *lines))
    stand = {
        (title, f"{when:%m-%d %H:%M}", f"{when + timedelta(hours=lasts):%m-%d %H:%M}", geo)
        for title, when, lasts in expected.values()
    }
    assert dates_in(read(world, address(ana))) == stand
    takes(bob, world.client.get(address(ana)).get_data(as_text=True))
    assert dates_in(read(world, address(bob))) == stand
