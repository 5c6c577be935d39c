import json

import pytest
import shapely
from hypothesis import given

from geo import Area, BadArea, Position, area_from_geojson, destination
from tests.geo.worlds import NEW_YORK, areas, beside, steps

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.2]]


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def many_sided(corners: int) -> list[list[float]]:
    around = [destination(NEW_YORK, -360 * side / corners, 1_000) for side in range(corners)]
    return [[corner.lon, corner.lat] for corner in [*around, around[0]]]


def test_a_polygon_is_read():
    area = area_from_geojson(polygon(SQUARE, HOLE))
    assert area.contains(Position(0.1, 0.1))
    assert not area.contains(Position(0.25, 0.35))


def test_a_multipolygon_is_read():
    east = [[177, -19], [180, -19], [180, -16], [177, -16], [177, -19]]
    west = [[-180, -19], [-178, -19], [-178, -16], [-180, -16], [-180, -19]]
    area = area_from_geojson({"type": "MultiPolygon", "coordinates": [[east], [west]]})
    assert area.bounds == (177, -19, -178, -16)


def test_it_may_be_wound_either_way_and_have_altitudes():
    clockwise = [[lon, lat, 12.5] for lon, lat in SQUARE[::-1]]
    square = area_from_geojson(polygon(SQUARE))
    assert area_from_geojson(polygon(clockwise)).outline().equals(square.outline())


OFF = "a corner of the area is not on the globe: "
FAULT = "the area's border is at fault near longitude "


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "an area is a GeoJSON Polygon or MultiPolygon with coordinates, not 'NoneType'"),
        ([SQUARE], "Polygon or MultiPolygon with coordinates, not 'list'"),
        (
            {"type": "Feature", "geometry": polygon(SQUARE)},
            "'Feature'; of a Feature send the geometry alone",
        ),
        ({"type": "Point", "coordinates": [0, 0]}, "not 'Point'"),
        ({"type": "MultiPolygon", "coordinates": []}, "not 'MultiPolygon'"),
        ({"type": "Polygon"}, "not 'Polygon'"),
        (polygon(), "a polygon is a list of rings, not []; see RFC 7946, section 3.1.6"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "a polygon is a list of rings, not []"),
        ({"type": "MultiPolygon", "coordinates": [7]}, "a polygon is a list of rings, not 7"),
        (polygon([]), "a ring is a list of positions, not []"),
        (polygon("SQUARE"), "a ring is a list of positions, not 'SQUARE'"),
        (
            polygon(SQUARE[:-1]),
            "a ring ends where it begins; repeat its first position [0.0, 0.0] at",
        ),
        (
            polygon([[0, 0], [1, 1], [0, 0]]),
            "the last like the first; this one has 3",
        ),
        (polygon([[0, 0], [1, 0], [1, 91], [0, 0]]), OFF + "latitude 91"),
        (
            polygon([[0, 0], [1, 0], [1, float("nan")], [0, 0]]),
            OFF + "latitude nan",
        ),
        (
            polygon([[0, 0], [1, 0], ["1", "1"], [0, 0]]),
            OFF + "latitude '1'",
        ),
        (polygon([[0, 0], [1, 0], None, [0, 0]]), OFF + "a position is"),
        (polygon([[179, 0], [181, 0], [181, 1], [179, 0]]), "longitude 181 is not between -180 and 180"),
        (
            polygon(BOW_TIE),
            FAULT + "0.5, latitude 0.5 (self-intersection)",
        ),
        (polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), FAULT),
        (
            polygon([[0, 0], [0, 0], [0, 0], [0, 0]]),
            FAULT + "0, latitude 0",
        ),
        (polygon(SQUARE, [[3, 3], [4, 3], [4, 4], [3, 3]]), "(hole lies outside shell)"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, FAULT),
        (
            polygon([[0, 0], [20, 0], [20, 20], [0, 20], [0, 0]]),
            " more than 1000000 km²; draw it smaller",
        ),
        (
            polygon([[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]),
            "does it cross ±180° uncut? see RFC 7946, section 3.1.9; draw it smaller",
        ),
        (polygon(many_sided(2_000)), "the area has 2001 vertices, more than 2000; draw it coarser"),
        (polygon(*[SQUARE] * 500), "the area has 2500 vertices, more than 2000"),
    ],
)
def test_what_is_no_area_is_refused_and_told_why(geometry, says):
    with pytest.raises(BadArea) as refused:
        area_from_geojson(geometry)
    assert says in str(refused.value)


def test_the_limits_can_be_set():
    assert area_from_geojson(polygon(many_sided(2_000)), most_vertices=2_001).reach_m > 999
    with pytest.raises(BadArea, match="the area has 3 km², more than 1 km²"):
        area_from_geojson(polygon(many_sided(30)), most_m2=1e6)


@given(areas)
def test_what_an_area_writes_is_read_as_the_same_area(area: Area):
    written = json.loads(json.dumps(area.to_geojson()))
    read = area_from_geojson(written, most_vertices=10_000, most_m2=1e15)
    assert read.outline().normalize() == area.outline().normalize()
    assert read.to_geojson() == written


@given(areas, steps)
def test_an_area_is_no_metres_from_what_it_contains_and_some_from_the_rest(area: Area, steps):
    outline = area.outline()
    for position in beside(area, steps):
        if area.contains(position):
            assert area.metres_to(position) == 0
        elif not outline.dwithin(shapely.Point(position.lon, position.lat), 1e-9):
            assert area.metres_to(position) > 0


@given(areas)
def test_every_outline_is_valid_and_on_the_map(area: Area):
    outline = area.outline()
    assert outline.is_valid
    assert shapely.box(-180, -90, 180, 90).covers(outline)
