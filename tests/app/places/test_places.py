"""Places: named points, added by people, read by anybody, found by how near they are."""

from itertools import pairwise
from random import Random

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.places import queries, service
from app.places.service import NewPlace
from geo import Position, destination, metres_between
from tests.app.rows import rows_in
from tests.world import CAFE, FAR_AWAY, Json, World, point, problem_in

MONT_BLANC = Position(45.8326, 6.8652)


def found(world: World, query: str) -> list[str]:
    """The names of the places an anonymous visitor finds."""
    features = world.client.get(f"/v1/places?{query}").get_json(force=True)["features"]
    return [each["properties"]["name"] for each in features]


def around(at: Position, **more: object) -> str:
    return "&".join(f"{name}={said}" for name, said in {"lat": at.lat, "lon": at.lon, **more}.items())


def test_a_place_is_where_and_what_was_said(world: World) -> None:
    body = {"name": "  Café Gràcia ", "category": "café", "position": point(CAFE)}
    added = world.person("Ana").asks("POST", "/places", body)
    place = added.get_json(force=True)
    assert (added.status_code, added.headers["Location"]) == (201, f"/v1/places/{place['id']}")
    assert place == {
        "type": "Feature",
        "id": place["id"],
        "geometry": point(CAFE),
        "properties": {"name": "Café Gràcia", "category": "café"},
    }
    assert world.client.get(added.headers["Location"]).get_json(force=True) == place


def test_a_place_needs_no_category(world: World) -> None:
    assert world.founder.posts("/places", {"name": "X", "position": point(CAFE)})["properties"] == {
        "name": "X",
        "category": None,
    }


def test_two_places_may_have_one_name(world: World) -> None:
    assert world.place()["id"] != world.place()["id"]


def test_a_height_above_the_sea_is_left_out(world: World) -> None:
    summit = {"type": "Point", "coordinates": [MONT_BLANC.lon, MONT_BLANC.lat, 4806.0]}
    assert world.founder.posts("/places", {"name": "Summit", "position": summit})["geometry"] == point(
        MONT_BLANC
    )


def test_only_people_add_places(world: World) -> None:
    answer = world.client.post("/v1/places", json={"name": "X", "position": point(CAFE)})
    assert problem_in(answer)["type"] == "/v1/problems/not-signed-in"


def test_a_place_nobody_added(world: World) -> None:
    answer = world.client.get("/v1/places/00000000-0000-7000-8000-000000000000")
    assert problem_in(answer)["detail"] == "There is no such place."


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 101},
        {"category": ""},
        {"category": "x" * 61},
        {"position": None},
        {"owner": "me"},
    ],
)
def test_a_place_that_cannot_be(world: World, wrong: Json) -> None:
    body = {"name": "X", "category": "café", "position": point(CAFE), **wrong}
    problem = world.founder.is_refused("POST", "/places", body)
    assert (problem["status"], problem["errors"][0]["at"]) == (422, f"/{next(iter(wrong))}")


def test_the_nearest_comes_first_and_what_is_too_far_not_at_all(world: World) -> None:
    here = Position(38.7223, -9.1393)
    for metres in (400, 90, 999, 1001, 5):
        world.place(destination(here, metres, metres), f"{metres} m")
    assert found(world, around(here)) == ["5 m", "90 m", "400 m", "999 m"]
    assert found(world, around(here, radius=100)) == ["5 m", "90 m"]
    assert found(world, around(here, limit=3)) == ["5 m", "90 m", "400 m"]
    assert found(world, around(here, radius=2000)) == ["5 m", "90 m", "400 m", "999 m", "1001 m"]
    assert found(world, around(FAR_AWAY)) == []


def test_twenty_unless_more_are_asked_for(world: World) -> None:
    here = Position(59.3293, 18.0686)
    for metres in range(23):
        world.place(destination(here, 0, metres), f"{metres:02}")
    assert found(world, around(here)) == [f"{metres:02}" for metres in range(20)]
    assert len(found(world, around(here, limit=100))) == 23


@pytest.mark.parametrize(
    "query",
    [
        "",
        "lat=41.4",
        "lon=2.1",
        "lat=91&lon=2",
        "lat=41&lon=181",
        "lat=nan&lon=2",
        "lat=41&lon=inf",
        "lat=41&lon=2&radius=0",
        "lat=41&lon=2&radius=-1",
        "lat=41&lon=2&radius=20001",
        "lat=41&lon=2&radius=nan",
        "lat=41&lon=2&limit=0",
        "lat=41&lon=2&limit=101",
        "lat=41&lon=2&limit=1.5",
        "lat=41&lon=2&colour=red",
    ],
)
def test_a_question_that_cannot_be_answered(world: World, query: str) -> None:
    assert problem_in(world.client.get(f"/v1/places?{query}"))["type"] == "/v1/problems/invalid"


@pytest.mark.parametrize(
    "middle",
    [
        Position(-33.86, 151.2),
        Position(-18.1, 179.999),
        Position(0.0, -180.0),
        Position(89.95, 20.0),
        Position(-89.99, -170.0),
    ],
    ids=["in town", "before the date line", "on the date line", "at the North Pole", "at the South Pole"],
)
def test_they_are_the_nearest_wherever_on_the_globe(session: Session, middle: Position) -> None:
    """Against measuring every one of them."""
    chance, rows = Random(20261122), rows_in(session)
    by = rows.person()
    spots = [destination(middle, chance.uniform(0, 360), chance.uniform(0, 9000)) for _ in range(120)]
    for number, spot in enumerate(spots):
        service.add_place(session, NewPlace(str(number), None, spot), by, clock.now())
    for _ in range(15):
        here = destination(middle, chance.uniform(0, 360), chance.uniform(0, 6000))
        reach_m, limit = chance.uniform(50, 6000), chance.randint(1, 60)
        distances = sorted((metres_between(here, spot), number) for number, spot in enumerate(spots))
        wanted = [str(number) for metres, number in distances if metres <= reach_m][:limit]
        got = queries.places_near(session, here, reach_m, limit)
        assert [each.name for each in got] == wanted
        assert all(
            metres_between(here, one.position) <= metres_between(here, next.position)
            for one, next in pairwise(got)
        )
