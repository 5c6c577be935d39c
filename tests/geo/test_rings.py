from math import pi

import pytest
import shapely

from geo import EARTH_RADIUS_M, Circle, Position
from geo.rings import filled, reach_of, size_m2, way_between
from tests.geo.worlds import NEW_YORK


@pytest.mark.parametrize(
    ("ring", "parts"),
    [
        ([(0, 0), (2, 0), (2, 2), (0, 2)], [(0, 0, 2, 2)]),
        ([(179, 0), (-179, 0), (-179, 1), (179, 1)], [(-180, 0, -179, 1), (179, 0, 180, 1)]),
        ([(-179, 0), (-179, 1), (179, 1), (179, 0)], [(-180, 0, -179, 1), (179, 0, 180, 1)]),
        ([(179, 0), (180, 0), (180, 1), (179, 1)], [(179, 0, 180, 1)]),
        ([(0, 80), (90, 80), (180, 80), (-90, 80)], [(-180, 80, 180, 90)]),
        ([(0, -80), (-90, -80), (180, -80), (90, -80)], [(-180, -90, 180, -80)]),
    ],
)
def test_rings_are_closed_over_poles_and_cut_at_180_degrees(ring, parts):
    shape = filled(ring)
    assert shape.is_valid
    assert sorted(part.bounds for part in shape.geoms) == parts


def test_around_a_pole_nothing_is_left_out():
    cap = filled([(lon, 60) for lon in (-150, -30, 90)])
    assert cap.equals(shapely.box(-180, 60, 180, 90))
    assert size_m2(cap) == pytest.approx(Circle(Position(90, 0), pi / 6 * EARTH_RADIUS_M).size_m2, rel=1e-6)


@pytest.mark.parametrize(
    ("start", "end", "bounds"),
    [
        (Position(0, 1), Position(1, 3), (1, 0, 3, 1)),
        (Position(0, -100), Position(1, 70), (-100, 0, 70, 1)),
        (Position(0, 180), Position(1, 179), (179, 0, 180, 1)),
    ],
)
def test_a_way_is_straight_in_longitude_and_latitude(start, end, bounds):
    assert way_between(start, end).bounds == bounds


@pytest.mark.parametrize(("start", "end"), [(179, -178), (-178, 179)])
def test_a_way_goes_the_short_way_round(start, end):
    way = way_between(Position(0, start), Position(3, end))
    assert way.intersects(shapely.Point(180, 1 if start > 0 else 2))
    assert way.intersects(shapely.Point(-180, 1 if start > 0 else 2))
    assert not way.intersects(shapely.box(-177, 0, 178, 3))


def test_the_reach_of_a_circles_size_is_its_radius():
    for radius in (1, 300, 50_000, 9_000_000):
        assert reach_of(Circle(NEW_YORK, radius).size_m2) == pytest.approx(radius)
    assert reach_of(1e99) == pytest.approx(pi * EARTH_RADIUS_M)
