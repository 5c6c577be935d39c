"""Communities grow: they are forming until five belong, listed to everybody then, and else forgotten after a month."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.communities import queries, service
from app.communities.models import Community
from app.communities.rules import FORMING_LASTS, MOST_FORMING
from app.communities.service import Founding
from app.communities.signals import Grown, Left
from app.db import Database
from app.factory import create_app
from app.housekeeping import Housekeeping
from app.settings import Settings
from geo import Circle, Position
from tests.app.conftest import Telling
from tests.app.rows import Rows, rows_in
from tests.world import CAFE, FAR_AWAY, Json, Someone, World

YARD = Position(46.0569, 14.5058)


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    """The application as it is by default: it takes five people."""
    app = create_app(Settings(database_url=database_url, limits=False, plausibility=False))
    yield app
    app.extensions["hereabouts"].database.dispose()


def grow(database: Database) -> None:
    keeping = Housekeeping(database)
    keeping.do(next(each for each in keeping.chores if each.name == "growing"))


def is_listed(world: World, community: Json, to: Someone | None = None) -> bool:
    headers = to.headers if to else {}
    kind = community["properties"]["kind"]
    path = f"/v1/communities?kind={kind}&limit=100"
    listed = world.client.get(path, headers=headers).get_json(force=True)["features"]
    return community["id"] in {each["id"] for each in listed}


def forming(world: World, community: Json) -> Json | None:
    shown = world.client.get(f"/v1/communities/{community['id']}").get_json(force=True)
    found: Json | None = shown["properties"]["forming"]
    return found


@pytest.mark.parametrize("kind", ["interest", "goal", "value"])
def test_with_the_fifth_person_everybody_finds_it(world: World, kind: str, telling: Telling) -> None:
    told = telling(Grown)
    community = world.community(kind=kind)
    assert (
        community["properties"]["forming"] | {"joined": 1, "grows_at": 5}
        == community["properties"]["forming"]
    )
    for joined in range(2, 5):
        world.person().joins(community)
        now = forming(world, community)
        assert now is not None
        assert now["joined"] == joined
        assert not is_listed(world, community)
    assert told == []
    world.person().joins(community)
    assert (forming(world, community), is_listed(world, community)) == (None, True)
    assert [str(each.community_id) for each in told if isinstance(each, Grown)] == [community["id"]]


def test_the_same_person_joining_again_makes_it_no_larger(world: World) -> None:
    community, ana = world.community(), world.person("Ana")
    for _ in range(5):
        ana.joins(community)
        ana.leaves(community)
    ana.joins(community)
    now = forming(world, community)
    assert now is not None
    assert now["joined"] == 2


def test_until_then_only_who_proposed_it_or_belongs_is_shown_it(world: World) -> None:
    community, ana = world.community(), world.person("Ana")
    assert not is_listed(world, community, ana)
    assert is_listed(world, community, world.founder)
    ana.joins(community)
    assert is_listed(world, community, ana)
    ana.leaves(community)
    assert not is_listed(world, community, ana)


def test_a_community_that_has_grown_stays_so_when_people_leave(world: World) -> None:
    community, people = world.community(), [world.person() for _ in range(4)]
    for each in people:
        each.joins(community)
    for each in people:
        each.leaves(community)
    assert (forming(world, community), is_listed(world, community)) == (None, True)


def test_on_the_map_only_those_are_found_that_have_grown(world: World) -> None:
    yard = world.location(YARD, "The yard")
    at = f"lat={YARD.lat}&lon={YARD.lon}"
    for path in ("near", "covering"):
        asked = f"/communities/{path}?{at}"
        assert [each["id"] for each in world.founder.gets(asked)["features"]] == [yard["id"]]
        assert world.person().gets(asked)["features"] == []


def test_a_location_grows_with_those_who_openly_are_there(world: World, database: Database) -> None:
    yard, people = world.location(CAFE, "The yard"), [world.person() for _ in range(5)]
    for each in people[:4]:
        each.checks_in(CAFE)
    people[4].moves(CAFE)
    grow(database)
    # Who says nothing is counted nowhere, and makes nothing grow: or the list would tell of them.
    assert forming(world, yard) is not None
    people[4].checks_in(CAFE)
    grow(database)
    assert (forming(world, yard), is_listed(world, yard)) == (None, True)


def test_a_location_grows_with_those_who_stay(world: World) -> None:
    yard, people = world.location(CAFE, "The yard"), [world.person() for _ in range(5)]
    for each in people:
        each.moves(CAFE)
        each.joins(yard)
        each.moves(FAR_AWAY)
    assert (forming(world, yard), is_listed(world, yard)) == (None, True)


def test_belonging_to_a_location_lasts_only_if_one_says_so_while_there(world: World) -> None:
    yard, ana = world.location(CAFE, "The yard"), world.person("Ana")
    refused = ana.is_refused("PUT", f"/communities/{yard['id']}/membership")
    assert refused["type"] == "/v1/problems/joined-by-checking-in"
    ana.checks_in(CAFE)
    ana.joins(yard)
    ana.joins(yard)
    ana.checks_out()
    assert [each["id"] for each in ana.gets("/me/communities")["features"]] == [yard["id"]]
    assert [each["handle"] for each in ana.gets(f"/communities/{yard['id']}/members")["items"]] == [
        ana.handle
    ]
    assert ana.is_part_of == []
    ana.leaves(yard)
    assert ana.gets("/me/communities")["features"] == []


def test_who_belongs_to_a_location_learns_no_more_of_who_is_there(world: World) -> None:
    yard, ana, bob = world.location(CAFE, "The yard"), world.person("Ana"), world.person("Bob")
    ana.checks_in(CAFE)
    ana.joins(yard)
    ana.checks_in(FAR_AWAY)
    told = {"purpose": "communities", "who": {"group": "here"}, "exactness": "exact"}
    bob.agrees({"terms": [told]})
    bob.checks_in(CAFE, "only for whoever is here")
    assert "only for whoever is here" not in ana.hears(f"community={yard['id']}")
    ana.moves(CAFE)
    assert "only for whoever is here" in ana.hears(f"community={yard['id']}")


def test_what_has_not_grown_after_a_month_is_forgotten(
    world: World, database: Database, telling: Telling
) -> None:
    told = telling(Left)
    few, enough, ana = world.community(), world.community(), world.person("Ana")
    ana.joins(few)
    for _ in range(4):
        world.person().joins(enough)
    with clock.travelling(FORMING_LASTS - timedelta(minutes=1)):
        grow(database)
    assert ana.asks("GET", f"/communities/{few['id']}").status_code == 200
    with clock.travelling(FORMING_LASTS + timedelta(minutes=1)):
        grow(database)
    assert ana.asks("GET", f"/communities/{few['id']}").status_code == 404
    assert ana.asks("GET", f"/communities/{enough['id']}").status_code == 200
    assert ana.gets("/me/communities")["features"] == []
    # Sockets hear no more of it.
    parted = {
        str(each.person_id) for each in told if isinstance(each, Left) and str(each.community_id) == few["id"]
    }
    assert parted == {ana.id, world.founder.id}


def test_a_location_is_closed_before_it_goes_as_a_check_in_on_its_way_may_have_seen_it(
    world: World, database: Database
) -> None:
    yard, ana = world.location(CAFE, "The short-lived yard"), world.person("Ana")
    ana.checks_in(CAFE)
    assert "The short-lived yard" in ana.is_part_of
    with clock.travelling(FORMING_LASTS + timedelta(minutes=1)):
        grow(database)
        assert ana.asks("GET", f"/communities/{yard['id']}").status_code == 200
        ana.moves(CAFE)
        assert "The short-lived yard" not in ana.is_part_of
        grow(database)
        assert ana.asks("GET", f"/communities/{yard['id']}").status_code == 404


def test_one_person_has_only_so_many_forming(world: World) -> None:
    ana = world.person("Ana")
    wanted = {"kind": "interest", "name": "Riders", "purpose": "We ride together.", "topics": [world.topic()]}
    for _ in range(MOST_FORMING):
        ana.posts("/communities", wanted)
    problem = ana.is_refused("POST", "/communities", wanted)
    assert (problem["status"], "Help one of them to grow" in problem["detail"]) == (409, True)


@pytest.mark.parametrize("purpose", [None, "", "   ", "too short", "x" * 281])
def test_a_community_says_in_a_sentence_what_it_is_for(world: World, purpose: str | None) -> None:
    wanted = {"kind": "interest", "name": "Riders", "topics": [world.topic()]}
    said = {} if purpose is None else {"purpose": purpose}
    assert "/purpose" in world.founder.is_refused("POST", "/communities", wanted | said)["detail"]


def test_five_who_join_at_once_make_it_grow_once(database: Database, telling: Telling) -> None:
    told = telling(Grown)
    with database.transaction() as session:
        rows = rows_in(session)
        keyed = {"interest:x": rows.topic()}
        founding = Founding("interest", "Riders", "We ride together.", keyed, None, grows_at=5)
        community = service.found(session, founding, None, rows.now).id
        people = [rows.person() for _ in range(5)]
    together = Barrier(5)

    def joins(number: int) -> None:
        with database.transaction() as session:
            together.wait(10)
            service.join(session, people[number], community, clock.now())

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(joins, range(5)))
    assert told == [Grown(community)]
    with database.reading() as session:
        found = session.get_one(Community, community)
        assert found.listed_at is not None


def test_what_is_imported_is_listed_at_once(session: Session) -> None:
    rows: Rows = rows_in(session)
    location = rows.location(Circle(CAFE, 500))
    session.flush()
    listed = queries.communities_covering(session, CAFE, 100)
    assert location in {each.community.id for each in listed}
    assert (
        session.scalar(select(func.count()).where(Community.id == location, Community.listed_at.is_(None)))
        == 0
    )
