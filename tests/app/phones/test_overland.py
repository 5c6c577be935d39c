"""Overland: batches of any size, of which one bad thing spoils nothing, and visits that may become check-ins."""

from datetime import datetime, timedelta
from typing import Any

import gevent
import pytest

from app import clock
from geo import Position, offset
from tests.app.conftest import Counting
from tests.app.phones.pocket import a_feature, a_visit, iso, overland
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, World


def ago(**of: float) -> datetime:
    return clock.now() - timedelta(**of)


def test_a_batch_ends_where_its_person_is(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    told = phone.sends_batch(
        a_feature(CAFE, 120), a_feature(NEAR_CAFE, 0, battery_level=0.42, speed=-1), a_feature(CAFE, 60)
    )
    assert told == {"result": "ok"}
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]
    assert (phone.device["accepted"], phone.device["dropped"], phone.device["last_dropped"]) == (1, 2, "late")


def test_while_there_is_a_backlog_only_what_is_current_says_where_they_are(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    backlog = [a_feature(CAFE, 60 * n) for n in range(1, 5)]
    phone.sends_batch(*backlog, current=a_feature(NEAR_CAFE, battery_level=0.5))
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]
    assert phone.device["battery"] == 50
    phone.sends_batch(a_feature(NEAR_CAFE, -20), current=a_feature(CAFE, -10))
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    bob = world.person("Bob")
    mended = overland(bob)
    mended.sends_batch(a_feature(CAFE, 10), current=a_feature(CAFE, timestamp="never"))
    assert bob.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


BAD: list[tuple[Any, str]] = [
    (5, "unreadable"),
    (None, "unreadable"),
    ({}, "nowhere"),
    ({"geometry": None, "properties": {"timestamp": "2026-01-01T00:00:00Z"}}, "nowhere"),
    ({"geometry": {"coordinates": [2]}, "properties": []}, "nowhere"),
    ({"geometry": {"coordinates": [2, 91]}, "properties": {}}, "nowhere"),
    ({"geometry": {"coordinates": [[2, 1], [3, 4]]}, "properties": {}}, "nowhere"),
    ({"geometry": {"coordinates": [2, 1]}, "properties": {}}, "timeless"),
    ({"geometry": {"coordinates": [2, 1]}, "properties": {"timestamp": "1"}}, "late"),
    (a_feature(CAFE, horizontal_accuracy=-1), "invalid"),
    (a_visit(CAFE), "timeless"),
    ({"properties": {"action": "visit", "arrival_date": "2026-01-01T00:00:00Z"}}, "nowhere"),
]


@pytest.mark.parametrize(("feature", "reason"), BAD)
def test_one_bad_thing_spoils_nothing(world: World, feature: Any, reason: str) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    assert phone.sends_batch(feature, a_feature(CAFE)) == {"result": "ok"}
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    assert (phone.device["accepted"], phone.device["dropped"], phone.device["last_dropped"]) == (1, 1, reason)


@pytest.mark.parametrize(
    "feature",
    [
        {"type": "Feature", "properties": {"action": "paused", "timestamp": "2026-01-01T00:00:00Z"}},
        a_feature(CAFE, type="trip", mode="walking", start="x"),
        a_feature(CAFE, action="will_terminate"),
    ],
)
def test_trips_and_notes_are_passed_over(world: World, feature: Json) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    assert phone.sends_batch(feature, trip={"distance": 5}) == {"result": "ok"}
    assert (phone.device["accepted"], phone.device["dropped"]) == (0, 0)
    assert ana.presence["position"] is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"locations": 5}', b'{"locations": {"a": 1}}', b"[" * 99_999]
)
def test_what_is_no_batch_is_not_sent_again_for_ever(world: World, body: bytes) -> None:
    answer = overland(world.person("Ana")).posts(body)
    assert (answer.status_code, answer.get_json()) == (200, {"result": "ok"})


def test_without_its_token_it_is_told_why(world: World) -> None:
    for said in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic x"}):
        answer = world.client.post("/phones/overland", json={"locations": []}, headers=said)
        assert answer.status_code == 401
        assert "setup" in answer.get_json()["error"]


def a_walk(steps: int) -> list[Json]:
    """One fix each two seconds, two metres on."""
    now = clock.now()
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [at.lon, at.lat]},
            "properties": {
                "timestamp": (now - timedelta(seconds=2 * (steps - n))).isoformat(),
                "horizontal_accuracy": 8,
                "altitude": 30,
                "speed": 1,
                "wifi": "a name that makes it as long as those of real phones are, of which there are many"
                * 4,
            },
        }
        for n in range(steps)
        for at in [offset(CAFE, 2.0 * n, 0.0)]
    ]


def test_ten_thousand_points_with_a_bad_one_are_written_in_few_statements(
    world: World, statements: Counting
) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    phone.changes(history=True)
    batch = a_walk(10_000)
    batch[5_000]["geometry"] = None
    body = {"locations": batch}
    with statements() as sent:
        assert phone.posts(body).get_json() == {"result": "ok"}
        assert sent() <= 10
    assert (phone.device["accepted"], phone.device["dropped"]) == (9_999, 1)
    assert phone.posts(body).get_json() == {"result": "ok"}
    assert (phone.device["accepted"], phone.device["last_dropped"]) == (9_999, "duplicate")


def test_a_glitch_in_between_is_left_out(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    phone.changes(history=True)
    phone.sends_batch(a_feature(CAFE, 60), a_feature(FAR_AWAY, 40), a_feature(NEAR_CAFE, 20))
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]
    assert (phone.device["accepted"], phone.device["last_dropped"]) == (2, "too-fast")


def test_nobody_gets_far_by_a_step_into_the_past(world: World) -> None:
    """A fix of two hours ago may be there, and one of now near it; but not for whoever is here now."""
    ana = world.person("Ana")
    phone = overland(ana)
    phone.sends_batch(a_feature(CAFE))
    phone.sends_batch(a_feature(FAR_AWAY, 7000), a_feature(FAR_AWAY, -5))
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


def test_a_visit_is_suggested_and_moves_nobody(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    arrived, left = ago(hours=5), ago(hours=4)
    phone.sends_batch(a_visit(NEAR_CAFE, arrived, left))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    assert suggested["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]
    assert datetime.fromisoformat(suggested["arrived_at"]) == arrived
    assert datetime.fromisoformat(suggested["left_at"]) == left
    assert suggested["device_id"] == phone.id
    assert ana.presence["position"] is None
    assert ana.hears(f"person={ana.handle}") == []
    assert world.person("Eve").gets("/me/suggestions")["items"] == []


def test_who_accepts_checks_in_with_the_times_it_had(world: World) -> None:
    ana, eve, topic = world.person("Ana"), world.person("Eve"), world.topic()
    arrived = ago(hours=5)
    overland(ana).sends_batch(a_visit(CAFE, arrived, ago(hours=4)))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    body = {"text": "lunch", "topics": [topic], "activity": "eating"}
    path = f"/me/suggestions/{suggested['id']}/check-in"
    made = ana.posts(path, body, Idempotency_Key="lunch")
    assert made["memberships"] == []
    assert ana.posts(path, body, Idempotency_Key="lunch")["id"] == made["id"]
    (said,) = eve.reads(f"person={ana.handle}")
    assert (said["text"], said["activity"], said["topics"]) == ("lunch", "eating", [topic])
    assert datetime.fromisoformat(said["fixed_at"]) == arrived
    assert ana.gets("/me/suggestions")["items"] == []
    assert ana.is_refused("POST", path, body)["status"] == 404
    assert ana.presence["position"] is None


def test_who_has_not_left_is_there(world: World) -> None:
    world.location(CAFE, "Gràcia")
    ana = world.person("Ana")
    overland(ana).sends_batch(a_visit(CAFE, ago(minutes=20)))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    made = ana.posts(f"/me/suggestions/{suggested['id']}/check-in")
    assert [each["name"] for each in made["memberships"]] == ["Gràcia"]


def test_who_left_is_not_said_to_be_there(world: World) -> None:
    ana = world.person("Ana")
    overland(ana).sends_batch(a_visit(CAFE, ago(minutes=20), ago(minutes=5)))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    ana.posts(f"/me/suggestions/{suggested['id']}/check-in")
    assert ana.presence["position"] is None


def test_two_acceptances_at_once_are_one_check_in(world: World) -> None:
    ana = world.person("Ana")
    overland(ana).sends_batch(a_visit(CAFE, ago(minutes=20)))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    path = f"/me/suggestions/{suggested['id']}/check-in"
    answers = [gevent.spawn(ana.asks, "POST", path, {"text": "lunch"}) for _ in range(2)]
    gevent.joinall(answers, raise_error=True)
    assert {each.value.status_code for each in answers} <= {201, 404}
    assert ana.hears(f"person={ana.handle}") == ["lunch"]


def test_the_same_visit_comes_again_with_its_end_and_is_one_suggestion(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    arrived, left = ago(hours=3), ago(hours=1)
    for departure in (None, left, None):
        phone.sends_batch(a_visit(CAFE, arrived, departure), a_visit(CAFE, arrived, departure))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    assert datetime.fromisoformat(suggested["left_at"]) == left


def test_what_was_dismissed_is_erased_and_does_not_come_again(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    arrived = ago(hours=3)
    phone.sends_batch(a_visit(CAFE, arrived))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    ana.deletes(f"/me/suggestions/{suggested['id']}")
    phone.sends_batch(a_visit(CAFE, arrived, ago(hours=2)))
    assert ana.gets("/me/suggestions")["items"] == []
    assert ana.is_refused("DELETE", f"/me/suggestions/{suggested['id']}")["status"] == 404


def test_another_persons_suggestion_is_not_there(world: World) -> None:
    ana, eve = world.person("Ana"), world.person("Eve")
    overland(ana).sends_batch(a_visit(CAFE, ago(hours=3)))
    (suggested,) = ana.gets("/me/suggestions")["items"]
    assert eve.is_refused("POST", f"/me/suggestions/{suggested['id']}/check-in", {})["status"] == 404
    assert eve.is_refused("DELETE", f"/me/suggestions/{suggested['id']}")["status"] == 404
    assert len(ana.gets("/me/suggestions")["items"]) == 1


def test_suggestions_come_in_pages_and_no_more_than_fifty_at_once(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    phone.sends_batch(*[a_visit(CAFE, ago(hours=n)) for n in range(1, 61)])
    found: list[str] = []
    path = "/me/suggestions?limit=20"
    while path:
        answer = ana.asks("GET", path)
        found += [each["id"] for each in answer.get_json()["items"]]
        path = answer.headers["Link"].split(">")[0].removeprefix("</v1") if "Link" in answer.headers else ""
    assert len(found) == len(set(found)) == 50
    assert phone.device["last_dropped"] == "too-many"


def test_a_moment_of_two_phones_stays_two(world: World) -> None:
    ana = world.person("Ana")
    arrived = ago(hours=3)
    for at in (CAFE, Position(41.0, 2.0)):
        overland(ana).sends_batch(a_visit(at, arrived))
    assert len(ana.gets("/me/suggestions")["items"]) == 2


def test_both_ways_to_write_a_time_are_read(world: World) -> None:
    ana = world.person("Ana")
    phone = overland(ana)
    west = (clock.now() - timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S-0700")
    phone.sends_batch(a_feature(CAFE, timestamp=west), a_feature(CAFE, timestamp=iso(5)))
    assert phone.device["accepted"] == 1
    assert ana.presence["position"] is not None
