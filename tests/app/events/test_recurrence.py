"""When recurring events are: RFC 5545 by the clock on the wall, and rules that would never come to an end."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.events.recurrence import MOST_DATES, Timing, dates, is_over, is_zone, rule_of
from app.events.rules import counted, rematched

START = datetime(2026, 12, 1, 19, 30)
EVER = datetime(2099, 1, 1)


def timing(
    rule: str | None, start: datetime = START, zone: str = "Europe/Madrid", hours: float = 3
) -> Timing:
    return Timing(start, start + timedelta(hours=hours), zone, rule)


def first(rule: str, count: int = 3, start: datetime = START) -> list[str]:
    return [f"{each:%d.%m.%y %H:%M}" for each in dates(timing(rule, start), start, EVER)[:count]]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY", ["01.12.26 19:30", "08.12.26 19:30", "15.12.26 19:30"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH", ["01.12.26 19:30", "03.12.26 19:30", "08.12.26 19:30"]),
        ("FREQ=MONTHLY;BYDAY=1TU", ["01.12.26 19:30", "05.01.27 19:30", "02.02.27 19:30"]),
        ("FREQ=DAILY;COUNT=2", ["01.12.26 19:30", "02.12.26 19:30"]),
        ("FREQ=DAILY;UNTIL=20261202", ["01.12.26 19:30", "02.12.26 19:30"]),
        # 18:30 UTC is 19:30 in Madrid.
        ("FREQ=DAILY;UNTIL=20261202T183000Z", ["01.12.26 19:30", "02.12.26 19:30"]),
        ("FREQ=DAILY;UNTIL=20261202T182959Z", ["01.12.26 19:30"]),
    ],
)
def test_the_dates_of_a_rule(rule: str, expected: list[str]) -> None:
    assert first(rule) == expected


def test_the_29th_of_february_is_skipped_in_most_years() -> None:
    leap = datetime(2028, 2, 29, 20)
    assert first("FREQ=YEARLY", 3, leap) == ["29.02.28 20:00", "29.02.32 20:00", "29.02.36 20:00"]


def test_the_wall_s_clock_holds_when_clocks_change() -> None:
    weekly = timing("FREQ=WEEKLY", datetime(2026, 10, 18, 22), hours=6)
    before, after = (weekly.instants(each) for each in dates(weekly, weekly.starts_at, EVER)[:2])
    assert [each.hour for each in (*before, *after)] == [20, 2, 21, 3]
    night = timing(None, datetime(2026, 10, 24, 22), hours=6)
    starts, ends = night.instants(night.starts_at)
    assert ends - starts == timedelta(hours=7), "from ten to four is an hour longer on that night"


def test_a_time_that_the_clock_leaves_out_is_taken_by_the_offset_before() -> None:
    gap = timing(None, datetime(2027, 3, 28, 2, 30), hours=0.25)
    starts, ends = gap.instants(gap.starts_at)
    assert (starts, ends - starts) == (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), timedelta(minutes=15))
    across = timing(None, datetime(2027, 3, 28, 2, 30), hours=0.6)
    starts, ends = across.instants(across.starts_at)
    assert starts < ends


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "''"),
        ("WEEKLY", "'WEEKLY'"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"),
        ("FREQ=DAILY;INTERVAL=9999", "at most 1000"),
        ("FREQ=DAILY;COUNT=99999999999", "COUNT"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=20270230", "no day"),
        ("FREQ=DAILY;BYMONTHDAY=30", "does not go with"),
        ("FREQ=WEEKLY;BYDAY=2TU", "numbers do not go"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER"),
        ("FREQ=DAILY;BYHOUR=1", "BYHOUR"),
        ("FREQ=DAILY\nDTSTART:20200101", "FREQ=DAILY"),
        ("FREQ=DAILY;COUNT=٣", "COUNT"),
        ("FREQ=DAILY;" * 40, "at most 300"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_reason(rule: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule_of(rule)
    assert says in refused.value.detail


def test_the_first_date_is_one_that_the_rule_gives() -> None:
    with pytest.raises(Invalid, match="Tuesday, 01 December 2026 is not one of the dates"):
        dates(timing("FREQ=WEEKLY;BYDAY=MO"), START, EVER)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=7",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=1000",
        "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=4;INTERVAL=4",
    ],
)
def test_a_rule_that_gives_nothing_is_not_looked_for_until_the_year_9999(rule: str) -> None:
    begun = time.process_time()
    kept = timing(rule_of(rule))
    is_over(kept, EVER)
    with suppress(Invalid):
        dates(kept, START, EVER)
    assert time.process_time() - begun < 0.4


def test_what_never_ends_is_made_only_so_far() -> None:
    assert len(dates(timing("FREQ=DAILY"), START, EVER)) == MOST_DATES
    assert not is_over(timing("FREQ=DAILY"), EVER)
    assert is_over(timing("FREQ=DAILY;COUNT=3"), EVER)
    assert is_over(timing(None), START)


@given(
    st.text(max_size=60)
    | st.from_regex(r"(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[-0-9A-Z,]{1,8}){0,3})")
)
def test_whatever_is_said_is_a_rule_or_refused(said: str) -> None:
    try:
        kept = rule_of(said)
        found = dates(timing(kept), START, START + timedelta(days=366))
    except Invalid:
        return
    assert found == sorted(set(found))
    assert rule_of(kept) == kept


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Madrid", True),
        ("UTC", True),
        ("../../etc/passwd", False),
        ("", False),
        ("Mars/Olympus", False),
    ],
)
def test_what_is_a_time_zone(name: str, expected: bool) -> None:
    assert is_zone(name) is expected


A, B = UUID(int=1), UUID(int=2)


def test_dates_move_in_order_under_the_same_rule() -> None:
    old = [(A, datetime(2026, 1, 1, 10)), (B, datetime(2026, 1, 8, 10))]
    new = [datetime(2026, 1, 2, 12), datetime(2026, 1, 9, 12), datetime(2026, 1, 16, 12)]
    assert rematched(old, new, alike=True) == ({A: new[0], B: new[1]}, [new[2]])


def test_dates_stay_on_their_day_under_another_rule() -> None:
    old = [(A, datetime(2026, 1, 1, 10)), (B, datetime(2026, 1, 8, 10))]
    new = [datetime(2026, 1, 8, 12), datetime(2026, 1, 9, 12)]
    assert rematched(old, new, alike=False) == ({B: new[0]}, [new[1]])


def test_of_two_dates_on_a_day_each_stays_what_it_is() -> None:
    morning, evening, late = (datetime(2026, 1, 8, hour) for hour in (10, 18, 20))
    old = [(A, morning), (B, evening)]
    assert rematched(old, [evening], alike=False) == ({B: evening}, [])
    assert rematched(old, [evening, late], alike=False) == ({B: evening, A: late}, [])


@pytest.mark.parametrize(("people", "exactly", "shown"), [(4, False, None), (5, False, 5), (1, True, 1)])
def test_few_are_no_figure(people: int, exactly: bool, shown: int | None) -> None:
    assert counted(people, exactly) == shown
