"""The mesh: communities by steps of shared members, made of what statistics published and nothing else."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import networkx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.ids import new_id
from app.search import queries
from app.search.rules import MOST_NEIGHBOURS, MOST_STEPS
from app.statistics.models import ClosedPeriod
from tests.app.conftest import Counting
from tests.app.plans import plans_of, read_whole
from tests.world import Json, Someone, World

FOUR_WEEKS = timedelta(weeks=4)
NEWEST = date(2026, 10, 26)
Publish = Callable[..., None]
_CLOSE = text("""
INSERT INTO closed_periods VALUES ('four_weeks', :day, CAST(:day AS date) + 28) ON CONFLICT DO NOTHING""")
_FIGURE = text(
    "INSERT INTO figures VALUES (:of, 'overlap', 'community', 'four_weeks', :day, :with, '', :people)"
)


@pytest.fixture
def publish(database: Database) -> Publish:
    """Publish that so many belong to both of two communities, as closing does: both ways round."""

    def publishes(one: Json, other: Json, people: int, day: date = NEWEST) -> None:
        with database.transaction() as session:
            session.execute(_CLOSE, {"day": day})
            for a, b in ((one, other), (other, one)):
                session.execute(_FIGURE, {"of": a["id"], "with": b["id"], "day": day, "people": people})

    return publishes


def around(person: Someone, steps: int) -> tuple[dict[str, int], dict[frozenset[str], int]]:
    """The steps to each community, by name, and what each two share."""
    found = person.gets(f"/mesh?steps={steps}")
    names = {each["id"]: each["name"] for each in found["communities"]}
    shared = {
        frozenset((names[each["one"]], names[each["other"]])): each["people"] for each in found["shared"]
    }
    return {each["name"]: each["steps"] for each in found["communities"]}, shared


def in_one(world: World, community: Json) -> Someone:
    person = world.person()
    person.joins(community)
    return person


def test_communities_of_my_communities(world: World, publish: Publish) -> None:
    one, two, three, four = (world.community(name) for name in ("One", "Two", "Three", "Four"))
    publish(one, two, 21)
    publish(two, three, 34)
    publish(three, four, 18)
    ana = in_one(world, one)
    steps = {"One": 0, "Two": 1, "Three": 2, "Four": 3}
    shared = {("One", "Two"): 21, ("Two", "Three"): 34, ("Three", "Four"): 18}
    for far in (1, 2, 3):
        nodes = {name: step for name, step in steps.items() if step <= far}
        assert around(ana, far) == (
            nodes,
            {frozenset(pair): people for pair, people in shared.items() if {*pair} <= {*nodes}},
        )
    assert around(in_one(world, four), 1)[0] == {"Four": 0, "Three": 1}
    assert around(world.person(), 3) == ({}, {})


def test_the_newest_four_weeks_count_and_no_others(world: World, publish: Publish) -> None:
    one, two, three = (world.community(name) for name in ("One", "Two", "Three"))
    publish(one, two, 20, NEWEST - FOUR_WEEKS)
    publish(one, three, 30)
    found = in_one(world, one).gets("/mesh")
    assert found["since"] == NEWEST.isoformat()
    assert [each["name"] for each in found["communities"]] == ["One", "Three"]


def test_before_anything_is_published_there_are_my_own(world: World, database: Database) -> None:
    with database.transaction() as session:
        session.query(ClosedPeriod).delete()
    one = world.community("One")
    found = in_one(world, one).gets("/mesh?steps=3")
    assert (found["since"], [each["name"] for each in found["communities"]]) == (None, ["One"])


def test_what_members_do_changes_nothing_until_it_is_published(world: World, publish: Publish) -> None:
    one, two = world.community("One"), world.community("Two")
    publish(one, two, 20)
    ana = in_one(world, one)
    before = around(ana, 1)
    for _ in range(3):
        in_one(world, one).joins(two)
    assert around(ana, 1) == before


def test_one_that_is_forming_is_in_its_members_mesh_alone(
    world: World, publish: Publish, database: Database
) -> None:
    one, two = world.community("One"), world.community("Two")
    publish(one, two, 20)
    ana, bob = in_one(world, one), in_one(world, one)
    bob.joins(two)
    with database.transaction() as session:
        session.execute(text("UPDATE communities SET listed_at = NULL WHERE id = :id"), {"id": two["id"]})
    assert around(ana, 3) == ({"One": 0}, {})
    assert around(bob, 1) == ({"One": 0, "Two": 0}, {frozenset(("One", "Two")): 20})


def test_of_each_those_with_which_it_shares_most(world: World, publish: Publish) -> None:
    one = world.community("One")
    for number in range(MOST_NEIGHBOURS + 2):
        publish(one, world.community(f"Other {number}"), 20 + number)
    nodes, shared = around(in_one(world, one), 1)
    assert len(nodes) == 1 + MOST_NEIGHBOURS
    assert min(shared.values()) == 22


def test_it_comes_as_graphml_too(world: World, publish: Publish) -> None:
    one, two = world.community("One & <Two>"), world.community("Two")
    publish(one, two, 23)
    answer = in_one(world, one).asks("GET", "/mesh.graphml")
    assert answer.mimetype == "application/graphml+xml"
    graph = networkx.read_graphml(io.BytesIO(answer.get_data()))
    assert graph.nodes[one["id"]]["name"] == "One & <Two>"
    assert graph.edges[one["id"], two["id"]]["people"] == 23


@pytest.mark.parametrize("query", ["steps=0", "steps=4", "steps=x", "format=dot"])
def test_what_there_is_not_is_refused(world: World, query: str) -> None:
    assert world.founder.is_refused("GET", f"/mesh?{query}")["status"] == 422


def test_it_costs_one_statement_by_keys(world: World, statements: Counting, session: Session) -> None:
    ana = world.person("Ana")
    ana.gets("/mesh?steps=3")
    with statements() as sent:
        ana.gets("/mesh?steps=3")
    assert sent() == 1
    (plan,) = plans_of(session, lambda: queries.mesh_around(session, new_id(), 3))
    assert read_whole([plan]) == set(), plan
    assert plan.count("figures_pkey") == MOST_STEPS + 1, plan
    assert "Index Cond: ((community_id = " in plan
