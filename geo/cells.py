"""Fixed cells of the globe (H3), and which of them an area touches."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import ceil, degrees

import h3.api.basic_int as h3
import numpy as np
import shapely
from shapely import MultiPolygon

from geo.area import Area, Box, Circle, Polygon
from geo.distance import EARTH_RADIUS_M, metres_between
from geo.errors import BadArea, GeoError
from geo.hulls import LARGEST_M2, REACH_M, all_round, hulls_around
from geo.position import Position
from geo.rings import filled

Cell = int

SPOT = 9  # a few buildings, 0.1 km², 350 m across: the finest there is
QUARTER = 8  # some streets, 0.7 km², 900 m across
DISTRICT = 7  # 5 km², 2.5 km across
CITY = 5  # 250 km², 17 km across
REGION = 3  # 12,400 km², 120 km across

# A cover of more costs tenths of a second, and nobody looks into so many.
MOST_CELLS = 10_000

# Long borders are followed from so many points at once, and further by spreading.
MOST_BEGINNINGS = 500

_NAME = re.compile(r"[0-9a-f]{15}")
_KEEP = ~(0xF << 52)
_RESOLUTION = tuple(resolution << 52 | (1 << 45 - 3 * resolution) - 1 for resolution in range(SPOT + 1))


def cell_of(position: Position, resolution: int) -> Cell:
    """The cell a position is in, at a resolution from 0 to SPOT.

    It is the one above the position's SPOT, so that every cell lies wholly in its parent; H3's own hexagons
    do not nest, and near their borders H3 would name the neighbour.

    >>> parent(cell_of(Position(52.5, 13.4), QUARTER), CITY) == cell_of(Position(52.5, 13.4), CITY)
    True
    """
    return parent(_hexagon_at(position, SPOT), resolution)


def parent(cell: Cell, resolution: int) -> Cell:
    """The cell of a coarser resolution (or the same) that a cell lies in; two operations on bits.

    >>> hex(parent(0x891F1D48DC7FFFF, QUARTER))
    '0x881f1d48ddfffff'
    """
    if not 0 <= resolution <= resolution_of(cell):
        raise GeoError(f"a cell of resolution {resolution_of(cell)} has no parent of resolution {resolution}")
    return cell & _KEEP | _RESOLUTION[resolution]


def children(cell: Cell, resolution: int) -> frozenset[Cell]:
    """All cells of a finer resolution (or the same) that lie in a cell.

    >>> city = cell_of(Position(52.5, 13.4), CITY)
    >>> len(children(city, DISTRICT)), {parent(each, CITY) for each in children(city, DISTRICT)} == {city}
    (49, True)
    """
    return frozenset(h3.cell_to_children(cell, resolution))


def resolution_of(cell: Cell) -> int:
    """How fine a cell is: 0 is a continent.

    >>> resolution_of(cell_of(Position(52.5, 13.4), DISTRICT)) == DISTRICT
    True
    """
    return cell >> 52 & 0xF


# Covers ask again and again for the cells of the same town.
@lru_cache(maxsize=1 << 16)
def centre_of(cell: Cell) -> Position:
    """The middle of a cell."""
    return Position(*h3.cell_to_latlng(cell))


def cell_named(name: str) -> Cell:
    """The cell that H3 writes so, in hexadecimal digits; BadArea if it is none.

    >>> cell_named("871fb4662ffffff") == cell_of(centre_of(0x871FB4662FFFFFF), DISTRICT)
    True
    """
    cell = int(name, 16) if _NAME.fullmatch(name) else 0
    if not h3.is_valid_cell(cell):
        raise BadArea("This is no cell of H3. Send one such as 871fb4662ffffff.")
    return cell


def outline_of(cell: Cell) -> Polygon:
    """The hexagon to draw for a cell; what is in the cell may stick out by a seventh of its radius."""
    return Polygon(filled([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]))


def blur(position: Position, resolution: int) -> Position:
    """The middle of the cell a position is in: the same for all in it, every time, and its own blur.

    >>> once = blur(Position(52.5163, 13.3777), DISTRICT)
    >>> blur(once, DISTRICT) == once
    True
    """
    return centre_of(cell_of(position, resolution))


@dataclass(frozen=True, slots=True)
class Cover:
    """The cells that an area touches: those wholly inside it, and those that may lie across its border."""

    interior: frozenset[Cell]
    border: frozenset[Cell]

    @property
    def cells(self) -> frozenset[Cell]:
        """All of them."""
        return self.interior | self.border

    def __len__(self) -> int:
        return len(self.interior) + len(self.border)


def cover(area: Area, resolution: int, most_cells: int = MOST_CELLS) -> Cover:
    """Find cells such that all of the area is in one of them, and all of each interior one is in the area.

    Costs about a microsecond a cell for circles, ten for others. BadArea if it takes more than `most_cells`.

    >>> here = Circle(Position(52.5163, 13.3777), 1_000)
    >>> cell_of(here.centre, SPOT) in cover(here, SPOT).interior
    True
    """
    interior: set[Cell] = set()
    border: set[Cell] = set()
    for inside, across in _waves(area, resolution):
        interior |= inside
        border |= across
        if len(interior) + len(border) > most_cells:
            raise BadArea(
                f"the area takes more than {most_cells} cells of resolution {resolution}; "
                "cover it with larger cells, or ask for a smaller area"
            )
    return Cover(frozenset(interior), frozenset(border))


def finest_cover(area: Area, most_cells: int) -> Cover:
    """Cover an area as finely as so many cells allow, SPOT at most; with cells of resolution 0 if none do.

    >>> len(finest_cover(Circle(Position(52.5163, 13.3777), 1_000), most_cells=20))
    12
    """
    for resolution in range(SPOT, 0, -1):
        if area.size_m2 <= most_cells * LARGEST_M2[resolution]:
            with suppress(BadArea):
                return cover(area, resolution, most_cells)
    return cover(area, 0)


def resolution_for(area: Area, most_cells: int) -> int:
    """The resolution of an area's finest cover with so many cells.

    >>> resolution_for(Circle(Position(52.5163, 13.3777), 1_000), most_cells=20) == QUARTER
    True
    """
    found = finest_cover(area, most_cells)
    return resolution_of(next(iter(found.cells)))


def _waves(area: Area, resolution: int) -> Iterator[tuple[set[Cell], set[Cell]]]:
    """Give the cells inside and those across the border, a few at a time."""
    return _round(area, resolution) if isinstance(area, Circle) else _drawn(area, resolution)


def _round(circle: Circle, resolution: int) -> Iterator[tuple[set[Cell], set[Cell]]]:
    """Go outwards ring by ring, until one has no cell that the circle touches."""
    reach, origin = REACH_M[resolution], _hexagon_at(circle.centre, resolution)
    for distance in count():
        inside: set[Cell] = set()
        across: set[Cell] = set()
        for cell in h3.grid_ring(origin, distance):
            outwards = metres_between(circle.centre, centre_of(cell)) - circle.radius_m
            if outwards <= reach:
                (inside if outwards <= -reach else across).add(cell)
        if not inside and not across:
            return
        yield inside, across


def _drawn(area: Box | Polygon, resolution: int) -> Iterator[tuple[set[Cell], set[Cell]]]:
    """Begin along the border and spread to neighbours for as long as the area touches them.

    What touches a connected area is connected, so nothing is missed.
    """
    shape = all_round(area.outline(), resolution)
    wave = _beginnings(area.outline(), resolution)
    seen = set(wave)
    while wave:
        cells = np.array(list(wave))
        hulls = hulls_around(np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()]), resolution)
        touched = shapely.intersects(shape, hulls)
        inside = touched & shapely.covers(shape, hulls)
        yield set(cells[inside].tolist()), set(cells[touched & ~inside].tolist())
        wave = {near for cell in cells[touched].tolist() for near in h3.grid_disk(cell, 1)} - seen
        seen |= wave


def _beginnings(outline: MultiPolygon, resolution: int) -> set[Cell]:
    """Find the cells at a corner of each part, and at points of the border about a cell apart."""
    border = shapely.boundary(outline)
    steps = min(MOST_BEGINNINGS, ceil(border.length / degrees(REACH_M[resolution] / EARTH_RADIUS_M)))
    between = shapely.line_interpolate_point(border, np.linspace(0, 1, steps), normalized=True)
    points = [part.exterior.coords[0] for part in outline.geoms] + shapely.get_coordinates(between).tolist()
    return {_hexagon_at(Position(lat, lon), resolution) for lon, lat in points}


def _hexagon_at(position: Position, resolution: int) -> Cell:
    """H3's own hexagon around a position, which may be a neighbour of the cell it is in."""
    cell: Cell = h3.latlng_to_cell(position.lat, position.lon, resolution)
    return cell
