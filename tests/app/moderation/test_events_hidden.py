"""An event that moderators hide is there for its hosts alone, wherever anybody looks."""

from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.notices.signals import NoticeGiven
from tests.app.conftest import Telling
from tests.app.events.evenings import an_event, evening, first_date, goes, goes_on, notices
from tests.app.events.test_calendars import address
from tests.app.moderation.keeping import case_of, decides, hides, moderator, moderators, reports
from tests.app.search.finding import finds, take_in
from tests.world import CAFE, Json, Someone, World, point

AROUND = f"lat={CAFE.lat}&lon={CAFE.lon}&radius=500"


@pytest.fixture
def host(world: World) -> Someone:
    return world.person("Host")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


@pytest.fixture
def keeper(world: World) -> Someone:
    return moderator(world)


def listed(who: Someone, query: str) -> set[str]:
    return {each["properties"]["event_id"] for each in who.gets(f"/events?limit=100&{query}")["features"]}


def in_calendar(world: World, path: str) -> set[str]:
    found = Calendar.from_ical(world.client.get(path).get_data()).walk("VEVENT")
    return {str(each["SUMMARY"]) for each in found}


def test_it_is_found_nowhere_but_by_its_host(
    world: World, app: Flask, host: Someone, bob: Someone, keeper: Someone
) -> None:
    riders, place, topic = world.community(), world.place(), world.topic()
    for each in (host, bob, keeper):
        each.joins(riders)
    word = f"pills{world.seed}"
    event = host.posts(
        "/events",
        evening(title=f"{word} sale", community_id=riders["id"], place_id=place["id"], topics=[topic]),
    )
    date = first_date(host, event)
    for each in (host, bob):
        goes(each, date, seen_by="everyone")
    mine, theirs = address(bob), address(host)
    take_in(app)
    feeds = ["for=me", AROUND, f"for=me&{AROUND}", f"community={riders['id']}", f"topic={topic}"]
    feeds.append(f"place={place['id']}")
    files = [f"/v1/{each}/events" for each in (f"communities/{riders['id']}", f"places/{place['id']}")]

    def seen_by(who: Someone) -> list[bool]:
        return [
            *(event["id"] in listed(who, each) for each in feeds),
            bool(finds(who, word)),
            *(who.asks("GET", f"/events/{event['id']}{each}").status_code == 200 for each in ("", "/dates")),
            *(
                who.asks("GET", f"{date}{each}").status_code == 200
                for each in ("", "/here", "/story", "/people")
            ),
        ]

    def public() -> list[bool]:
        paths = [
            *(f"{each}.atom" for each in files),
            *(f"{each}.ics" for each in files),
            mine,
            "/v1/events?limit=100",
        ]
        told = [word in world.client.get(each).get_data(as_text=True) for each in paths]
        return [*told, world.client.get(f"/v1{date}/story.atom").status_code == 200]

    for who in (host, bob):
        assert all(seen_by(who))
    assert all(public())
    case = hides(keeper, "event", event["id"], bob)
    for who in (bob, keeper):
        assert not any(seen_by(who))
    assert not any(public())
    assert all(seen_by(host)), "its host sees it as before"
    assert in_calendar(world, theirs) == {f"{word} sale"}
    assert bob.is_refused("PUT", f"{date}/reply", {"reply": "going"})["status"] == 404
    decides(keeper, case, "dismissed")
    assert all(seen_by(bob))
    assert all(public())
    assert bob.gets(date)["properties"]["mine"]["reply"] == "going", "who goes went on to"


def test_nobody_is_told_of_it_and_what_they_were_told_says_nothing(
    world: World, host: Someone, bob: Someone, keeper: Someone, telling: Telling
) -> None:
    event = an_event(host, title="Pills", capacity=1)
    date = first_date(host, event)
    goes(bob, date)
    host.asks("PATCH", f"/events/{event['id']}", {"position": point(CAFE), "radius_m": 500})
    assert notices(bob) == [("changed", "Pills")]
    hides(keeper, "event", event["id"], bob)
    told = telling(NoticeGiven)
    host.asks(
        "PATCH",
        f"/events/{event['id']}",
        {"title": "More pills", "radius_m": 900, "position": point(CAFE)},
    )
    host.puts(f"/events/{event['id']}/cancellation")
    assert told == []
    assert notices(bob) == [("report_upheld", None), ("changed", None)]
    assert notices(host) == [("hidden", None)], "but whose it is"
    assert "pills" not in bob.asks("GET", "/me/export").get_data(as_text=True).lower()


def test_while_it_lasts_it_ends_at_once_and_its_story_is_its_host_s(
    world: World, host: Someone, bob: Someone, keeper: Someone, session: Session
) -> None:
    event = an_event(host, timedelta(minutes=5), title="Pills")
    date = first_date(host, event)
    goes_on(world)
    there = host.gets(date)
    assert there["properties"]["lasting"]
    community = host.gets(f"{date}/here")["community_id"]
    assert bob.gets(f"/communities/{community}")["properties"]["name"] == "Pills"
    hides(keeper, "event", event["id"], bob)
    assert bob.asks("GET", f"/communities/{community}").status_code == 404
    goes_on(world)
    goes_on(world)
    assert not host.gets(date)["properties"]["lasting"]
    assert bob.asks("GET", f"{date}/story").status_code == 404
    assert session.scalar(text("SELECT count(*) FROM communities WHERE name = 'Pills'")) == 0
    assert host.asks("GET", f"{date}/story").status_code == 200


def test_one_date_that_says_it_is_read_by_moderators_too(
    host: Someone, bob: Someone, keeper: Someone, database: Database
) -> None:
    event = an_event(host, title="Harmless", text="Quite.")
    with database.transaction() as session:
        session.execute(
            text("UPDATE event_dates SET title = 'Pills' WHERE event_id = :id"), {"id": event["id"]}
        )
    made = reports(bob, "event", event["id"], "illegal")
    assert f"/v1/me/mutes/people/{host.handle}" in made["mute"]
    thing = keeper.gets(f"/moderation/cases/{case_of(keeper, event['id'])}")["thing"]
    assert (thing["by"], thing["text"]) == (host.handle, "Harmless\n\nQuite.\n\nPills")
    assert thing["at"]["coordinates"] == [CAFE.lon, CAFE.lat]


def test_its_host_is_told_and_may_object_once(
    world: World, host: Someone, bob: Someone, keeper: Someone
) -> None:
    event = an_event(host, title="Pills")
    case = hides(keeper, "event", event["id"], bob, "illegal")
    [told] = host.gets("/me/moderation")["items"]
    assert (told["id"], told["what"], told["reason"]) == (event["id"], "event", "illegal")
    assert bob.gets("/me/moderation")["items"] == []
    path = f"/me/moderation/{event['id']}/objection"
    assert bob.is_refused("POST", path, {"text": "I do not mind."})["status"] == 404
    host.posts(path, {"text": "They are for headaches."})
    assert host.is_refused("POST", path, {"text": "Again."})["status"] == 409
    second = world.person("Second")
    moderators(world, keeper, second)
    assert keeper.is_refused("PUT", f"/moderation/cases/{case}/taking")["status"] == 409
    decides(second, case, "dismissed")
    assert bob.gets(f"/events/{event['id']}")["properties"]["title"] == "Pills"


def test_a_host_neither_reports_nor_decides_their_own(world: World, host: Someone, bob: Someone) -> None:
    moderators(world, host)
    riders = world.community()
    host.joins(riders)
    for event in (an_event(host), host.posts("/events", evening(community_id=riders["id"]))):
        said = {"what": "event", "id": event["id"], "reason": "spam"}
        assert host.is_refused("POST", "/reports", said)["type"].endswith("not-allowed")
        reports(bob, "event", event["id"])
        assert all(
            host.gets(f"/moderation/cases/{each['id']}")["thing"]["id"] != event["id"]
            for each in host.gets("/moderation/cases?limit=100")["items"]
        )


def test_what_changes_after_it_was_dismissed_is_looked_at_again(
    host: Someone, bob: Someone, keeper: Someone, world: World
) -> None:
    event = an_event(host)
    reports(bob, "event", event["id"])
    case = case_of(keeper, event["id"])
    decides(keeper, case, "dismissed")
    reports(world.person("Cat"), "event", event["id"])
    assert keeper.gets(f"/moderation/cases/{case}")["state"] == "open"


def test_what_one_may_not_see_one_cannot_report(world: World, host: Someone, bob: Someone) -> None:
    riders: Json = world.community()
    host.joins(riders)
    event = host.posts("/events", evening(community_id=riders["id"], visibility="community"))
    said = {"what": "event", "id": event["id"], "reason": "spam"}
    assert bob.is_refused("POST", "/reports", said)["status"] == 404


def test_the_case_goes_with_the_event(host: Someone, bob: Someone, keeper: Someone, session: Session) -> None:
    event = an_event(host)
    hides(keeper, "event", event["id"], bob)
    assert host.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    found = text("SELECT count(*) FROM moderation_cases WHERE thing_id = :id")
    assert session.scalar(found, {"id": event["id"]}) == 0
    assert bob.gets("/me/reports")["items"] == []
