from random import Random

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo import QUARTER, SPOT, Box, Position, cell_of, centre_of, destination, metres_between
from geo.hulls import LARGEST_M2, REACH_M, all_round, hulls_around
from tests.geo.worlds import MID_FACE, centres, corners_of, inside_of, positions

resolutions = st.integers(0, SPOT)


@given(positions, resolutions)
def test_no_cell_reaches_further_than_said(position, resolution):
    cell = cell_of(position, resolution)
    within = [*corners_of(cell), *inside_of(cell, Random(3))]
    assert max(metres_between(centre_of(cell), point) for point in within) <= REACH_M[resolution]


@pytest.mark.parametrize("resolution", [0, 1, 2])
def test_no_hexagon_of_the_globe_reaches_further_than_said(resolution):
    cells = [cell for base in h3.get_res0_cells() for cell in h3.cell_to_children(base, resolution)]
    reaches = [metres_between(centre_of(cell), corner) for cell in cells for corner in corners_of(cell)]
    assert 0.9 * REACH_M[resolution] < max(reaches) <= REACH_M[resolution]


@pytest.mark.parametrize("resolution", [3, 4, 5, 6, 7, QUARTER, SPOT])
def test_where_cells_are_largest_they_reach_nearly_as_far_as_said(resolution):
    cell = cell_of(MID_FACE, resolution)
    corners = [
        corner
        for child in h3.cell_to_children(cell, min(resolution + 4, SPOT))
        for corner in corners_of(child)
    ]
    reach = max(metres_between(centre_of(cell), corner) for corner in corners)
    assert 0.98 * REACH_M[resolution] < reach <= REACH_M[resolution]


@example(Position(40.74844030474262, -73.9857), 0, 0.0, 1.0)
@given(centres(), resolutions, st.floats(0, 360), st.sampled_from([0.5, 0.99, 1.0]))
def test_a_hull_holds_all_that_a_cell_there_could_reach(middle, resolution, turn, share):
    (hull,) = hulls_around(np.array([(middle.lat, middle.lon)]), resolution)
    reached = destination(middle, turn, share * REACH_M[resolution])
    assert any(hull.covers(shapely.Point(reached.lon + turn, reached.lat)) for turn in (-360, 0, 360))


@pytest.mark.parametrize("resolution", [0, 1, 2])
def test_no_cell_of_the_globe_is_larger_than_said(resolution):
    cells = [cell for base in h3.get_res0_cells() for cell in h3.cell_to_children(base, resolution)]
    largest = max(h3.cell_area(cell, "m^2") for cell in cells)
    assert 0.8 * LARGEST_M2[resolution] < largest <= LARGEST_M2[resolution]


@pytest.mark.parametrize(
    ("box", "times"),
    [
        (Box(-74.02, 40.70, -73.93, 40.80), 1),
        (Box(-150, -40, 150, 40), 1),
        (Box(-10, 89.9, 10, 90), 3),
        (Box(179.9, -17, 180, -16), 3),
        (Box(-180, -17, -179.9, -16), 3),
        (Box(179.9, -17, -179.9, -16), 3),
    ],
)
def test_only_what_is_near_180_degrees_or_a_pole_is_repeated(box, times):
    once, all_of_it = box.outline(), all_round(box.outline(), QUARTER)
    assert all_of_it.area == pytest.approx(times * once.area)
    assert all_of_it.is_valid
