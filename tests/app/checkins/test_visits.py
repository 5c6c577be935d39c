"""Where people will be, and where friends say they are."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.roster import Roster
from tests.app.contracts.wishes import feed, nearby
from tests.realtime.listening import connected
from tests.world import CAFE, FAR_AWAY, Position, Someone, World, eventually, point

AROUND = f"lat={CAFE.lat}&lon={CAFE.lon}&radius=2000"


def at_eight(hours: float = 8) -> str:
    return (clock.now() + timedelta(hours=hours)).isoformat()


def test_a_plan_is_heard_and_moves_nobody(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    place = world.location(Position(41.5, 2.3), "The hall", 0.002)
    ana.moves(FAR_AWAY)
    made = ana.checks_in(Position(41.5, 2.3), "I will be there at eight", planned_for=at_eight())
    assert made["memberships"] == []
    assert made["properties"]["planned_for"].startswith(at_eight()[:13])
    (seen,) = bob.reads(f"person={ana.handle}")
    assert (seen["text"], seen["planned_for"]) == (
        "I will be there at eight",
        made["properties"]["planned_for"],
    )
    assert bob.hears(f"community={place['id']}") == ["I will be there at eight"]
    assert bob.gets(f"/communities/{place['id']}/presence")["here"] == 0
    assert ana.presence["position"]["coordinates"] == [FAR_AWAY.lon, FAR_AWAY.lat]


def test_a_plan_stands_under_the_same_contract(world: World) -> None:
    ana, bob = world.person("Ana", None), world.person("Bob")
    ana.agrees({"terms": [feed(exactness="quarter", lasts="until_i_leave"), nearby(lasts="until_i_leave")]})
    ana.checks_in(CAFE, "tonight", planned_for=at_eight())
    assert [each["disclosed"] for each in bob.reads(f"person={ana.handle}")] == ["quarter"]
    ana.moves(FAR_AWAY)
    assert bob.hears(f"person={ana.handle}") == ["tonight"], "nobody leaves where they have not been"
    with clock.travelling(timedelta(hours=9)):
        assert bob.hears(f"person={ana.handle}") == ["tonight"]
    with clock.travelling(timedelta(hours=11)):
        assert bob.hears(f"person={ana.handle}") == []
    ana.agrees({"ready": "invisible"})
    assert bob.hears(f"person={ana.handle}") == []


@pytest.mark.parametrize("hours", [-1, 24 * 400])
def test_one_plans_for_the_year_to_come(world: World, hours: float) -> None:
    body = {"position": point(CAFE), "planned_for": at_eight(hours)}
    refused = world.person("Ana").is_refused("POST", "/check-ins", body)
    assert (refused["status"], "planned_for" in refused["detail"]) == (422, True)


@pytest.fixture
def friends(world: World) -> tuple[Someone, Someone]:
    """Ana, who lets Bob check her in."""
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.puts(f"/me/consents/check-ins/{bob.handle}")
    return ana, bob


def test_a_friend_says_where_one_is_by_ones_standing_consent(
    world: World, friends: tuple[Someone, Someone]
) -> None:
    ana, bob = friends
    world.location(Position(41.6, 2.4), "The pitch", 0.002)
    made = bob.checks_in(Position(41.6, 2.4), "she plays", friend=ana.handle, key="once")
    assert made["properties"]["handle"] == ana.handle
    assert bob.checks_in(Position(41.6, 2.4), "she plays", friend=ana.handle, key="once")["id"] == made["id"]
    assert ana.is_part_of == ["The pitch"]
    (mine,) = ana.reads(f"person={ana.handle}")
    assert mine["said_by"] == bob.handle
    (theirs,) = world.person("Eve").reads(f"person={ana.handle}")
    assert theirs["said_by"] is None
    assert bob.is_refused("DELETE", f"/check-ins/{made['id']}")["status"] == 404
    ana.deletes(f"/check-ins/{made['id']}")


def test_what_a_friend_says_is_known_as_ones_own_contract_says(friends: tuple[Someone, Someone]) -> None:
    ana, bob = friends
    ana.agrees({"terms": [feed(exactness="city")]})
    bob.checks_in(CAFE, "she is in town", friend=ana.handle)
    assert [each["disclosed"] for each in bob.reads(f"person={ana.handle}")] == ["city"]


def test_without_consent_nobody_says_where_another_is(world: World, friends: tuple[Someone, Someone]) -> None:
    ana, bob = friends
    body = {"position": point(CAFE)}
    assert ana.is_refused("POST", "/check-ins", {**body, "friend": bob.handle})["status"] == 403
    assert bob.is_refused("POST", "/check-ins", {**body, "friend": "nobody-at-all"})["status"] == 403
    ana.deletes(f"/me/consents/check-ins/{bob.handle}")
    assert bob.is_refused("POST", "/check-ins", {**body, "friend": ana.handle})["status"] == 403
    ana.puts(f"/me/consents/check-ins/{bob.handle}")
    bob.blocks(ana)
    assert bob.is_refused("POST", "/check-ins", {**body, "friend": ana.handle})["status"] == 403


def test_one_hears_at_once_that_one_was_checked_in(app: Flask, friends: tuple[Someone, Someone]) -> None:
    ana, bob = friends
    fanout = Fanout(Roster(), Heard.since(clock.now()), lambda _: None)
    fanout.follow(app.extensions["hereabouts"].signals)
    (_, hers), (_, his) = (connected(app, fanout, each) for each in friends)
    made = bob.checks_in(CAFE, friend=ana.handle)
    eventually(lambda: not fanout.heard.missed(UUID(made["id"])))
    assert hers.told("checked_in_by") == [{"id": made["id"], "by": bob.handle}]
    assert his.told("checked_in_by") == []


def test_who_said_it_and_leaves_for_good_is_forgotten(friends: tuple[Someone, Someone]) -> None:
    ana, bob = friends
    bob.checks_in(CAFE, "she is here", friend=ana.handle)
    bob.asks("DELETE", "/me", {"password": "correct horse"})
    (mine,) = ana.reads(f"person={ana.handle}")
    assert (mine["text"], mine["said_by"]) == ("she is here", None)
