"""Positions without a word: they open, prolong and end location memberships as check-ins do, and tell nobody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import clock
from app.db import Database
from app.factory import create_app
from app.settings import Settings
from geo import Position, destination
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, point, problem_in

HOUR = timedelta(hours=1)
NOBODY = "00000000-0000-7000-8000-000000000000"


def ago(by: timedelta) -> str:
    return (clock.now() - by).isoformat()


def counted(world: World, community: Json) -> Json:
    """What anybody may know of who is here."""
    shown: Json = world.client.get(f"/v1/communities/{community['id']}/presence").get_json(force=True)
    return shown


@pytest.fixture
def yard(world: World) -> Json:
    """A location where no other test goes, as large as a circle of some 310 m."""
    alone = destination(FAR_AWAY, int(world.seed, 16) % 360, 20_000 + int(world.seed, 16) % 499_979)
    return world.location(alone, f"the yard {world.seed}", degrees=0.003)


@pytest.fixture
def inside(yard: Json) -> Position:
    ring = yard["geometry"]["coordinates"][0]
    return Position(sum(y for _, y in ring[:4]) / 4, sum(x for x, _ in ring[:4]) / 4)


def here(world: World, yard: Json) -> int:
    """How many are part of it, though nobody may count them."""
    database: Database = world.client.application.extensions["hereabouts"].database
    asked = "SELECT count(*) FROM location_memberships WHERE community_id = :id AND expires_at > :now"
    with database.reading() as session:
        return session.scalar(text(asked), {"id": yard["id"], "now": clock.now()}) or 0


def test_a_position_answers_where_one_is_for_oneself_alone(
    world: World, yard: Json, inside: Position
) -> None:
    ana = world.person("Ana")
    moved = ana.moves(inside, accuracy_m=12.5, activity="riding", fixed_at=ago(HOUR))
    assert moved == ana.presence
    assert (moved["position"], moved["accuracy_m"], moved["activity"]) == (point(inside), 12.5, "riding")
    fixed_at, until = (datetime.fromisoformat(moved[each]) for each in ("fixed_at", "until"))
    assert until - fixed_at == 2 * HOUR
    assert moved["memberships"] == [
        {"id": yard["id"], "name": f"the yard {world.seed}", "until": moved["until"]}
    ]


def test_who_says_nothing_is_not_counted(world: World, yard: Json, inside: Position) -> None:
    ana = world.person("Ana")
    ana.moves(inside)
    assert here(world, yard) == 1
    assert counted(world, yard) == {"id": yard["id"], "here": 0}
    assert ana.gets(f"/communities/{yard['id']}/presence") == {"id": yard["id"], "here": 0}


def test_a_position_leaves_no_check_in(
    world: World, yard: Json, inside: Position, rows: Callable[..., Any]
) -> None:
    ana = world.person("Ana")
    before = rows()
    ana.moves(inside)
    changed = {name for name, count in rows().items() if count != before[name]}
    assert changed == {"presences", "location_memberships"}
    assert ana.hears(f"community={yard['id']}") == ana.hears(f"person={ana.handle}") == []


def test_where_one_is_is_asked_by_oneself_alone(world: World) -> None:
    for method, path in (("GET", "/me/presence"), ("POST", "/me/positions"), ("POST", "/me/check-out")):
        assert problem_in(world.client.open(f"/v1{path}", method=method, json={}))["status"] == 401
    ana = world.person("Ana")
    ana.moves(CAFE)
    for path in (f"/people/{ana.handle}/presence", f"/people/{ana.id}/positions"):
        assert world.founder.is_refused("GET", path)["status"] == 404
    assert "position" not in world.founder.gets(f"/people/{ana.handle}")


def test_the_travelling_clock_ends_it(world: World, yard: Json, inside: Position) -> None:
    ana = world.person("Ana")
    ana.moves(inside)
    for later, there in ((HOUR, 1), (2 * HOUR - timedelta(seconds=30), 1), (2 * HOUR, 0), (48 * HOUR, 0)):
        with clock.travelling(later):
            assert (here(world, yard), len(ana.is_part_of)) == (there, there)
            assert (ana.presence["position"] is None) is (there == 0)


def test_a_position_prolongs_it_time_and_again(world: World, yard: Json, inside: Position) -> None:
    ana, hours = world.person("Ana"), 0
    while hours < 9:
        with clock.travelling(hours * HOUR):
            assert here(world, yard) == (1 if hours else 0)
            ana.moves(inside)
        hours += 1
    with clock.travelling(9.9 * HOUR):
        assert here(world, yard) == 1
    with clock.travelling(10.1 * HOUR):
        assert here(world, yard) == 0


def test_a_position_next_door_ends_it(world: World, yard: Json, inside: Position) -> None:
    ana = world.person("Ana")
    ana.moves(inside)
    ana.moves(destination(inside, 0, 3000))
    assert (here(world, yard), ana.is_part_of) == (0, [])


ENDS: dict[str, Callable[[Someone, Json], object]] = {
    "checking out": lambda person, yard: person.checks_out(),
    "leaving": lambda person, yard: person.leaves(yard),
}


@pytest.mark.parametrize("how", ENDS)
def test_it_ends_at_once(world: World, yard: Json, inside: Position, how: str) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    for person in (ana, bob):
        person.moves(inside)
    for _ in range(2):
        ENDS[how](ana, yard)
        assert (here(world, yard), ana.is_part_of, len(bob.is_part_of)) == (1, [], 1)
    ana.moves(inside)
    assert here(world, yard) == 2


def test_a_position_kept_since_before_the_check_out_brings_nobody_back(
    world: World, yard: Json, inside: Position
) -> None:
    ana = world.person("Ana")
    ana.moves(inside)
    assert ana.checks_out() == {
        "position": None,
        "accuracy_m": None,
        "activity": None,
        "fixed_at": None,
        "until": None,
        "memberships": [],
    }
    ana.moves(inside, fixed_at=ago(timedelta(minutes=3)))
    assert (here(world, yard), ana.is_part_of) == (0, [])


def test_checking_out_of_nowhere_is_no_mistake(world: World) -> None:
    assert world.person("Ana").checks_out()["memberships"] == []


@pytest.mark.parametrize(
    ("accuracy_m", "opens"), [(None, True), (0, True), (280, True), (400, False), (100_000, False)]
)
def test_a_fix_less_certain_than_the_area_opens_nothing(
    world: World, yard: Json, inside: Position, accuracy_m: float | None, opens: bool
) -> None:
    ana = world.person("Ana")
    ana.moves(inside, accuracy_m=accuracy_m)
    assert here(world, yard) == (1 if opens else 0)
    assert ana.presence["position"] == point(inside)


@pytest.mark.parametrize(
    ("minutes", "opens"), [(0, True), (60, True), (119, True), (121, False), (60 * 24 * 300, False)]
)
def test_what_comes_later_than_it_lasts_opens_nothing(
    world: World, yard: Json, inside: Position, minutes: int, opens: bool
) -> None:
    ana = world.person("Ana")
    ana.moves(inside, fixed_at=ago(timedelta(minutes=minutes)))
    assert here(world, yard) == (1 if opens else 0)
    assert (ana.presence["position"] is not None) is opens


def test_how_long_it_lasts_is_a_setting(
    database_url: str, world: World, yard: Json, inside: Position
) -> None:
    app: Flask = create_app(Settings(database_url=database_url, presence_lasts=timedelta(minutes=10)))
    ana = world.person("Ana")
    ana.client = app.test_client(use_cookies=False)
    ana.moves(inside)
    with clock.travelling(timedelta(minutes=9)):
        assert here(world, yard) == 1
    with clock.travelling(timedelta(minutes=10)):
        assert here(world, yard) == 0
    app.extensions["hereabouts"].database.dispose()


@pytest.mark.parametrize(
    ("wrong", "type"),
    [
        ({"position": None}, "invalid"),
        ({"accuracy_m": -1}, "invalid"),
        ({"accuracy_m": 100_001}, "invalid"),
        ({"activity": "Riding home"}, "invalid"),
        ({"text": "words"}, "invalid"),
        ({"fixed_at": "2999-01-01T00:00:00Z"}, "fixed-in-the-future"),
        ({"fixed_at": "2026-01-01T00:00:00"}, "invalid"),
    ],
)
def test_a_position_that_cannot_be_changes_nothing(
    world: World, yard: Json, inside: Position, wrong: Json, type: str
) -> None:
    ana = world.person("Ana")
    before = ana.moves(inside)
    problem = ana.is_refused("POST", "/me/positions", {"position": point(CAFE), **wrong})
    assert (problem["status"], problem["type"]) == (422, f"/v1/problems/{type}")
    assert ana.presence == before


def test_of_a_community_that_is_not_there_nobody_is_counted(world: World) -> None:
    answer = world.client.get(f"/v1/communities/{NOBODY}/presence")
    assert problem_in(answer)["detail"] == "There is no such community."


def test_in_a_chosen_community_nobody_is_as_far_as_is_told(world: World) -> None:
    """Being a member says nothing about where one is."""
    assert counted(world, world.community())["here"] == 0
