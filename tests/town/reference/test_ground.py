"""The reference's own geometry agrees with the project's, of which it uses nothing."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import QUARTER, Circle, Polygon, Position, blur, metres_between
from town.reference import ground

POSITIONS = st.builds(Position, st.floats(40.4, 41.0), st.floats(-74.3, -73.6))
SHAPE = shapely.Polygon([(-74.1, 40.5), (-73.7, 40.6), (-73.9, 40.9), (-74.0, 40.65)])


@given(POSITIONS, POSITIONS)
def test_distances_agree(one: Position, other: Position) -> None:
    assert ground.metres_between(one, other) == pytest.approx(metres_between(one, other), abs=1e-6)


@given(POSITIONS)
def test_quarters_agree(at: Position) -> None:
    assert ground.quarter_of(at) == blur(at, QUARTER)


@given(POSITIONS)
def test_areas_agree(at: Position) -> None:
    assert ground.Drawn(SHAPE).holds(at) == Polygon(SHAPE).contains(at)


@given(POSITIONS, st.floats(100, 50_000))
def test_circles_agree(at: Position, radius_m: float) -> None:
    centre = Position(40.7, -74.0)
    assert ground.Round(centre, radius_m).holds(at) == Circle(centre, radius_m).contains(at)


def test_the_way_to_a_border_is_told_in_metres() -> None:
    square = ground.Drawn(shapely.box(0, 0, 1, 1))

    assert square.metres_to_border(Position(0.5, 0.001)) == pytest.approx(111.2, abs=0.1)
    assert square.metres_to_border(Position(0.5, -0.001)) == pytest.approx(111.2, abs=0.1)
