"""Making events: who may host them, what they say, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from app import clock
from tests.app.events.evenings import MADRID, an_event, dates_of, evening, local
from tests.world import CAFE, FAR_AWAY, World, point, square


def test_an_event_is_what_its_host_said(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    made = an_event(ana, topics=[topic], text="With lights", capacity=20)
    shown = world.person("Bob").gets(f"/events/{made['id']}")["properties"]
    assert (shown["title"], shown["text"], shown["topics"]) == ("Night ride", "With lights", [topic])
    assert (shown["host_kind"], shown["host_id"], shown["hosting"]) == ("person", ana.id, False)
    assert (shown["time_zone"], shown["capacity"], shown["cancelled"]) == (MADRID, 20, False)
    [date] = dates_of(ana, made)
    assert date["geometry"]["coordinates"] == [CAFE.lon, CAFE.lat]
    assert date["properties"]["host"]["name"] == ana.handle


def test_a_weekly_event_is_made_a_year_ahead(world: World) -> None:
    ana = world.person("Ana")
    made = an_event(ana, recurrence="FREQ=WEEKLY")
    assert len(dates_of(ana, made)) == 53


def test_what_never_ends_is_prolonged(world: World, database: Any) -> None:
    from app.events import service  # noqa: PLC0415

    ana = world.person("Ana")
    made = an_event(ana, recurrence="FREQ=WEEKLY")
    with clock.travelling(timedelta(days=60)):
        before = len(dates_of(ana, made))
        with database.transaction() as session:
            service.keep_up(session, clock.now())
            service.keep_up(session, clock.now())
        after = dates_of(ana, made)
    assert (before, len(after)) in {(44, 52), (44, 53)}
    starts = [each["properties"]["starts_at"] for each in after]
    assert starts == sorted(set(starts))


def test_a_community_s_event_is_for_its_members_alone_if_it_says_so(world: World) -> None:
    riders, ana, bob = world.community(), world.person("Ana"), world.person("Bob")
    said = evening(community_id=riders["id"], visibility="community")
    assert ana.is_refused("POST", "/events", said)["type"].endswith("not-a-member")
    ana.joins(riders)
    made = ana.posts("/events", said)
    assert bob.asks("GET", f"/events/{made['id']}").status_code == 404
    assert world.client.get(f"/v1/events/{made['id']}").status_code == 404
    assert bob.gets(f"/events?community={riders['id']}")["features"] == []
    assert bob.asks("GET", f"/events/{made['id']}/dates").status_code == 404
    bob.joins(riders)
    assert bob.gets(f"/events/{made['id']}")["properties"]["host_kind"] == "community"
    [listed] = bob.gets(f"/events?community={riders['id']}")["features"]
    assert listed["properties"]["host"]["name"] == "Ring riders"


def test_a_business_s_event_is_made_by_its_staff(world: World) -> None:
    business = world.business()
    said = evening(business_id=business["id"])
    assert world.person().is_refused("POST", "/events", said)["type"].endswith("not-allowed")
    assert world.founder.posts("/events", said)["properties"]["host_kind"] == "business"


def test_who_blocked_its_host_does_not_find_it(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    made = an_event(ana)
    ana.blocks(bob)
    assert bob.asks("GET", f"/events/{made['id']}").status_code == 404
    assert world.client.get(f"/v1/events/{made['id']}").status_code == 200


def test_who_muted_its_host_or_topic_hears_nothing_of_it(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    made = an_event(ana, topics=[topic])
    bob, eve = world.person("Bob"), world.person("Eve")
    bob.puts(f"/me/mutes/people/{ana.handle}")
    eve.puts(f"/me/mutes/topics/{topic}")
    for each in (bob, eve):
        assert each.gets(f"/events?topic={topic}")["features"] == []
        assert each.gets(f"/events/{made['id']}")["id"] == made["id"], "asked for, it is there"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"time_zone": "../../etc/passwd"}, "no time zone"),
        ({"ends_at": "2000-01-01T00:00:00"}, "after it begins"),
        ({"starts_at": "9999-12-31T23:59:59", "ends_at": "9999-12-31T23:59:59"}, "after it begins"),
        ({"starts_at": "0001-01-01T00:00:00", "ends_at": "0001-01-02T00:00:00"}, "within 732 days"),
        ({"starts_at": "2026-01-01T10:00:00Z"}, "starts_at"),
        ({"recurrence": "FREQ=SECONDLY"}, "FREQ=SECONDLY"),
        ({"recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "not one of the dates"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10**12}, "capacity"),
        ({"title": "a\0b"}, "title"),
        ({"visibility": "community"}, "community_id"),
        ({"position": None}, "say where it is"),
        ({"radius_m": 1e9}, "radius_m"),
        ({"area": square(CAFE, 4.0)}, "at most 10,000"),
        ({"place_id": "00000000-0000-7000-8000-000000000000"}, "no such place"),
        ({"topics": ["interest:nobody-ever-added-this"]}, "Nobody has added"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_is_refused_with_a_reason(
    world: World, rows: Any, wrong: dict[str, Any], says: str
) -> None:
    ana = world.person("Ana")
    before = rows()
    problem = ana.is_refused("POST", "/events", evening() | wrong)
    assert says in str(problem)
    assert rows() == before


@pytest.mark.parametrize(("lat", "lon"), [(0.0, 180.0), (-17.0, -179.9995), (90.0, 0.0), (-89.9999, 10.0)])
def test_an_event_may_lie_across_the_antimeridian_or_on_a_pole(world: World, lat: float, lon: float) -> None:
    ana = world.person("Ana")
    at = {"type": "Point", "coordinates": [lon, lat]}
    made = an_event(ana, position=at, radius_m=500)
    east = lon + 0.001 if lon < 179 else -179.999
    found = ana.gets(f"/events?lat={lat}&lon={east}&radius=2000")["features"]
    assert made["id"] in [each["properties"]["event_id"] for each in found]


def test_an_event_is_made_once_however_often_it_is_sent(world: World) -> None:
    ana = world.person("Ana")
    said = evening()
    first = ana.posts("/events", said, Idempotency_Key="once")
    assert ana.posts("/events", said, Idempotency_Key="once") == first


def test_events_are_found_by_time_place_and_host(world: World) -> None:
    ana = world.person("Ana")
    place = world.place(FAR_AWAY)
    soon = an_event(ana, place_id=place["id"], position=None)
    later = an_event(ana, timedelta(days=3), position=point(FAR_AWAY))

    def found(query: str) -> list[str]:
        features = world.founder.gets(f"/events?host={ana.handle}&{query}")["features"]
        return [each["properties"]["event_id"] for each in features]

    near = f"lat={FAR_AWAY.lat}&lon={FAR_AWAY.lon}&radius=500"
    assert found("") == [soon["id"], later["id"]]
    assert found(f"place={place['id']}") == [soon["id"]]
    assert found(near) == [soon["id"], later["id"]]
    assert found(f"lat={CAFE.lat}&lon={CAFE.lon}&radius=500") == []
    tomorrow = (clock.now() + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert found(f"{near}&from={tomorrow}") == [later["id"]]
    assert found(f"{near}&to={tomorrow}") == [soon["id"]]
    assert "belong together" in str(ana.is_refused("GET", "/events?lat=1"))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00Z"])
def test_any_time_can_be_asked_for(world: World, moment: str) -> None:
    assert world.person().asks("GET", f"/events?from={moment}").status_code == 200
    assert world.person().asks("GET", f"/events?to={moment}").status_code == 200


def test_what_is_over_is_not_listed(world: World) -> None:
    ana = world.person("Ana")
    made = an_event(ana)
    date = dates_of(ana, made)[0]["id"]
    with clock.travelling(timedelta(hours=9)):
        assert dates_of(ana, made) == []
        assert ana.gets(f"/events/{made['id']}/dates/{date}")["id"] == date
    assert local() > local(timedelta())
