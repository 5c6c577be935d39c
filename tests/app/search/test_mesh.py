"""The mesh: communities by steps of shared members, told so that it tells of nobody."""

import io
from datetime import timedelta
from uuid import UUID

import networkx
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.ids import new_id
from app.search import mesh, queries
from app.search.rules import LEAST_SHARED, STEP, offset_of, shared_told
from tests.app.conftest import Counting
from tests.app.plans import plans_of, read_whole
from tests.world import Json, Someone, World

A_WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _not_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that can be told beforehand."""
    monkeypatch.setattr(mesh, "offset_of", lambda *_: 0)


def woven(app: Flask, anew: bool = True) -> None:
    with app.extensions["hereabouts"].database.transaction() as session:
        if anew:
            session.execute(text("DELETE FROM mesh_weeks"))
        mesh.weave(session, clock.now())


def a_community(world: World, name: str) -> Json:
    """One that nobody belongs to yet."""
    made = world.community(name)
    world.founder.leaves(made)
    return made


def joint(world: World, number: int, *communities: Json, contract: str = "open-house") -> list[Someone]:
    """So many people in all of these."""
    made = [world.person(contract=contract) for _ in range(number)]
    for each in made:
        for community in communities:
            each.joins(community)
    return made


def around(person: Someone, steps: int) -> tuple[dict[str, int], dict[frozenset[str], int]]:
    """The steps to each community, by name, and what each two share."""
    found = person.gets(f"/mesh?steps={steps}")
    names = {each["id"]: each["name"] for each in found["communities"]}
    shared = {
        frozenset((names[each["one"]], names[each["other"]])): each["people"] for each in found["shared"]
    }
    return {each["name"]: each["steps"] for each in found["communities"]}, shared


def test_communities_of_my_communities(world: World, app: Flask) -> None:
    one, two, three, four = (a_community(world, name) for name in ("One", "Two", "Three", "Four"))
    ana, *_ = joint(world, 6, one, two)
    joint(world, 11, two, three)
    joint(world, 4, three, four)
    woven(app)
    assert around(ana, 1) == (
        {"One": 0, "Two": 0, "Three": 1},
        {
            frozenset(("One", "Two")): 5,
            frozenset(("Two", "Three")): 10,
        },
    )
    stranger = joint(world, 1, one)[0]
    assert around(stranger, 1)[0] == {"One": 0, "Two": 1}
    assert around(stranger, 3)[0] == {"One": 0, "Two": 1, "Three": 2}, "four share too few to say so"
    assert around(world.person(), 3) == ({}, {})


def test_who_is_not_to_be_counted_is_not(world: World, app: Flask) -> None:
    one, two = a_community(world, "One"), a_community(world, "Two")
    ana, *_ = joint(world, 4, one, two)
    joint(world, 5, one, two, contract="invisible")
    woven(app)
    assert around(ana, 1)[1] == {}


def test_within_a_week_nothing_changes_and_after_it_all_does(world: World, app: Flask) -> None:
    one, two = a_community(world, "One"), a_community(world, "Two")
    ana, *others = joint(world, 10, one, two)
    woven(app)
    before = around(ana, 1)
    for each in others:
        each.leaves(two)
    woven(app, anew=False)
    assert around(ana, 1) == before
    with clock.travelling(A_WEEK):
        woven(app, anew=False)
        assert around(ana, 1)[1] == {}


def test_it_comes_as_graphml_too(world: World, app: Flask) -> None:
    one, two = a_community(world, "One & <Two>"), a_community(world, "Two")
    ana, *_ = joint(world, 5, one, two)
    woven(app)
    answer = ana.asks("GET", "/mesh.graphml")
    assert answer.mimetype == "application/graphml+xml"
    graph = networkx.read_graphml(io.BytesIO(answer.get_data()))
    assert graph.nodes[one["id"]]["name"] == "One & <Two>"
    assert graph.edges[one["id"], two["id"]]["people"] == 5


@pytest.mark.parametrize("query", ["steps=0", "steps=4", "steps=x", "format=dot"])
def test_what_there_is_not_is_refused(world: World, query: str) -> None:
    assert world.founder.is_refused("GET", f"/mesh?{query}")["status"] == 422


def test_it_costs_two_statements_by_indexes(world: World, statements: Counting, session: Session) -> None:
    ana = world.person("Ana")
    ana.gets("/me")
    with statements() as sent:
        ana.gets("/mesh?steps=3")
    assert sent() == 2
    plans = plans_of(session, lambda: queries.mesh_around(session, new_id(), 3))
    assert read_whole(plans) == set(), plans


@given(people=st.integers(0, 10_000), offset=st.integers(0, STEP - 1))
def test_never_more_than_there_are_and_only_fives(people: int, offset: int) -> None:
    told = shared_told(people, offset)
    assert told % STEP == 0
    assert max(0, people - 2 * STEP) < told + 1 <= people + 1 or told == 0
    assert people >= LEAST_SHARED or told == 0


@given(one=st.uuids(), other=st.uuids())
def test_each_pair_has_its_own_point_whichever_way_round(one: UUID, other: UUID) -> None:
    assert offset_of(b"key", one, other) == offset_of(b"key", other, one) in range(STEP)
