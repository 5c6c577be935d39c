"""Posting a check-in to communities one belongs to, whatever its topics."""

from typing import Any

import pytest

from tests.app.conftest import Counting
from tests.world import CAFE, Json, Someone, World, point

FELLOWS_ONLY = {
    "terms": [{"purpose": "communities", "who": {"group": "communities"}, "exactness": "exact"}],
}


def members(world: World, community: Json, *names: str) -> list[Someone]:
    people = [world.person(name) for name in names]
    for each in people:
        each.joins(community)
    return people


def posts(person: Someone, *communities: Json, **more: Any) -> Json:
    return person.checks_in(CAFE, "we need a bench", communities=[each["id"] for each in communities], **more)


def test_members_hear_what_is_posted_to_them_from_anywhere(world: World) -> None:
    riders = world.community()
    ana, bob = members(world, riders, "Ana", "Bob")
    posts(ana, riders)
    assert bob.hears(f"community={riders['id']}") == ["we need a bench"]


def test_it_is_heard_there_beside_where_its_topics_have_it_heard_and_once(world: World) -> None:
    topic = world.topic("interest:chess")
    riders, players = world.community(), world.community("Players", topics=[topic])
    ana, bob = members(world, riders, "Ana", "Bob")
    for each in (ana, bob):
        each.joins(players)
    posts(ana, riders, players, riders, topics=[topic])
    for each in (riders, players):
        assert bob.hears(f"community={each['id']}") == ["we need a bench"]


def test_the_contract_says_what_members_know_of_it(world: World) -> None:
    riders = world.community()
    ana, bob = members(world, riders, "Ana", "Bob")
    stranger = world.person("Eve")
    ana.agrees(FELLOWS_ONLY)
    made = posts(ana, riders)
    assert bob.gets(f"/check-ins/{made['id']}")["properties"]["disclosed"] == "exact"
    stranger.is_refused("GET", f"/check-ins/{made['id']}")
    ana.agrees({"ready": "invisible"})
    assert bob.hears(f"community={riders['id']}") == []


@pytest.mark.parametrize("which", ["a stranger", "a place", "nothing", "one of two"])
def test_only_members_post(world: World, which: str) -> None:
    riders, ana = world.community(), world.person("Ana")
    mine = world.community("Mine", topics=[world.topic("interest:chess")])
    ana.joins(mine)
    named = {
        "a stranger": [riders["id"]],
        "a place": [world.location()["id"]],
        "nothing": [str(world.founder.id)],
        "one of two": [mine["id"], riders["id"]],
    }[which]
    refused = ana.is_refused("POST", "/check-ins", {"position": point(CAFE), "communities": named})
    assert refused["type"].endswith("/not-a-member")
    assert ana.hears(f"person={ana.handle}") == []


def test_of_many_only_those_are_refused_that_may_not_be_posted(world: World) -> None:
    riders, ana = world.community(), world.person("Ana")
    items = [{"position": point(CAFE)}, {"position": point(CAFE), "communities": [riders["id"]]}]
    answer = ana.posts("/check-ins/batch", {"check_ins": items})
    assert [each["status"] for each in answer["results"]] == [201, 403]


def test_whoever_left_gets_the_first_answer_again(world: World) -> None:
    riders = world.community()
    (ana,) = members(world, riders, "Ana")
    first = posts(ana, riders, key="once")
    ana.leaves(riders)
    assert posts(ana, riders, key="once")["id"] == first["id"]


def test_nothing_is_heard_of_whoever_has_left(world: World) -> None:
    riders = world.community()
    ana, bob = members(world, riders, "Ana", "Bob")
    posts(ana, riders)
    ana.leaves(riders)
    refused = ana.is_refused("POST", "/check-ins", {"position": point(CAFE), "communities": [riders["id"]]})
    assert refused["status"] == 403
    assert len(bob.hears(f"community={riders['id']}")) == 1


def test_a_friend_does_not_find_out_what_one_belongs_to(world: World) -> None:
    riders = world.community()
    (ana,) = members(world, riders, "Ana")
    bob = world.person("Bob")
    ana.puts(f"/me/consents/check-ins/{bob.handle}")
    for each in (riders, world.community("Others")):
        body = {"position": point(CAFE), "friend": ana.handle, "communities": [each["id"]]}
        assert bob.is_refused("POST", "/check-ins", body)["status"] == 422


def test_it_is_one_round_trip_still(world: World, round_trips: Counting) -> None:
    riders = world.community()
    (ana,) = members(world, riders, "Ana")
    posts(ana, riders)
    with round_trips() as made:
        posts(ana, riders)
        assert made() == 1
