import math

import pytest
import shapely
from hypothesis import given

from geo import EARTH_RADIUS_M, BadArea, Box, Circle, Polygon, Position, destination, metres_between
from geo.rings import size_m2
from tests.geo.worlds import NEW_YORK, SUVA, beside, circles, lengths, positions, steps


@pytest.mark.parametrize("radius", [0, -1, float("nan"), float("inf"), 1.1e7, True, None, "300"])
def test_a_circle_without_a_sensible_radius_is_refused(radius):
    with pytest.raises(BadArea, match="a circle's radius is more than 0 and at most 10000000 metres, not "):
        Circle(NEW_YORK, radius)


@given(positions, lengths(0.1, 9_000_000))
def test_the_border_belongs_to_the_circle(centre, radius):
    border = destination(centre, 77, radius)
    circle = Circle(centre, metres_between(centre, border))
    assert circle.contains(border)
    assert circle.metres_to(border) == 0


def test_metres_to_a_circle_are_counted_from_its_border():
    circle = Circle(NEW_YORK, 300)
    assert circle.metres_to(destination(NEW_YORK, 10, 1_000)) == pytest.approx(700)
    assert circle.metres_to(destination(NEW_YORK, 10, 200)) == 0


def test_a_circle_is_as_large_as_in_the_plane_when_small_and_as_half_the_globe_when_huge():
    assert Circle(NEW_YORK, 100).size_m2 == pytest.approx(math.pi * 100**2)
    quarter = math.pi / 2 * EARTH_RADIUS_M
    assert Circle(NEW_YORK, 1e7).size_m2 == pytest.approx(
        2 * math.pi * quarter**2 * (2 / math.pi) ** 2, rel=2e-3
    )
    assert Circle(NEW_YORK, 123.0).reach_m == 123.0


@given(circles, steps)
def test_bounds_leave_nothing_out(circle, steps):
    bounds = Box(*circle.bounds)
    for position in beside(circle, steps):
        assert bounds.contains(position) or not circle.contains(position)


def test_bounds_are_no_wider_than_the_circle():
    west, south, east, north = Circle(NEW_YORK, 1_000).bounds
    side = Position(NEW_YORK.lat, west), Position(NEW_YORK.lat, east)
    assert metres_between(*side) == pytest.approx(2_000, rel=1e-3)
    assert metres_between(Position(south, 0), Position(north, 0)) == pytest.approx(2_000)


def test_bounds_over_the_antimeridian_have_west_beyond_east():
    west, _, east, _ = Circle(SUVA, 300_000).bounds
    assert (west, east) == (pytest.approx(175.6, abs=0.1), pytest.approx(-178.7, abs=0.1))


def test_bounds_around_a_pole_have_all_longitudes():
    assert Circle(Position(89.9, 20), 50_000).bounds == pytest.approx((-180, 89.45, 180, 90), abs=0.01)
    assert Circle(Position(-89.9, 20), 50_000).bounds == pytest.approx((-180, -90, 180, -89.45), abs=0.01)


@given(circles)
def test_the_outline_is_a_valid_drawing_of_the_circle(circle):
    outline = circle.outline()
    assert outline.is_valid
    west, south, east, north = outline.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert size_m2(outline) == pytest.approx(circle.size_m2, rel=0.005, abs=1)


@given(circles, steps)
def test_the_outline_holds_what_the_circle_does(circle, steps):
    outline = Polygon(circle.outline())
    for turn, share in steps:
        position = destination(circle.centre, turn, share * circle.radius_m)
        if abs(share - 1) > 0.02:
            assert outline.contains(position) == circle.contains(position)


def test_in_town_the_outline_has_64_sides():
    (part,) = Circle(NEW_YORK, 1_000).outline().geoms
    assert len(part.exterior.coords) == 64 + 1
    assert part.exterior.is_ccw
    assert {round(metres_between(NEW_YORK, Position(lat, lon)), 6) for lon, lat in part.exterior.coords} == {
        1_000
    }


def test_over_the_antimeridian_the_outline_is_cut_there():
    parts = Circle(SUVA, 300_000).outline().geoms
    assert sorted(part.bounds[::2] for part in parts) == [
        (-180.0, pytest.approx(-178.7, abs=0.1)),
        (pytest.approx(175.6, abs=0.1), 180.0),
    ]


def test_around_the_pole_the_outline_goes_up_to_it():
    outline = Circle(Position(90, 0), 100_000).outline()
    assert outline.bounds == pytest.approx((-180, 89.1, 180, 90), abs=0.01)
    assert Circle(Position(-90, 0), 100_000).outline().bounds == pytest.approx(
        (-180, -90, 180, -89.1), abs=0.01
    )


def test_geojson_is_one_polygon_or_two_where_it_is_cut():
    whole, cut = Circle(NEW_YORK, 500).to_geojson(), Circle(SUVA, 300_000).to_geojson()
    assert (whole["type"], cut["type"]) == ("Polygon", "MultiPolygon")
    assert shapely.geometry.shape(cut).is_valid
