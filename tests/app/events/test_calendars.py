"""Events as calendars and feeds, and taken in from calendars of others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import fromstring

import pytest
from icalendar import Calendar

from app import clock
from app.db import Database
from app.events import importing
from app.events.importing import MOST_SERIES, Source
from app.events.reading import events_in
from tests.app.events.evenings import an_event, dates_of, evening, first_date, goes, local
from tests.world import CAFE, Json, Someone, World, point


def address(somebody: Someone) -> str:
    return "/v1/" + str(somebody.posts("/me/calendar")["address"]).rpartition("/v1/")[2]


def read(world: World, path: str) -> list[Any]:
    answer = world.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar"), answer.get_data(as_text=True)
    return list(Calendar.from_ical(answer.get_data()).walk("VEVENT"))


def test_what_i_go_to_is_in_my_calendar(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    going, liked, refused = (
        an_event(host, title=f"{name}; a, b", text="é\nè") for name in ("One", "Two", "No")
    )
    goes(ana, first_date(host, going))
    goes(ana, first_date(host, liked), reply="interested")
    goes(ana, first_date(host, refused), reply="not")
    found = {str(each["SUMMARY"]): each for each in read(world, address(ana))}
    assert found.keys() == {"One; a, b", "Two; a, b"}
    one = found["One; a, b"]
    said = going["properties"]
    assert one.decoded("DTSTART").replace(tzinfo=None) == datetime.fromisoformat(said["starts_at"])
    assert str(one.decoded("DTSTART").tzinfo) == "Europe/Madrid"
    assert (str(one["DESCRIPTION"]), str(one["STATUS"])) == ("é\nè", "CONFIRMED")
    assert str(found["Two; a, b"]["STATUS"]) == "TENTATIVE"
    host.puts(f"/events/{going['id']}/cancellation")
    assert {str(each["STATUS"]) for each in read(world, address(ana))} == {"CANCELLED", "TENTATIVE"}


def test_one_date_goes_into_a_calendar_by_itself(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host, title="Alone", recurrence="FREQ=DAILY;COUNT=3")
    date = first_date(ana, event)
    (one,) = read(world, f"/v1{date}/calendar.ics")
    assert str(one["SUMMARY"]) == "Alone"
    assert str(one["UID"]) == f"{date.rpartition('/')[2]}@hereabouts"
    assert world.client.get(f"/v1{date[:-12]}000000000000/calendar.ics").status_code == 404


def test_what_is_for_members_is_in_no_calendar_of_others(world: World) -> None:
    riders = world.community("Ring riders")
    host, member, stranger = (world.person(each) for each in ("Host", "Member", "Stranger"))
    host.joins(riders)
    member.joins(riders)
    event = an_event(host, community_id=riders["id"], visibility="community")
    path = f"{first_date(host, event)}/calendar.ics"
    assert member.asks("GET", path).status_code == 200
    assert stranger.asks("GET", path).status_code == 404
    assert world.client.get(f"/v1{path}").status_code == 404


def test_the_time_zone_is_written_out_with_its_changes(world: World) -> None:
    ana = world.person("Ana")
    an_event(ana, recurrence="FREQ=WEEKLY")
    text = world.client.get(address(ana)).get_data(as_text=True)
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "TZID:Europe/Madrid" in text
    assert {"BEGIN:DAYLIGHT", "BEGIN:STANDARD"} <= set(text.split("\r\n"))
    assert text.count("BEGIN:VEVENT") == 53


def test_the_address_is_renewed_and_revoked(world: World) -> None:
    ana = world.person("Ana")
    first = address(ana)
    second = address(ana)
    assert first != second
    assert world.client.get(first).status_code == 404
    assert world.client.get(second).status_code == 200
    ana.deletes("/me/calendar")
    assert world.client.get(second).status_code == 404
    for forged in (second[:-1] + "A", "/v1/calendars/cal_", "/v1/calendars/x" * 9, "/v1/calendars/%00"):
        assert world.client.get(forged).status_code == 404


def test_a_community_s_and_a_place_s_calendar_hold_what_is_public(world: World) -> None:
    riders, place, ana = world.community(), world.place(), world.person("Ana")
    ana.joins(riders)
    for title, visibility in (("Open", "public"), ("Ours", "community")):
        body = evening(title=title, community_id=riders["id"], visibility=visibility, place_id=place["id"])
        ana.posts("/events", body)
    for whose in (f"/v1/communities/{riders['id']}", f"/v1/places/{place['id']}"):
        assert [str(each["SUMMARY"]) for each in read(world, f"{whose}/events.ics")] == ["Open"]
        answer = world.client.get(f"{whose}/events.atom")
        root = fromstring(answer.get_data())
        titles = [each.text for each in root.iter("{http://www.w3.org/2005/Atom}title")]
        assert len(titles) == 2
        assert str(titles[1]).startswith("Open, ")
    for nowhere in ("communities", "places"):
        missing = f"/v1/{nowhere}/00000000-0000-7000-8000-000000000000/events"
        assert world.client.get(f"{missing}.ics").status_code == 404
        assert world.client.get(f"{missing}.atom").status_code == 404


def ics(*events: str, uid: str = "one") -> str:
    lines = [f"BEGIN:VEVENT\r\nUID:{uid}-{n}\r\n{each}\r\nEND:VEVENT" for n, each in enumerate(events)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])


def when(zone: str = "Europe/Madrid") -> str:
    starts = local(timedelta(days=2), zone)
    return f"DTSTART;TZID={zone}:{starts:%Y%m%dT%H%M%S}\r\nDURATION:PT2H"


def takes(somebody: Someone, calendar: str, **more: Any) -> list[Json]:
    body = {"calendar": calendar, "position": point(CAFE), **more}
    taken: list[Json] = somebody.posts("/events/import", body)["events"]
    return taken


def test_a_calendar_is_taken_once_however_often_it_is_sent(world: World) -> None:
    ana = world.person("Ana")
    calendar = ics(
        f"SUMMARY:Yoga\r\nGEO:40.7;-74.0\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n{when('America/New_York')}"
    )
    [made] = takes(ana, calendar)
    [again] = takes(ana, calendar)
    assert (made["outcome"], again["outcome"], again["event_id"]) == ("made", "there", made["event_id"])
    shown = ana.gets(f"/events/{made['event_id']}")
    assert shown["properties"]["time_zone"] == "America/New_York"
    dates = dates_of(ana, shown)
    assert [each["geometry"]["coordinates"] for each in dates] == [[-74.0, 40.7]] * 3


def test_what_we_write_can_be_read_again(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    an_event(ana, text="a; b, c\\n")
    text = world.client.get(address(ana)).get_data(as_text=True)
    [taken] = takes(bob, text)
    shown = bob.gets(f"/events/{taken['event_id']}")["properties"]
    assert (shown["title"], shown["text"], shown["time_zone"]) == (
        "Night ride",
        "a; b, c\\n",
        "Europe/Madrid",
    )


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("SUMMARY:Old\r\nDTSTART:20010101T100000Z", "starts_at"),
        ("DTSTART:20300101T100000Z", "SUMMARY"),
        ("SUMMARY:Never", "cannot be read"),
        ("SUMMARY:Odd\r\nDTSTART:yesterday", "cannot be read"),
        ("SUMMARY:Off\r\nGEO:91;0\r\n{when}", "GEO"),
        ("SUMMARY:Every second\r\nRRULE:FREQ=SECONDLY\r\n{when}", "FREQ=SECONDLY"),
        ("SUMMARY:But one\r\nRRULE:FREQ=DAILY\r\nEXRULE:FREQ=WEEKLY\r\n{when}", "EXRULE"),
    ],
)
def test_what_cannot_be_taken_is_refused_alone(world: World, event: str, says: str) -> None:
    good = f"SUMMARY:Good\r\n{when()}"
    bad, taken = takes(world.person("Ana"), ics(event.replace("{when}", when()), good))
    assert (bad["outcome"], taken["outcome"]) == ("refused", "made")
    assert says in bad["detail"]


@pytest.mark.parametrize(
    "calendar",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT\r\n" * 5000,
        "BEGIN:VCALENDAR\r\nEND:VEVENT\r\n",
        "\x00",
        "é" * 999,
    ],
)
def test_what_is_no_calendar_is_refused_or_empty(world: World, calendar: str) -> None:
    answer = world.person("Ana").asks(
        "POST", "/events/import", {"calendar": calendar, "position": point(CAFE)}
    )
    assert answer.status_code in {200, 400, 422}, answer.get_data(as_text=True)
    assert answer.status_code >= 400 or answer.get_json()["events"] == []


def test_too_many_at_once_are_refused(world: World) -> None:
    calendar = ics(*[f"SUMMARY:Number {n}\r\n{when()}" for n in range(201)])
    problem = world.person("Ana").is_refused("POST", "/events/import", {"calendar": calendar})
    assert "at most 200" in problem["detail"]


def test_of_what_recurs_only_some_are_taken_at_once(world: World) -> None:
    ana = world.person("Ana")
    calendar = ics(*[f"SUMMARY:Number {n}\r\nRRULE:FREQ=YEARLY\r\n{when()}" for n in range(MOST_SERIES + 1)])
    first, second = takes(ana, calendar), takes(ana, calendar)
    assert [each["outcome"] for each in first] == ["made"] * MOST_SERIES + ["refused"]
    assert [each["outcome"] for each in second] == ["there"] * MOST_SERIES + ["made"]


def test_two_imports_at_once_make_each_event_once(world: World, database: Database) -> None:
    ana, start = world.person("Ana"), Barrier(4)
    calendar = ics(*[f"SUMMARY:Number {n}\r\n{when()}" for n in range(3)])
    source = Source("UTC", CAFE, 100.0, (), None, None)

    def take() -> list[object]:
        start.wait(10)
        with database.transaction() as session:
            found = importing.take(session, events_in(calendar, "UTC"), source, UUID(ana.id), clock.now())
            return [each.outcome for each in found]

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(take) for _ in range(4)]
        outcomes = sorted(str(each) for job in done for each in job.result(timeout=60))
    assert outcomes == ["made"] * 3 + ["there"] * 9
