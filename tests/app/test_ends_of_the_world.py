"""What lies across the date line or holds a pole, and questions that would take in the whole world."""

from typing import Any

import pytest

from app import clock
from geo import Position
from tests.app.events.evenings import an_event
from tests.app.wishes.wishing import A_MONTH
from tests.world import CAFE, PURPOSE, Json, World, point


def cut_at(lat: float) -> Json:
    """A square of two tenths of a degree, in two halves, one on each side of the date line (RFC 7946, 3.1.9)."""
    halves = []
    for west, east in ((179.9, 180.0), (-180.0, -179.9)):
        south, north = lat - 0.1, lat + 0.1
        halves.append([[[west, south], [east, south], [east, north], [west, north], [west, south]]])
    return {"type": "MultiPolygon", "coordinates": halves}


def around_the_pole(south: float) -> Json:
    """All that lies nearer to it than a circle of latitude."""
    turns = [-180, -90, 0, 90, 180]
    ring = [[lon, south] for lon in turns] + [[lon, 90] for lon in turns[::-1]] + [[-180, south]]
    return {"type": "Polygon", "coordinates": [ring]}


ENDS: dict[str, tuple[Json, list[Position]]] = {
    "the date line": (
        cut_at(-17.0),
        [Position(-17.0, 179.95), Position(-17.0, -179.95), Position(-17.0, 180.0)],
    ),
    "a pole": (around_the_pole(89.9), [Position(89.95, lon) for lon in (-180, -91, 0, 45, 180)]),
}
THINGS = ("a community", "an event", "a wish")


def made(world: World, thing: str, area: Json) -> Any:
    """One of them, there; the answer to whoever made it."""
    founder, name = world.founder, f"At the end {world.seed}"
    if thing == "an event":
        inside = ENDS["a pole" if area["type"] == "Polygon" else "the date line"][1][0]
        return an_event(founder, title=name, area=area, position=point(inside), topics=[world.topic()])
    topic = world.topic("goal:bridge")
    founding = {"kind": "goal", "name": name, "purpose": PURPOSE, "topics": [topic]}
    if thing == "a community":
        return founder.posts("/communities", {**founding, "area": area})
    community = founder.posts("/communities", founding)
    wish = {"text": name, "topics": [topic], "area": area, "threshold": 5}
    deadline = (clock.now() + A_MONTH).isoformat()
    return founder.posts(f"/communities/{community['id']}/wishes", {**wish, "deadline": deadline})


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_may_be_at_the_end_of_the_world(world: World, thing: str, end: str) -> None:
    area, _ = ENDS[end]
    assert made(world, thing, area)["id"]


@pytest.mark.parametrize("end", ENDS)
def test_it_is_found_from_all_sides(world: World, end: str) -> None:
    area, inside = ENDS[end]
    community, event = made(world, "a community", area), made(world, "an event", area)
    for at in inside:
        here = f"lat={at.lat}&lon={at.lon}"
        for path in ("covering", "near"):
            found = world.founder.gets(f"/communities/{path}?{here}")["features"]
            assert community["id"] in [each["id"] for each in found], (path, at)
        found = world.founder.gets(f"/events?{here}&radius=30000")["features"]
        assert event["id"] in [each["properties"]["event_id"] for each in found], at


@pytest.mark.parametrize("end", ENDS)
def test_searching_there_finds_or_refuses_and_never_fails(world: World, end: str) -> None:
    for at in ENDS[end][1]:
        for kind in ("", "&kind=check-in", "&kind=event"):
            path = f"/search?q=end&lat={at.lat}&lon={at.lon}&radius=5000{kind}"
            assert world.founder.asks("GET", path).status_code in (200, 422)


WHOLE_WORLD = {
    "/check-ins?bbox=-180,-90,180,90": "smaller",
    "/check-ins?lat=0&lon=0&radius=1e9": "/radius",
    "/check-ins?lat=0&lon=0&radius=inf": "/radius",
    "/communities/near?lat=0&lon=0&radius=1e9": "/radius",
    "/places?lat=0&lon=0&radius=1e9": "/radius",
    "/events?lat=0&lon=0&radius=1e9": "/radius",
    "/events?lat=0&lon=0&radius=nan": "/radius",
    "/search?q=bridge&lat=0&lon=0&radius=1e9": "/radius",
    "/search?q=": "say what to find",
    "/search?q=%20%20": "say what to find",
    "/search?kind=event&since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z": "say what to find",
    "/mesh?steps=1000000000": "/steps",
    "/mesh?steps=-1": "/steps",
    "/communities/{community}/statistics?measure=people&from=0001-01-01&to=9999-12-31": "periods",
    "/communities/{community}/statistics?measure=people&bucket=week&from=1000-01-01": "periods",
}


@pytest.mark.parametrize("path", WHOLE_WORLD)
def test_what_would_take_in_the_world_is_refused_and_says_what_may_be_asked(world: World, path: str) -> None:
    community = world.community()["id"] if "{" in path else ""
    refused = world.founder.is_refused("GET", path.format(community=community))
    assert refused["status"] == 422
    assert WHOLE_WORLD[path] in str(refused), refused


def test_all_times_are_answered_by_the_page(world: World) -> None:
    for _ in range(3):
        an_event(world.founder)
    for more in ("", "&for=me", f"&lat={CAFE.lat}&lon={CAFE.lon}&radius=1000"):
        ever = "from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z"
        assert len(world.founder.gets(f"/events?{ever}&limit=2{more}")["features"]) == 2
