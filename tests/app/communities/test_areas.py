"""Areas of communities: what may be drawn, what is refused as `bad-area`, and what comes back."""

from collections.abc import Callable
from math import cos, radians
from typing import Any

import pytest

from app.communities.rules import MOST_LOCATION_M2
from geo import Position, area_from_geojson
from geo.area import MOST_VERTICES
from tests.world import CAFE, PURPOSE, Json, World, square

WHOLE = [[2.0, 41.0], [2.1, 41.0], [2.1, 41.1], [2.0, 41.1], [2.0, 41.0]]
HOLE = [[2.04, 41.04], [2.04, 41.06], [2.06, 41.06], [2.06, 41.04], [2.04, 41.04]]
OUTSIDE = [[3.0, 41.0], [3.1, 41.0], [3.1, 41.1], [3.0, 41.0]]
BESIDE = [[2.2, 41.0], [2.3, 41.0], [2.3, 41.1], [2.2, 41.0]]
OVERLAPPING = [[2.05, 41.0], [2.15, 41.0], [2.15, 41.1], [2.05, 41.0]]


def polygon(*rings: Any) -> Json:
    return {"type": "Polygon", "coordinates": list(rings)}


def several(*polygons: Any) -> Json:
    return {"type": "MultiPolygon", "coordinates": [[each] for each in polygons]}


def star(corners: int) -> Json:
    """A comb of so many vertices, first and last counted."""
    teeth = [[2 + place / 100_000, 41 + (place % 2) / 1000] for place in range(corners - 3)]
    ring = [*teeth, [2.5, 41.1], [2.0, 41.1]]
    return polygon([*ring, ring[0]])


def of_size(m2: float) -> Json:
    """A box on the equator of so many square metres."""
    degree_m = 111_195.08
    half = m2**0.5 / degree_m / 2
    return square(Position(0.0, 20.0), half / cos(radians(half / 2)) ** 0.5)


def founding(area: Any, kind: str = "location") -> Json:
    return {"kind": kind, "name": "An area", "purpose": PURPOSE, "area": area}


BAD: dict[str, tuple[Any, str]] = {
    "a bow tie": (polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), "cross themselves"),
    "a spike": (polygon([[0, 0], [1, 0], [1, 1], [1, 2], [1, 1], [0, 1], [0, 0]]), "border is at fault"),
    "not closed": (polygon(WHOLE[:-1]), "repeat its first position"),
    "a hole outside": (polygon(WHOLE, OUTSIDE), "holes lie inside"),
    "a hole across the border": (polygon(WHOLE, OVERLAPPING), "border is at fault"),
    "a hole as large as all": (polygon(WHOLE, WHOLE), "border is at fault"),
    "two that overlap": (several(WHOLE, OVERLAPPING), "border is at fault"),
    "no size": (polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), "border is at fault"),
    "one spot": (polygon([[2.0, 41.0]] * 4), "border is at fault"),
    "three positions": (polygon([[0, 0], [1, 1], [0, 0]]), "4 positions or more"),
    "swapped": (polygon([[41.0, 120.0], [41.1, 120.0], [41.1, 120.1], [41.0, 120.0]]), "not on the globe"),
    "west of everything": (polygon([[-190, 0], [-170, 0], [-170, 5], [-190, 5], [-190, 0]]), "globe"),
    "uncut at the date line": (
        polygon([[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]),
        "larger|more than|smaller",
    ),
    "a corner of words": (polygon([["a", "b"], [1, 0], [1, 1], ["a", "b"]]), "globe"),
    "a corner of nothing": (polygon([None, [1, 0], [1, 1], None]), "globe"),
    "a corner of one number": (polygon([[1], [1, 0], [1, 1], [1]]), "globe"),
    "a ring of numbers": (polygon([1, 2, 3, 1]), "globe"),
    "no list of rings": (polygon({}), "RFC 7946"),
    "no rings": ({"type": "Polygon", "coordinates": []}, "RFC 7946"),
    "no polygons": ({"type": "MultiPolygon", "coordinates": []}, "Polygon or MultiPolygon"),
    "a vertex too many": (star(MOST_VERTICES + 1), "draw it coarser"),
    "a little more than the largest city": (
        of_size(MOST_LOCATION_M2 * 1.001),
        "Draw the part where people meet",
    ),
    "a country": (square(CAFE, 8), "smaller"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_area_is_refused_with_what_is_wrong(
    world: World, rows: Callable[[], dict[str, int]], bad: str
) -> None:
    area, says = BAD[bad]
    ana = world.founder
    before = rows()
    problem = ana.is_refused("POST", "/communities", founding(area))
    assert (problem["status"], problem["type"]) == (422, "/v1/problems/bad-area"), problem
    assert any(each in problem["detail"] for each in says.split("|")), problem["detail"]
    assert rows() == before


@pytest.mark.parametrize("bad", ["a bow tie", "not closed", "swapped", "a vertex too many", "a country"])
@pytest.mark.parametrize("what", ["an interest", "an offer"])
def test_nor_may_anything_else_have_such_an_area(world: World, bad: str, what: str) -> None:
    area = square(CAFE, 20) if bad == "a country" else BAD[bad][0]
    topic = world.topic()
    path, body = (
        "/communities",
        {"kind": "interest", "name": "Riders", "purpose": PURPOSE, "topics": [topic], "area": area},
    )
    if what == "an offer":
        path = f"/businesses/{world.business()['id']}/offers"
        body = {"title": "x", "topics": [topic], "area": area, "ends_at": "2099-01-01T00:00:00Z"}
    assert world.founder.is_refused("POST", path, body)["type"] == "/v1/problems/bad-area"


GOOD: dict[str, Json] = {
    "a square": square(CAFE),
    "clockwise": polygon(WHOLE[::-1]),
    "with a hole": polygon(WHOLE, HOLE),
    "with a hole wound the wrong way": polygon(WHOLE, HOLE[::-1]),
    "two pieces": several(WHOLE, BESIDE),
    "one piece of several": several(WHOLE),
    "with heights": polygon([[*corner, 12.5] for corner in WHOLE]),
    "cut at the date line": {
        "type": "MultiPolygon",
        "coordinates": [square(Position(-17.0, lon), 0.1)["coordinates"] for lon in (179.9, -179.9)],
    },
    "as many vertices as may be": star(MOST_VERTICES),
    "as large as the largest city": of_size(MOST_LOCATION_M2 * 0.999),
    "a table": square(CAFE, 0.00001),
    "to the pole": polygon([[10, 89.9], [20, 89.9], [20, 90], [10, 90], [10, 89.9]]),
}


@pytest.mark.parametrize("good", GOOD)
def test_what_is_an_area_comes_back_as_it_is(world: World, good: str) -> None:
    """The same ground, whatever way it was wound."""
    founded = world.founder.posts("/communities", founding(GOOD[good]))
    given, got = area_from_geojson(GOOD[good]), area_from_geojson(founded["geometry"])
    assert given.outline().equals(got.outline())
    assert got.size_m2 == pytest.approx(given.size_m2, rel=1e-9)
    assert world.founder.gets(f"/communities/{founded['id']}")["geometry"] == founded["geometry"]


def test_a_hole_belongs_to_nobody(world: World) -> None:
    donut = world.founder.posts("/communities", founding(polygon(WHOLE, HOLE)))
    for at, names in (((41.02, 2.02), ["An area"]), ((41.05, 2.05), [])):
        covering = world.client.get(f"/v1/communities/covering?lat={at[0]}&lon={at[1]}").get_json(force=True)
        mine = [each["properties"]["name"] for each in covering["features"] if each["id"] == donut["id"]]
        assert mine == names


def test_both_sides_of_the_date_line_are_one_location(world: World) -> None:
    world.founder.posts("/communities", {**founding(GOOD["cut at the date line"]), "name": "Taveuni"})
    ana = world.person("Ana")
    for lon in (179.85, 180.0, -180.0, -179.85):
        ana.checks_in(Position(-17.0, lon))
        assert "Taveuni" in ana.is_part_of
    ana.checks_in(Position(-17.0, -179.7))
    assert "Taveuni" not in ana.is_part_of
