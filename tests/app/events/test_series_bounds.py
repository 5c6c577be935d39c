"""What a calendar cannot make of a series, and what it can only just."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import Database
from app.events import dating, service
from tests.app.events.series import (
    at,
    begins,
    calendar,
    daily,
    shown,
    takes,
)
from tests.world import CAFE, World, point


@pytest.fixture
def starts() -> datetime:
    return begins()


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("RECURRENCE-ID;RANGE=THISANDFUTURE{at1}\r\nDTSTART{at1}", "THISANDFUTURE"),
        ("RECURRENCE-ID{at9}\r\nDTSTART{at1}", "none of the dates"),
        ("RECURRENCE-ID{far}\r\nSTATUS:CANCELLED", "within 732 days"),
        ("RECURRENCE-ID{at1}\r\nDTSTART{far}", "within 732 days"),
        ("RECURRENCE-ID{at1}\r\nDTSTART:00010101T000000Z", "before 1900"),
        ("RECURRENCE-ID{at1}\r\nDTSTART{at1}\r\nDURATION:P40D", "within 31 days"),
        ("RECURRENCE-ID{at1}\r\nDTSTART{at1}\r\nDURATION:-PT1H", "ends_at"),
        ("RECURRENCE-ID{at1}\r\nDTSTART{ago}\r\nDURATION:PT1H", "is over"),
        ("RECURRENCE-ID:00010101T000000Z\r\nSTATUS:CANCELLED", "before 1900"),
        ("RECURRENCE-ID:soon\r\nSTATUS:CANCELLED", "cannot be read"),
        ("RECURRENCE-ID{at2}\r\nSUMMARY:Late", "twice"),
        ("RECURRENCE-ID{at1}\r\nGEO:91;0", "GEO"),
    ],
)
def test_what_cannot_be_done_to_one_date_is_refused_alone(
    world: World, starts: datetime, event: str, says: str
) -> None:
    times = {"at1": at(starts, 1), "at2": at(starts, 2), "at9": at(starts, 9)}
    event = event.format(**times, far=at(starts, 4000), ago=at(starts, -9))
    ana = world.person("Ana")
    series, sound, bad = takes(
        ana, calendar(daily(starts), f"RECURRENCE-ID{at(starts, 2)}\r\nSUMMARY:Sound\r\nSEQUENCE:1", event)
    )
    assert (series["outcome"], sound["outcome"], bad["outcome"]) == ("made", "changed", "refused")
    assert says in bad["detail"]
    assert len(shown(ana, [series])) == 5


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            "RDATE:"
            + ",".join(f"2027{n // 28 % 12 + 1:02}{n % 28 + 1:02}T{n // 336:02}0000" for n in range(500)),
            "500",
        ),
        ("RDATE:99990101T000000", "after 2999"),
        ("EXDATE:00010101T000000", "before 1900"),
        ("RDATE;VALUE=PERIOD:20270101T100000Z/PT5H", "another length"),
        ("EXRULE:FREQ=DAILY", "EXRULE"),
        ("RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY", "more than one RRULE"),
        ("RDATE:never", "cannot be read"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "not one of the dates"),
    ],
)
def test_what_a_series_cannot_be_is_refused_with_what_to_do(
    world: World, starts: datetime, more: str, says: str
) -> None:
    [bad] = takes(world.person("Ana"), calendar(daily(starts, more)))
    assert bad["outcome"] == "refused"
    assert says in bad["detail"]


def test_a_date_of_a_series_that_is_not_here_is_refused(world: World, starts: datetime) -> None:
    [bad] = takes(world.person("Ana"), calendar(f"RECURRENCE-ID{at(starts)}\r\nSUMMARY:One"))
    assert "not here" in bad["detail"]


def test_a_date_further_ahead_than_dates_are_made_is_changed_and_not_made_twice(
    world: World, starts: datetime, database: Database
) -> None:
    ana = world.person("Ana")
    series = f"SUMMARY:Fair\r\nDTSTART{at(starts)}\r\nDURATION:PT2H\r\nRRULE:FREQ=WEEKLY"
    far = f"RECURRENCE-ID{at(starts, 7 * 60)}\r\nSUMMARY:Great fair"
    taken = takes(ana, calendar(series, far))
    assert [each["outcome"] for each in taken] == ["made", "changed"]
    with clock.travelling(timedelta(days=90)), database.transaction() as session:
        dating.prolong(session, clock.now())
    with database.reading() as session:
        event = session.get_one(service.Event, taken[0]["event_id"])
        again = dating._standing(session, event.id, clock.now())[1]
    assert len(again) == len({when for _, when in again}) > 60


def test_floating_times_and_other_zones_are_on_the_wall_of_the_series(world: World, starts: datetime) -> None:
    ana = world.person("Ana")
    utc = f"{starts + timedelta(days=1):%Y%m%dT%H%M%S}"
    body = {
        "calendar": calendar(
            f"SUMMARY:Floats\r\nDTSTART:{starts:%Y%m%dT%H%M%S}\r\nDURATION:PT2H\r\nRRULE:FREQ=DAILY;COUNT=3"
            f"\r\nEXDATE;TZID=UTC:{utc}"
        ),
        "position": point(CAFE),
        "time_zone": "UTC",
    }
    taken = ana.posts("/events/import", body)["events"]
    assert len(shown(ana, taken)) == 2
