"""Founding communities of the four kinds, and reading what they are."""

from collections.abc import Callable

import pytest

from app.communities.rules import topics_fit
from tests.world import CAFE, PURPOSE, Json, World, problem_in, square

CHOSEN = ["interest", "goal", "value"]
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("kind", CHOSEN)
def test_a_community_shares_topics_and_its_founder_is_its_first_member(world: World, kind: str) -> None:
    ana, topics = world.person("Ana"), [world.topic(f"{kind}:tea"), world.topic("interest:rain")]
    body = {"kind": kind, "name": " Tea  drinkers ", "purpose": "More tea for all of us", "topics": topics}
    founded = ana.asks("POST", "/communities", body)
    community = founded.get_json(force=True)
    assert (founded.status_code, founded.headers["Location"]) == (201, f"/v1/communities/{community['id']}")
    assert community == {
        "type": "Feature",
        "id": community["id"],
        "geometry": None,
        "properties": {
            "kind": kind,
            "name": "Tea  drinkers",
            "purpose": "More tea for all of us",
            "topics": sorted(topics),
            "members": 1,
            "notice": "",
            "noise_budget": 3,
            "forming": None,
        },
    }
    assert world.client.get(founded.headers["Location"]).get_json(force=True) == community
    assert ana.gets("/me/communities")["features"] == [community]


def test_a_location_has_an_area_and_nobody_in_it_yet(world: World) -> None:
    ana = world.person("Ana")
    location = ana.posts(
        "/communities",
        {"kind": "location", "name": "Gràcia", "purpose": PURPOSE, "area": square(CAFE)},
    )
    assert location["geometry"] == square(CAFE)
    assert location["properties"] | {"topics": [], "members": 0} == location["properties"]
    assert ana.gets("/me/communities")["features"] == []
    assert ana.gets(f"/communities/{location['id']}/presence")["here"] == 0


@pytest.mark.parametrize("kind", CHOSEN)
def test_any_kind_may_have_an_area(world: World, kind: str) -> None:
    body = {
        "kind": kind,
        "name": "Riders",
        "purpose": PURPOSE,
        "topics": [world.topic(f"{kind}:x")],
        "area": square(CAFE),
    }
    assert world.founder.posts("/communities", body)["geometry"] == square(CAFE)


def test_a_location_may_have_topics(world: World) -> None:
    topic = world.topic("value:quiet")
    body = {
        "kind": "location",
        "name": "The library",
        "purpose": PURPOSE,
        "topics": [topic],
        "area": square(CAFE),
    }
    assert world.founder.posts("/communities", body)["properties"]["topics"] == [topic]


def test_a_topic_said_twice_counts_once(world: World) -> None:
    topic = world.topic()
    assert world.community(topics=[topic, topic])["properties"]["topics"] == [topic]


@pytest.mark.parametrize(
    ("kind", "keys", "fit"),
    [
        *((kind, [f"{kind}:a"], True) for kind in CHOSEN),
        *((kind, ["value:b", "goal:b", "interest:b"], True) for kind in CHOSEN),
        *((kind, [], False) for kind in [*CHOSEN]),
        ("interest", ["goal:a", "value:a"], False),
        ("goal", ["interest:a"], False),
        ("value", ["interest:value"], False),
        ("location", [], True),
        ("location", ["goal:a"], True),
    ],
)
def test_which_topics_a_community_needs(kind: str, keys: list[str], fit: bool) -> None:
    assert topics_fit(kind, keys) is fit


Wrong = Callable[[World], Json]
REFUSED: dict[str, tuple[Wrong, str]] = {
    "no topic of its kind": (lambda world: {"topics": [world.topic("goal:x")]}, "invalid"),
    "no topic at all": (lambda world: {"topics": []}, "invalid"),
    "a topic nobody added": (lambda world: {"topics": ["interest:nobody-added-this"]}, "unknown-topic"),
    "eleven topics": (lambda world: {"topics": ["interest:x"] * 11}, "invalid"),
    "a name of one letter": (lambda world: {"name": "x"}, "invalid"),
    "a name of 81": (lambda world: {"name": "x" * 81}, "invalid"),
    "a purpose of 281": (lambda world: {"purpose": "x" * 281}, "invalid"),
    "a kind of its own": (lambda world: {"kind": "event"}, "invalid"),
    "a location without an area": (lambda world: {"kind": "location"}, "bad-area"),
    "more than asked": (lambda world: {"admins": ["me"]}, "invalid"),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_a_community_that_cannot_be(world: World, rows: Callable[[], dict[str, int]], wrong: str) -> None:
    make, type = REFUSED[wrong]
    body = {
        "kind": "interest",
        "name": "Riders",
        "purpose": PURPOSE,
        "topics": [world.topic()],
        **make(world),
    }
    before = rows()
    assert world.founder.is_refused("POST", "/communities", body)["type"] == f"/v1/problems/{type}"
    assert rows() == before


def test_only_people_found_communities(world: World) -> None:
    body = {"kind": "interest", "name": "Riders", "purpose": PURPOSE, "topics": [world.topic()]}
    assert problem_in(world.client.post("/v1/communities", json=body))["status"] == 401


def test_a_community_nobody_founded(world: World) -> None:
    answer = world.client.get(f"/v1/communities/{NOBODY}")
    assert problem_in(answer)["detail"] == "There is no such community."


def test_who_founded_it_has_no_power_over_it(world: World) -> None:
    """Members are equals: the founder may leave, and the community stays with those who are in it."""
    ana, bob = world.person("Ana"), world.person("Bob")
    body = {"kind": "interest", "name": "Riders", "purpose": PURPOSE, "topics": [world.topic()]}
    community = ana.posts("/communities", body)
    bob.joins(community)
    for method in ("DELETE", "PATCH", "PUT", "POST"):
        assert ana.is_refused(method, f"/communities/{community['id']}", {})["status"] == 405
    ana.leaves(community)
    assert bob.gets(f"/communities/{community['id']}")["properties"]["members"] == 1
    assert ana.is_refused("GET", f"/communities/{community['id']}/members")["status"] == 403
