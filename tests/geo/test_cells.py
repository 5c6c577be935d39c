from random import Random

import h3.api.basic_int as h3
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo import (
    CITY,
    DISTRICT,
    QUARTER,
    SPOT,
    Area,
    BadArea,
    Box,
    Circle,
    GeoError,
    Polygon,
    Position,
    bearing,
    blur,
    cell_of,
    centre_of,
    cover,
    destination,
    finest_cover,
    metres_between,
    outline_of,
    parent,
    resolution_for,
    resolution_of,
)
from geo.hulls import REACH_M
from tests.geo.worlds import (
    MID_FACE,
    NEW_YORK,
    SUVA,
    areas,
    beside,
    circles,
    corners_of,
    inside_of,
    positions,
    steps,
)

resolutions = st.integers(0, SPOT)
TINY = Circle(NEW_YORK, 1)


@given(positions)
def test_a_spot_is_h3s_own_hexagon(position):
    assert cell_of(position, SPOT) == h3.latlng_to_cell(position.lat, position.lon, SPOT)


@given(positions, resolutions, resolutions)
def test_parents_are_those_of_h3(position, fine, coarse):
    assume(coarse <= fine)
    cell = cell_of(position, fine)
    assert parent(cell, coarse) == h3.cell_to_parent(cell, coarse)
    assert resolution_of(cell) == h3.get_resolution(cell) == fine


@given(positions, resolutions, resolutions)
def test_cells_nest(position, fine, coarse):
    assume(coarse <= fine)
    assert parent(cell_of(position, fine), coarse) == cell_of(position, coarse)


def test_h3_itself_does_not_nest():
    # Should this ever fail, cell_of could ask H3 for any resolution.
    random, here = Random(1), Circle(NEW_YORK, 5_000)
    somewhere = [p for cell in cover(here, QUARTER).cells for p in inside_of(cell, random)]
    assert any(h3.latlng_to_cell(p.lat, p.lon, DISTRICT) != cell_of(p, DISTRICT) for p in somewhere)


@pytest.mark.parametrize("resolution", [QUARTER + 1, SPOT + 1, -1, 15])
def test_no_cell_has_a_finer_parent(resolution):
    with pytest.raises(GeoError, match=f"a cell of resolution 8 has no parent of resolution {resolution}"):
        parent(cell_of(NEW_YORK, QUARTER), resolution)


@pytest.mark.parametrize("resolution", [SPOT + 1, -1])
def test_no_cell_is_finer_than_a_spot(resolution):
    with pytest.raises(GeoError, match="resolution 9"):
        cell_of(NEW_YORK, resolution)


@given(positions, resolutions)
def test_a_blur_is_its_own_blur_and_stays_in_the_cell(position, resolution):
    once = blur(position, resolution)
    assert blur(once, resolution) == once
    assert cell_of(once, resolution) == cell_of(position, resolution)
    assert metres_between(position, once) <= REACH_M[resolution]


@given(circles)
def test_all_who_are_in_one_cell_blur_to_one_position(circle):
    cell = cell_of(circle.centre, DISTRICT)
    assert {blur(position, DISTRICT) for position in inside_of(cell, Random(7))} == {centre_of(cell)}


@given(positions, resolutions)
def test_outlines_are_valid_and_around_the_middle(position, resolution):
    cell = cell_of(position, resolution)
    outline = outline_of(cell)
    assert outline.outline().is_valid
    assert outline.contains(centre_of(cell)) or abs(centre_of(cell).lat) > 89.9
    # Beside a pole the sides of the largest cells are nothing like straight in longitude and latitude.
    if abs(centre_of(cell).lat) < 60:
        assert outline.size_m2 == pytest.approx(h3.cell_area(cell, "m^2"), rel=0.05)


@given(areas, resolutions, steps)
def test_nothing_of_an_area_is_outside_its_cover(area: Area, finest: int, steps):
    resolution = min(finest, resolution_for(area, 60))
    cells = cover(area, resolution).cells
    for position in beside(area, steps):
        assert cell_of(position, resolution) in cells or not area.contains(position)


@given(areas, resolutions, st.randoms(use_true_random=False))
def test_nothing_beside_a_cover_is_in_the_area(area: Area, finest: int, random: Random):
    resolution = min(finest, resolution_for(area, 60))
    cells = cover(area, resolution).cells
    beyond = {near for cell in cells for near in h3.grid_disk(cell, 1)} - cells
    assume(len(beyond) > 5)
    for cell in random.sample(sorted(beyond), 5):
        assert not any(area.contains(position) for position in inside_of(cell, random))


@given(areas, resolutions, st.randoms(use_true_random=False))
def test_all_of_an_interior_cell_is_in_the_area(area: Area, finest: int, random: Random):
    resolution = min(finest, resolution_for(area, 60))
    interior = sorted(cover(area, resolution).interior)
    for cell in random.sample(interior, min(len(interior), 8)):
        assert all(area.contains(position) for position in inside_of(cell, random))


@pytest.mark.parametrize("side", range(6))
@pytest.mark.parametrize("resolution", [3, DISTRICT, SPOT])
def test_a_cell_of_which_one_corner_sticks_out_is_no_interior_cell(resolution, side):
    cell = cell_of(MID_FACE, resolution)
    middle, corner = centre_of(cell), corners_of(cell)[side]
    turn, out = bearing(middle, corner), metres_between(middle, corner)
    circle = Circle(destination(middle, turn + 180, 3 * out), 3.97 * out)
    for area in (circle, Polygon(circle.outline())):
        assert cell in cover(area, resolution).border


@given(areas, resolutions)
def test_no_cell_is_both_inside_and_across(area: Area, finest: int):
    resolution = min(finest, resolution_for(area, 60))
    covered = cover(area, resolution)
    assert not covered.interior & covered.border
    assert len(covered) == len(covered.cells)
    assert {resolution_of(cell) for cell in covered.cells} == {resolution}


@given(areas, resolutions)
def test_a_cover_has_no_cells_that_are_far_from_the_area(area: Area, finest: int):
    resolution = min(finest, resolution_for(area, 60))
    assume(resolution > 2 and abs(area.centre.lat) < 80 and area.reach_m < 500_000)
    for cell in cover(area, resolution).cells:
        assert area.metres_to(centre_of(cell)) <= 1.1 * REACH_M[resolution] + 10


@given(areas, st.integers(20, 200))
@settings(max_examples=50)
def test_the_finest_cover_is_the_finest_with_so_few_cells(area: Area, most_cells: int):
    found = finest_cover(area, most_cells)
    resolution = resolution_for(area, most_cells)
    assert found == cover(area, resolution)
    assert len(found) <= most_cells or resolution == 0
    if resolution < SPOT:
        with pytest.raises(BadArea, match="cells of resolution"):
            cover(area, resolution + 1, most_cells)


@pytest.mark.parametrize(
    ("area", "resolution", "interior", "border"),
    [
        (TINY, SPOT, 0, 3),
        (TINY, CITY, 0, 1),
        (Circle(NEW_YORK, 1_000), SPOT, 19, 25),
        (Circle(NEW_YORK, 5_000), QUARTER, 81, 52),
        (Circle(Position(90, 0), 5_000), QUARTER, 81, 52),
        (Circle(SUVA, 5_000), QUARTER, 81, 52),
        (Box(-74.02, 40.70, -73.93, 40.80), DISTRICT, 6, 25),
        (Box(179.955, -17.05, -179.955, -16.95), DISTRICT, 9, 32),
        (Box(-180, 89, 180, 90), CITY, 115, 57),
        (Box(-180, -90, 180, 90), 1, 842, 0),
        (Circle(SUVA, 1e7), 1, 385, 59),
    ],
)
def test_covers_are_about_as_large_as_they_should_be(area, resolution, interior, border):
    found = cover(area, resolution)
    assert len(found.interior) == pytest.approx(interior, rel=0.25)
    assert len(found.border) == pytest.approx(border, rel=0.25, abs=1)


def test_a_long_thin_area_is_covered_all_along():
    thread = Box(-74.5, 40.7, -73.5, 40.70001)
    cells = cover(thread, SPOT).cells
    assert all(cell_of(Position(40.700005, -74.5 + step / 5_000), SPOT) in cells for step in range(5_001))


def test_areas_in_several_parts_are_covered_all():
    sizes = {-179.999: 500, -60: 5, 60: 500, 179.5: 5}
    archipelago = Polygon(
        shapely.union_all([Circle(Position(0, lon), sizes[lon]).outline() for lon in sizes])
    )
    cells = cover(archipelago, QUARTER).cells
    assert all(cell_of(Position(0, lon), QUARTER) in cells for lon in (-180, -179.999, -60, 60, 179.5, 180))
    assert len(cells) < 40


def test_a_cover_of_too_many_cells_is_refused():
    with pytest.raises(BadArea, match=r"more than 10000 cells of resolution 9; cover it with larger cells"):
        cover(Circle(NEW_YORK, 50_000), SPOT)
    with pytest.raises(BadArea, match=r"more than 150 cells of resolution 9"):
        cover(Box(-180, 40, 180, 40.0001), SPOT, most_cells=150)


@pytest.mark.parametrize("pentagon", h3.get_pentagons(QUARTER))
def test_around_pentagons_nothing_is_left_out(pentagon):
    circle = Circle(centre_of(pentagon), 2_500)
    drawn = Polygon(circle.outline())
    positions = [p for cell in h3.grid_disk(pentagon, 3) for p in inside_of(cell, Random(pentagon))]
    for area in (circle, drawn):
        found = cover(area, QUARTER)
        for position in positions:
            cell = cell_of(position, QUARTER)
            assert (cell in found.cells) >= area.contains(position) >= (cell in found.interior)
