"""Choosing: what speaks for an event, in which order, and in words; and nothing in it that one may not know."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import clock
from app.events.choosing import WEIGHTS, Candidate, choice, features
from app.events.listing import Asked
from app.events.queries import candidates
from geo import Circle, destination
from tests.app.events.evenings import an_event, first_date, goes
from tests.world import CAFE, Json, Someone, World, point

Counting = Callable[[], AbstractContextManager[Callable[[], int]]]
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
PLAIN = Candidate(NOW + timedelta(days=7), metres=900.0)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "900 m away"),
        ({"metres": 2449.0}, "2.4 km away"),
        ({"followed": ("ana",)}, "ana, whom you follow, goes"),
        ({"followed": ("ana", "bob")}, "ana and bob, whom you follow, go"),
        ({"followed": ("ana", "bob", "cid", "dan")}, "ana, bob and 2 more whom you follow go"),
        ({"fellows": 3, "community": ("Ring riders", 3)}, "3 of your community Ring riders go"),
        ({"fellows": 1, "community": ("Ring riders", 1)}, "1 of your community Ring riders goes"),
        ({"topics": [("value:fair-trade", "Fair")]}, "about fair trade, as your community Fair"),
        ({"at_place": 1}, "you were at this place before"),
        ({"of_host": 1}, "you went to what this host holds before"),
        ({"on_topic": 1}, "you went to such before"),
        ({"going": 12}, "12 go"),
        ({"starts_at": NOW + timedelta(hours=3)}, "begins in 3 hours"),
        ({"starts_at": NOW + timedelta(hours=1)}, "begins in 1 hour"),
        ({"starts_at": NOW + timedelta(minutes=20)}, "begins within the hour"),
        ({"starts_at": NOW - timedelta(hours=1)}, "it is on now"),
    ],
)
def test_each_reason_in_words(more: dict[str, Any], reason: str) -> None:
    plain, better = choice(replace(PLAIN, metres=None), NOW), choice(replace(PLAIN, **more), NOW)
    assert reason in better.reasons
    assert better.score > plain.score


def test_the_weightiest_reason_comes_first() -> None:
    candidate = replace(PLAIN, metres=5000.0, at_place=9, going=5)
    assert choice(candidate, NOW).reasons == ("you were at this place before", "5 go", "5.0 km away")


def test_nothing_known_is_no_reason() -> None:
    assert choice(Candidate(NOW + timedelta(days=9)), NOW).reasons == ()


CANDIDATES = st.builds(
    Candidate,
    starts_at=st.datetimes(timezones=st.just(UTC)),
    metres=st.none() | st.floats(0, 2e7),
    followed=st.lists(st.text(min_size=1, max_size=3), max_size=30),
    fellows=st.integers(0, 10**6),
    at_place=st.integers(0, 10**6),
    of_host=st.integers(0, 10**6),
    on_topic=st.integers(0, 10**6),
    going=st.none() | st.integers(5, 10**6),
)


@given(CANDIDATES)
def test_no_reason_counts_for_more_than_its_weight(candidate: Candidate) -> None:
    found = features(candidate, NOW)
    assert found.keys() == WEIGHTS.keys()
    assert all(0 <= value <= 1 for value in found.values())


@given(CANDIDATES, st.sampled_from(["fellows", "at_place", "of_host", "on_topic"]))
def test_more_of_anything_never_counts_for_less(candidate: Candidate, name: str) -> None:
    more = replace(candidate, **{name: getattr(candidate, name) + 1})
    assert choice(more, NOW).score >= choice(candidate, NOW).score


def chosen(somebody: Someone, query: str = "") -> list[Json]:
    near = f"lat={CAFE.lat}&lon={CAFE.lon}&radius=3000"
    return [each["properties"] for each in somebody.gets(f"/events?for=me&{near}{query}")["features"]]


def test_my_communities_choose_with_me(world: World) -> None:
    host, ana, topic = world.person("Host"), world.person("Ana"), world.topic()
    riders = world.community(topics=[topic])
    ana.joins(riders)
    at = {"position": point(destination(CAFE, 90, 600))}
    dull = an_event(host, title="Dull", **at)
    ride = an_event(host, timedelta(hours=20), title="Ride", topics=[topic], **at)
    for _ in range(3):
        fellow = world.person("Fellow")
        fellow.joins(riders)
        goes(fellow, first_date(host, ride), "communities")
        goes(fellow, first_date(host, dull), "nobody")
    found = [each for each in chosen(ana, f"&host={host.handle}") if each["title"] in ("Ride", "Dull")]
    assert [each["title"] for each in found] == ["Ride", "Dull"]
    said = found[0]["reasons"]
    assert "3 of your community Ring riders go" in said
    assert f"about {topic.partition(':')[2].replace('-', ' ')}, as your community Ring riders" in said
    assert "600 m away" in said
    assert not any("Ring riders" in each for each in found[1]["reasons"]), "they let nobody know"


def test_whom_i_follow_is_a_reason_only_as_they_let_me_know(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    open_one, shy, apart = world.person("Open"), world.person("Shy"), world.person("Apart")
    date = first_date(host, an_event(host))
    for each, seen_by in ((open_one, "everyone"), (shy, "followers"), (apart, "everyone")):
        ana.follows(each)
        goes(each, date, seen_by)
    apart.blocks(ana)
    [found] = chosen(ana, f"&host={host.handle}")
    assert f"{open_one.handle}, whom you follow, goes" in found["reasons"]
    assert (shy.handle in str(found), apart.handle in str(found)) == (False, False)


def test_what_nobody_lets_one_know_changes_no_score(world: World) -> None:
    host, ana, riders = world.person("Host"), world.person("Ana"), world.community()
    ana.joins(riders)
    date = first_date(host, an_event(host))
    before = chosen(ana, f"&host={host.handle}")[0]["score"]
    for _ in range(4):
        fellow = world.person("Fellow")
        fellow.joins(riders)
        ana.follows(fellow)
        goes(fellow, date, "nobody")
    assert chosen(ana, f"&host={host.handle}")[0]["score"] == pytest.approx(before, abs=0.002)


def test_where_i_was_before_is_a_reason(world: World) -> None:
    host, ana, topic, place = world.person("Host"), world.person("Ana"), world.topic(), world.place()
    before = an_event(host, timedelta(hours=1), topics=[topic], place_id=place["id"])
    goes(ana, first_date(host, before))
    with clock.travelling(timedelta(hours=8)):
        an_event(host, topics=[topic], place_id=place["id"])
        [found] = chosen(ana, f"&host={host.handle}")
    assert {
        "you were at this place before",
        "you went to what this host holds before",
        "you went to such before",
    } <= set(found["reasons"])


def test_only_who_is_signed_in_is_chosen_for(world: World) -> None:
    assert world.client.get("/v1/events?for=me").status_code == 401
    ana = world.person("Ana")
    assert "for" in str(ana.is_refused("GET", "/events?for=bob"))
    assert "one part" in str(ana.is_refused("GET", "/events?for=me&cursor=AZoEpkTPcACw1fwmJ1scOQ"))


def test_what_is_cancelled_is_nothing_to_choose(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host)
    host.puts(f"/events/{event['id']}/cancellation")
    assert chosen(ana, f"&host={host.handle}") == []
    assert len(ana.gets(f"/events?host={host.handle}")["features"]) == 1


def test_choosing_is_one_statement_however_many_go(
    world: World, statements: Counting, session: Session
) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    date = first_date(host, an_event(host))
    for _ in range(6):
        goes(world.person(contract=None), date, "everyone")
    chosen(ana)
    with statements() as sent:
        found = chosen(ana, f"&host={host.handle}")
    assert sent() <= 3, "the token, the host by handle, and the dates"
    assert "6 go" in found[0]["reasons"]
    asked = Asked(limit=1, since=clock.now(), until=clock.now(), around=Circle(CAFE, 10))
    assert candidates(session, asked, UUID(ana.id), clock.now()) == []
