from math import pi, radians, sin

import pytest
import shapely
from hypothesis import given
from shapely import MultiPolygon
from shapely import Polygon as Shape

from geo import EARTH_RADIUS_M, BadArea, Box, Circle, Polygon, Position, destination, metres_between
from tests.geo.worlds import NEW_YORK, SUVA, beside, lengths, polygons, positions, steps

SQUARE = Polygon(shapely.box(0, 0, 2, 2))
RING = Polygon(shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2))
FIJI = Polygon(MultiPolygon([shapely.box(177, -19, 180, -16), shapely.box(-180, -19, -178, -16)]))


@pytest.mark.parametrize(
    ("polygon", "lat", "lon", "inside"),
    [
        (SQUARE, 1, 1, True),
        (SQUARE, 0, 0, True),
        (SQUARE, 1, 2, True),
        (SQUARE, 1, 2.0000001, False),
        (RING, 0.5, 0.5, True),
        (RING, 1.5, 1.5, False),
        (RING, 1.5, 1, True),
        (FIJI, -17, 179, True),
        (FIJI, -17, 180, True),
        (FIJI, -17, -180, True),
        (FIJI, -17, -179, True),
        (FIJI, -17, 0, False),
    ],
)
def test_the_border_belongs_to_the_polygon_and_the_hole_does_not(polygon, lat, lon, inside):
    assert polygon.contains(Position(lat, lon)) is inside


def test_edges_are_straight_in_longitude_and_latitude():
    beam = Polygon(shapely.box(0, 50, 40, 60))
    assert beam.contains(Position(60, 20))
    assert not beam.contains(Position(60.001, 20))


@pytest.mark.parametrize("shape", [Shape(), MultiPolygon(), Shape([(0, 0), (1, 1), (2, 2)])])
def test_what_has_no_inside_is_refused(shape):
    with pytest.raises(BadArea, match="a polygon without an inside is no area"):
        Polygon(shape)


@given(polygons())
def test_polygons_that_are_drawn_alike_are_equal(polygon):
    again = Polygon(shapely.from_wkb(shapely.to_wkb(polygon.outline())))
    assert again == polygon
    assert hash(again) == hash(polygon)


@pytest.mark.parametrize(
    ("spans", "bounds"),
    [
        ([(0, 2)], (0, 2)),
        ([(177, 180), (-180, -178)], (177, -178)),
        ([(170, 172), (-172, -170)], (170, -170)),
        ([(-10, -5), (5, 10)], (-10, 10)),
        ([(-180, 180)], (-180, 180)),
        ([(-180, 0), (0, 180)], (-180, 180)),
        ([(0, 100), (20, 30), (150, 160)], (0, 160)),
    ],
)
def test_bounds_are_as_narrow_as_can_be(spans, bounds):
    polygon = Polygon(MultiPolygon([shapely.box(west, 0, east, 1) for west, east in spans]))
    assert polygon.bounds == (bounds[0], 0, bounds[1], 1)


@given(polygons(), steps)
def test_bounds_leave_nothing_out(polygon, steps):
    bounds = Box(*polygon.bounds)
    for position in beside(polygon, steps):
        assert bounds.contains(position) or not polygon.contains(position)


def test_an_eighth_of_the_globe_is_as_large_as_that():
    assert Polygon(shapely.box(0, 0, 90, 90)).size_m2 == pytest.approx(4 * pi * EARTH_RADIUS_M**2 / 8)


def test_a_hole_is_no_part_of_the_size():
    # By Lambert: the size of a box is the difference of the sines of its latitudes times its longitudes.
    boxes = [radians(3) * sin(radians(3)), radians(1) * (sin(radians(2)) - sin(radians(1)))]
    assert RING.size_m2 == pytest.approx((boxes[0] - boxes[1]) * EARTH_RADIUS_M**2)


def test_reach_is_that_of_the_circle_of_equal_size():
    circle = Circle(NEW_YORK, RING.reach_m)
    assert circle.size_m2 == pytest.approx(RING.size_m2)


@pytest.mark.parametrize(("polygon", "lat", "lon"), [(SQUARE, 1, 1), (RING, 1.5, 1.5), (FIJI, -17.5, 179.5)])
def test_the_centre_is_the_centre_of_gravity(polygon, lat, lon):
    assert metres_between(polygon.centre, Position(lat, lon)) < 1_000


def test_metres_are_counted_to_the_nearest_part_also_over_the_antimeridian():
    assert FIJI.metres_to(Position(-17, -177)) == pytest.approx(106_300, rel=1e-3)
    assert FIJI.metres_to(Position(-17, 176)) == pytest.approx(106_300, rel=1e-3)
    assert FIJI.metres_to(Position(-17, -179)) == 0
    assert RING.metres_to(Position(1.5, 1.5)) == pytest.approx(55_580, rel=1e-3)


@given(polygons(), positions)
def test_metres_to_a_polygon_are_those_to_the_nearest_point_of_its_border(polygon, position):
    walked = shapely.get_coordinates(shapely.segmentize(polygon.outline(), 0.05)).tolist()
    nearest = min(metres_between(position, Position(lat, lon)) for lon, lat in walked)
    if not polygon.contains(position):
        assert nearest - 2_800 <= polygon.metres_to(position) <= nearest + 10


@given(lengths(1, 100_000))
def test_a_corner_given_twice_changes_nothing(metres):
    corners = [destination(SUVA, turn, metres) for turn in (0, 90, 90, 200)]
    doubled = Polygon(Shape([(corner.lon, corner.lat) for corner in corners]))
    assert doubled.metres_to(destination(SUVA, 90, metres * 3)) == pytest.approx(2 * metres, rel=1e-3)


def test_geojson_is_wound_as_rfc_7946_asks():
    outer, inner = (list(shapely.box(*sides).exterior.coords) for sides in ((0, 0, 3, 3), (1, 1, 2, 2)))
    exterior, hole = Polygon(Shape(outer[::-1], [inner])).to_geojson()["coordinates"]
    assert shapely.LinearRing(exterior).is_ccw
    assert not shapely.LinearRing(hole).is_ccw


def test_geojson_of_several_parts_is_a_multipolygon():
    geojson = FIJI.to_geojson()
    assert geojson["type"] == "MultiPolygon"
    assert shapely.geometry.shape(geojson).equals(FIJI.outline())
