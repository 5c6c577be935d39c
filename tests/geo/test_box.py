from math import pi, radians

import pytest
from hypothesis import given

from geo import EARTH_RADIUS_M, BadArea, Box, NotOnTheGlobe, Polygon, Position, box_from_bbox, metres_between
from geo.rings import size_m2
from tests.geo.worlds import beside, boxes, positions, steps

STEPS = 30
TOWN, FIJI = Box(-74.02, 40.70, -73.93, 40.80), Box(170, -20, -170, -10)


@pytest.mark.parametrize(
    ("box", "lat", "lon", "inside"),
    [
        (TOWN, 40.75, -74.0, True),
        (TOWN, 40.70, -74.02, True),
        (TOWN, 40.80, -73.93, True),
        (TOWN, 40.80001, -73.95, False),
        (TOWN, 40.75, -73.92999, False),
        (TOWN, 40.75, 106.0, False),
        (FIJI, -15, 175, True),
        (FIJI, -15, -175, True),
        (FIJI, -15, 180, True),
        (FIJI, -15, -180, True),
        (FIJI, -15, 0, False),
        (FIJI, -9.9, 175, False),
        (Box(-180, -90, 180, 90), 90, -180, True),
    ],
)
def test_a_box_contains_what_is_between_its_sides_and_on_them(box, lat, lon, inside):
    assert box.contains(Position(lat, lon)) is inside


@pytest.mark.parametrize(
    ("sides", "error", "says"),
    [
        ((0, 41, 1, 40), BadArea, "south 41 is not below north 40; a bounding box is west,south,east,north"),
        ((0, 40, 1, 40), BadArea, "south 40 is not below north 40"),
        ((5, 40, 5, 41), BadArea, "west 5 and east 5 are the same meridian"),
        ((180, 40, -180, 41), BadArea, "west 180 and east -180 are the same meridian"),
        ((0, -91, 1, 40), NotOnTheGlobe, "latitude -91"),
        ((0, 40, 181, 41), NotOnTheGlobe, "longitude 181"),
        ((float("nan"), 40, 1, 41), NotOnTheGlobe, "west nan is not a finite number"),
        ((0, 40, 1, True), NotOnTheGlobe, "north True is not a number"),
    ],
)
def test_what_is_no_box_is_refused_and_told_why(sides, error, says):
    with pytest.raises(error, match=says):
        Box(*sides)


@pytest.mark.parametrize(
    "values", ["-74.02,40.70,-73.93,40.80", " -74.02, 40.7 ,-73.93,40.8", [-74.02, 40.7, -73.93, 40.8]]
)
def test_a_bbox_is_read_from_text_or_numbers(values):
    assert box_from_bbox(values) == TOWN


@pytest.mark.parametrize(
    "values", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", [1, 2, 3], [None] * 4, 7, [10**400] * 4]
)
def test_what_is_no_bbox_is_refused(values):
    with pytest.raises(BadArea, match="is not four numbers; a bounding box is west,south,east,north"):
        box_from_bbox(values)


def test_the_whole_globe_is_a_box():
    globe = Box(-180, -90, 180, 90)
    assert globe.size_m2 == pytest.approx(4 * pi * EARTH_RADIUS_M**2)
    assert globe.reach_m == pytest.approx(pi * EARTH_RADIUS_M)


@given(boxes())
def test_a_box_is_as_large_as_its_outline(box):
    assert box.size_m2 == pytest.approx(size_m2(box.outline()), rel=1e-6, abs=1)


@given(boxes(), steps)
def test_the_outline_holds_what_the_box_does(box, steps):
    outline = Polygon(box.outline())
    for position in beside(box, steps):
        assert outline.contains(position) == box.contains(position)


@given(boxes(), positions)
def test_metres_to_a_box_are_those_to_its_nearest_point(box, position):
    metres = box.metres_to(position)
    assert metres == 0 or not box.contains(position)
    nearest = min(metres_between(position, point) for point in _points_in(box))
    assert nearest - _step_m(box) <= metres <= nearest + 1e-6


def _step_m(box: Box) -> float:
    """The most that a point of the box is away from one of the grid."""
    return radians(max((box.east - box.west) % 360, box.north - box.south)) / STEPS * EARTH_RADIUS_M


def _points_in(box: Box) -> list[Position]:
    """A grid over the box, its sides included."""
    width = (box.east - box.west) % 360
    shares = [step / STEPS for step in range(STEPS + 1)]
    lats = [box.south + (box.north - box.south) * share for share in shares]
    lons = [(box.west + width * share + 180) % 360 - 180 for share in shares]
    return [Position(max(-90, min(90, lat)), lon) for lat in lats for lon in lons]


def test_a_box_is_centred_and_bounded():
    assert FIJI.centre == Position(-15, 180)
    assert FIJI.bounds == (170, -20, -170, -10)
    assert (TOWN.centre.lat, TOWN.centre.lon) == pytest.approx((40.75, -73.975))


def test_geojson_is_one_polygon_or_two_over_the_antimeridian():
    assert TOWN.to_geojson() == {
        "type": "Polygon",
        "coordinates": [[[-73.93, 40.7], [-73.93, 40.8], [-74.02, 40.8], [-74.02, 40.7], [-73.93, 40.7]]],
    }
    assert [part[0][0][0] for part in FIJI.to_geojson()["coordinates"]] == [180.0, -170.0]
    assert Box(170, 0, -180, 1).to_geojson()["type"] == "Polygon"
