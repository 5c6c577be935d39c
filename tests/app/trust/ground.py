"""Where the attack takes place: one cell, two spots in it that must look alike, and a net laid over it."""

from functools import cache
from math import cos, radians

import shapely

from geo import SPOT, Area, Polygon, Position, cell_of, centre_of, destination, metres_between
from tests.world import CAFE, Json

CELL = cell_of(CAFE, SPOT)
MIDDLE = centre_of(CELL)
ONE, OTHER = destination(MIDDLE, 70, 110), destination(MIDDLE, 250, 120)
#: As fine as the attacker cares to know.
STEP_M = 10.0
_REACH_M = 260.0


@cache
def spots_in_cell() -> frozenset[Position]:
    """Every spot of a fine grid that is in the cell."""
    steps = range(int(-_REACH_M // STEP_M), int(_REACH_M // STEP_M) + 1)
    degrees = STEP_M / 111_195
    grid = (
        Position(MIDDLE.lat + north * degrees, MIDDLE.lon + east * degrees / cos(radians(MIDDLE.lat)))
        for north in steps
        for east in steps
    )
    return frozenset(each for each in grid if cell_of(each, SPOT) == CELL)


def farthest_m(candidates: frozenset[Position], spot: Position) -> float:
    """How far from a spot the farthest of those that are still possible lies."""
    return max(metres_between(each, spot) for each in candidates)


def drawn(*corners: Position) -> Polygon:
    return Polygon(shapely.Polygon([(each.lon, each.lat) for each in corners]))


def half_plane(towards: float, metres: float) -> Polygon:
    """All that lies beyond a line, for a kilometre: the line lies so far from the middle, on its way in a direction."""
    near, far = (destination(MIDDLE, towards, metres + more) for more in (0, 1_000))
    left, right = towards - 90, towards + 90
    return drawn(
        destination(near, left, 600),
        destination(near, right, 600),
        destination(far, right, 600),
        destination(far, left, 600),
    )


def tile(centre: Position, metres: float = 60) -> Polygon:
    """A small square around a position."""
    return drawn(*(destination(centre, angle, metres * 0.7072) for angle in (45, 135, 225, 315)))


@cache
def net() -> tuple[Polygon, ...]:
    """Half planes that cut the cell in many ways, and tiles where it is likely."""
    halves = [half_plane(angle, metres) for angle in range(0, 360, 60) for metres in (-60, 0, 60)]
    tiles = [
        tile(each) for each in (MIDDLE, ONE, OTHER, *(destination(MIDDLE, a, 60) for a in (0, 120, 240)))
    ]
    return (*halves, *tiles)


def geojson(area: Area) -> Json:
    """As people draw it: a Polygon."""
    (ring,) = area.to_geojson()["coordinates"][:1]
    outline = ring if area.to_geojson()["type"] == "Polygon" else ring[0]
    return {"type": "Polygon", "coordinates": [outline]}
