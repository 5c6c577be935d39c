"""Finding communities: by kind and topic, near a point, around a point; against looking at every one."""

from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
import shapely
from sqlalchemy.orm import Session

from app.communities import queries
from geo import Area, Circle, Polygon, Position, destination
from tests.app.rows import rows_in
from tests.world import CAFE, Json, World, problem_in

HERE = Position(35.6812, 139.7671)


def named(answer: Json) -> list[str]:
    return [each["properties"]["name"] for each in answer["features"]]


def found(world: World, query: str) -> list[str]:
    """The names an anonymous visitor finds, in order."""
    return named(world.client.get(f"/v1/communities{query}").get_json(force=True))


def test_they_are_listed_oldest_first_by_kind_or_topic(world: World) -> None:
    topic = world.topic("goal:workshop")
    for name in ("Zeta", "Alpha", "Midway"):
        world.community(name, "goal", [topic])
    world.community("Riders", "interest", [world.topic(), topic])
    assert found(world, f"?topic={topic}") == ["Zeta", "Alpha", "Midway", "Riders"]
    assert found(world, f"?topic={topic}&kind=goal") == ["Zeta", "Alpha", "Midway"]
    assert found(world, f"?topic={topic}&kind=interest") == ["Riders"]
    assert found(world, f"?topic={topic}&kind=value") == []
    assert found(world, "?topic=goal:nobody-added-this") == []


@pytest.mark.parametrize("kind", ["interest", "goal", "value", "location"])
def test_a_kind_is_that_kind_alone(world: World, kind: str) -> None:
    for each in ("interest", "goal", "value"):
        world.community(f"some {each}", each)
    world.location(CAFE)
    listed = world.client.get(f"/v1/communities?kind={kind}&limit=100").get_json(force=True)["features"]
    assert {each["properties"]["kind"] for each in listed} == {kind}


def test_around_a_point_the_smallest_comes_first(world: World) -> None:
    here = Position(35.0, 135.76)
    for name, degrees in (("the city", 0.05), ("the table", 0.0001), ("the quarter", 0.01)):
        world.location(here, name, degrees)
    world.location(destination(here, 90, 5000), "beside", 0.01)
    assert found(world, f"/covering?lat={here.lat}&lon={here.lon}") == [
        "the table",
        "the quarter",
        "the city",
    ]
    assert found(world, f"/covering?lat={here.lat}&lon={here.lon}&limit=1") == ["the table"]
    assert found(world, f"/covering?lat={here.lat + 0.02}&lon={here.lon}") == ["the city"]
    # On the border one is inside.
    assert found(world, f"/covering?lat={here.lat}&lon={here.lon + 0.01}") == ["the quarter", "the city"]


def test_near_a_point_the_nearest_comes_first_and_of_those_around_it_the_smallest(world: World) -> None:
    for name, metres, degrees in (
        ("a kilometre away", 2000, 0.01),
        ("around, large", 0, 0.02),
        ("around, small", 0, 0.001),
        ("next door", 250, 0.002),
        ("far", 9000, 0.01),
    ):
        world.location(destination(HERE, 0, metres), name, degrees)
    at = f"lat={HERE.lat}&lon={HERE.lon}"
    near = ["around, small", "around, large", "next door", "a kilometre away"]
    assert found(world, f"/near?{at}") == near
    assert found(world, f"/near?{at}&limit=3") == near[:3]
    assert found(world, f"/near?{at}&radius=300") == near[:3]
    assert found(world, f"/near?{at}&radius=1") == near[:2]
    assert found(world, f"/near?{at}&radius=10000") == [*near, "far"]


def test_only_what_has_an_area_is_near_anything(world: World) -> None:
    at = Position(64.1466, -21.9426)
    world.community("Everywhere and nowhere")
    assert found(world, f"/near?lat={at.lat}&lon={at.lon}&radius=50000") == []


@pytest.mark.parametrize(
    "query",
    [
        "/near",
        "/near?lat=41",
        "/near?lat=91&lon=2",
        "/near?lat=nan&lon=2",
        "/near?lat=41&lon=2&radius=0",
        "/near?lat=41&lon=2&radius=50001",
        "/near?lat=41&lon=2&radius=inf",
        "/near?lat=41&lon=2&limit=0",
        "/near?lat=41&lon=2&kind=location",
        "/covering?lat=41",
        "/covering?lat=41&lon=181",
        "/covering?lat=41&lon=2&radius=5",
        "?kind=event",
        "?topic=cycling",
        "?limit=101",
        "?cursor=here",
    ],
)
def test_a_question_that_cannot_be_answered(world: World, query: str) -> None:
    assert problem_in(world.client.get(f"/v1/communities{query}"))["type"] == "/v1/problems/invalid"


def areas(chance: Random, middle: Position, count: int) -> list[Area]:
    """Circles and triangles around a middle, some over one another."""
    made: list[Area] = []
    for number in range(count):
        at = destination(middle, chance.uniform(0, 360), chance.uniform(0, 5000))
        radius_m = chance.choice([30.0, 120.0, 400.0, 1500.0])
        corners = [destination(at, turn, radius_m) for turn in (10, 130, 250)]
        triangle = shapely.Polygon([(each.lon, each.lat) for each in corners])
        made.append(Polygon(Circle(at, radius_m).outline() if number % 2 else triangle))
    return made


MIDDLES = [Position(-33.4489, -70.6693), Position(1.3521, 103.8198), Position(69.6492, 18.9553)]


@pytest.mark.parametrize("middle", MIDDLES)
def test_they_are_those_around_and_near_wherever(session: Session, middle: Position) -> None:
    chance, rows = Random(7), rows_in(session)
    drawn: dict[UUID, Area] = {rows.location(area): area for area in areas(chance, middle, 60)}
    for _ in range(12):
        here = destination(middle, chance.uniform(0, 360), chance.uniform(0, 5000))
        covering = {each for each, area in drawn.items() if area.contains(here)}
        got = [each.community.id for each in queries.communities_covering(session, here, 100)]
        assert (set(got), len(got)) == (covering, len(covering))
        assert got == sorted(got, key=lambda each: drawn[each].reach_m)
        # Borders are laid a little differently on the sphere; nothing here lies within a metre of the reach.
        reach_m = chance.choice([1.0, 200.0, 1000.0, 3000.0])
        metres = {each: area.metres_to(here) for each, area in drawn.items()}
        near = [each.community.id for each in queries.communities_near(session, here, reach_m, 100)]
        assert {each for each in near if abs(metres[each] - reach_m) > 1} == {
            each for each, far in metres.items() if far <= reach_m and abs(far - reach_m) > 1
        }
        assert all(metres[one] <= metres[next] + 1 for one, next in pairwise(near))
        assert near[: len(covering)] == got
