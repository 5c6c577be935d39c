"""Series from calendars of others: dates left out, added, and changed alone; taken anew when they change."""

from datetime import datetime, timedelta

import pytest

from tests.app.events.evenings import dates_of, goes, notices
from tests.app.events.series import (
    at,
    begins,
    calendar,
    daily,
    on,
    outcomes,
    shown,
    takes,
)
from tests.world import World


@pytest.fixture
def starts() -> datetime:
    return begins()


def test_dates_are_left_out_and_added(world: World, starts: datetime) -> None:
    ana = world.person("Ana")
    series = daily(
        starts,
        f"EXDATE{at(starts, 1)},{starts + timedelta(days=2):%Y%m%dT%H%M%S}",
        f"EXDATE;VALUE=DATE:{starts + timedelta(days=3):%Y%m%d}",
        f"EXDATE{at(starts, 77)}",
        f"RDATE{at(starts, 9, -3)}",
        f"RDATE{at(starts)}",
    )
    taken = takes(ana, calendar(series))
    assert [when for _, when in shown(ana, taken)] == on(starts, 0, 4) + on(starts, 9, hours=-3)
    assert outcomes(ana, calendar(series)) == ["there"]
    said = ana.gets(f"/events/{taken[0]['event_id']}")["properties"]
    assert len(said["left_out"]) == 4
    assert said["added"] == [(starts + timedelta(days=9, hours=-3)).isoformat()]


def test_one_date_is_moved_called_otherwise_or_cancelled(world: World, starts: datetime) -> None:
    ana = world.person("Ana")
    text = calendar(
        f"RECURRENCE-ID{at(starts, 1)}\r\nSUMMARY:Yoga outside\r\nDTSTART{at(starts, 1, 1)}\r\nDURATION:PT1H",
        daily(starts),
        f"RECURRENCE-ID;VALUE=DATE:{starts + timedelta(days=2):%Y%m%d}\r\nSTATUS:CANCELLED",
        f"RECURRENCE-ID{at(starts, 3)}\r\nGEO:41.5;2.2",
    )
    taken = takes(ana, text)
    assert [each["outcome"] for each in taken] == ["changed", "made", "cancelled", "changed"]
    assert taken[0]["date"] == (starts + timedelta(days=1)).isoformat()
    assert shown(ana, taken[1:]) == [
        ("Yoga", on(starts, 0)[0]),
        ("Yoga outside", on(starts, 1, hours=1)[0]),
        *[("Yoga", each) for each in on(starts, 3, 4)],
    ]
    places = [each["geometry"]["coordinates"] for each in dates_of(ana, {"id": taken[1]["event_id"]})]
    assert places.count([2.2, 41.5]) == 1
    assert outcomes(ana, text) == ["there"] * 4


def test_who_goes_is_told_of_the_date_that_changed_and_of_no_other(world: World, starts: datetime) -> None:
    host, ana, bob, cat = (world.person(each) for each in ("Host", "Ana", "Bob", "Cat"))
    taken = takes(host, calendar(daily(starts)))
    found = dates_of(host, {"id": taken[0]["event_id"]})
    for who, each in ((ana, found[1]), (bob, found[2]), (cat, found[3])):
        goes(who, f"/events/{taken[0]['event_id']}/dates/{each['id']}")
    text = calendar(
        f"RECURRENCE-ID{at(starts, 1)}\r\nSUMMARY:Later\r\nDTSTART{at(starts, 1, 1)}\r\nDURATION:PT1H",
        f"RECURRENCE-ID{at(starts, 2)}\r\nSTATUS:CANCELLED",
        f"RECURRENCE-ID{at(starts, 3)}\r\nSUMMARY:Called so",
    )
    for _ in range(2):
        takes(host, text)
    assert (notices(ana), notices(bob), notices(cat)) == ([("changed", "Later")], [("cancelled", "Yoga")], [])


def test_a_higher_sequence_changes_it_and_the_same_does_not(world: World, starts: datetime) -> None:
    host, ana, bob = (world.person(each) for each in ("Host", "Ana", "Bob"))
    taken = takes(host, calendar(daily(starts)))
    found = dates_of(host, {"id": taken[0]["event_id"]})
    for who, each in ((ana, found[1]), (bob, found[2])):
        goes(who, f"/events/{taken[0]['event_id']}/dates/{each['id']}")
    less = daily(starts, f"EXDATE{at(starts, 1)}", f"RDATE{at(starts, 2, 3)}", title="Yin yoga")
    assert outcomes(host, calendar(less)) == ["there"]
    assert outcomes(host, calendar(less + "\r\nSEQUENCE:1")) == ["changed"]
    assert outcomes(host, calendar(less + "\r\nSEQUENCE:1")) == ["there"]
    times = on(starts, 0, 2) + on(starts, 2, hours=3) + on(starts, 3, 4)
    assert shown(host, taken) == [("Yin yoga", each) for each in times]
    assert (notices(ana), notices(bob)) == ([("cancelled", "Yin yoga")], []), "bob's date is what it was"
    later = daily(starts + timedelta(hours=1), title="Yin yoga") + "\r\nSEQUENCE:2"
    assert outcomes(host, calendar(later)) == ["changed"]
    assert notices(bob) == [("changed", "Yin yoga")]
    assert outcomes(host, calendar("STATUS:CANCELLED\r\nSEQUENCE:3")) == ["cancelled"]
    assert shown(host, taken) == []


def test_what_the_calendar_changes_no_longer_is_as_the_series_again(world: World, starts: datetime) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    moved = f"RECURRENCE-ID{at(starts, 1)}\r\nSUMMARY:Later\r\nDTSTART{at(starts, 1, 1)}\r\nDURATION:PT1H"
    taken = takes(host, calendar(daily(starts), moved))
    date = dates_of(host, {"id": taken[0]["event_id"]})[1]["id"]
    goes(ana, f"/events/{taken[0]['event_id']}/dates/{date}")
    renamed = daily(starts, "SEQUENCE:1", title="Yin")
    assert outcomes(host, calendar(renamed, moved)) == ["changed", "changed"]
    assert notices(ana) == [], "its date is when it was"
    assert outcomes(host, calendar(renamed.replace("SEQUENCE:1", "SEQUENCE:2"))) == ["changed"]
    assert shown(host, taken) == [("Yin", each) for each in on(starts, *range(5))]
    assert notices(ana) == [("changed", "Yin")]


def test_a_date_that_was_changed_alone_stays_so_when_the_series_lasts_longer(
    world: World, starts: datetime
) -> None:
    host = world.person("Host")
    moved = f"RECURRENCE-ID{at(starts, 1)}\r\nDTSTART{at(starts, 1, 5)}\r\nDURATION:PT1H"
    taken = takes(host, calendar(daily(starts), moved))
    path = f"/events/{taken[0]['event_id']}"
    host.asks("PATCH", path, {"ends_at": (starts + timedelta(hours=3)).isoformat()})
    assert [when for _, when in shown(host, taken)][1] == on(starts, 1, hours=5)[0]
    said = {"starts_at": starts + timedelta(hours=1), "ends_at": starts + timedelta(hours=3)}
    host.asks("PATCH", path, {name: each.isoformat() for name, each in said.items()})
    assert [when for _, when in shown(host, taken)] == on(starts, *range(5), hours=1), (
        "it moves with the others"
    )
