"""A watched area laid on squares of longitude and latitude."""

from dataclasses import dataclass
from math import ceil, cos, degrees, log2, radians, sin, sqrt

import shapely

from geo import EARTH_RADIUS_M, Area, Box, Circle, Polygon, Position

# Squares, not the cells of geo: their quarters fill them exactly, the edges of boxes and polygons are straight
# on them, and a few comparisons of whole numbers tell whether an area may touch them.
# A step is 360°/2¹⁸, 150 m on the equator; steps count eastwards from 180° west and northwards from the pole.
STEPS_PER_DEGREE = 2**18 / 360
# On squares smaller than a quarter of its width an area would take much memory, and time to add.
SQUARES_ACROSS = 4
# In degrees, ten centimetres: bounds may be off by less, even of a circle that all but touches a pole.
SLACK = 1e-6

# East and north.
Steps = tuple[int, int]
# East and north to its south-western corner, and its level: it is two to the power of that wide.
Square = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """An area between steps, all of which it may touch; west > east crosses the antimeridian."""

    area: Area
    west: int
    south: int
    east: int
    north: int
    #: Of the smallest squares it is to be laid on.
    level: int
    #: West, south, east and north of a box inside the area, in steps, where one is known.
    inner: tuple[float, float, float, float] | None

    def contains(self, at: Position, steps: Steps) -> bool:
        """Tell whether a position is in the area; polygons are slow to ask, so most elsewhere are not."""
        return self.south <= steps[1] <= self.north and self.area.contains(at)

    def holds(self, square: Square) -> bool:
        """Tell whether all of a square is in the area; in doubt it is not."""
        x, y, level = square
        if self.inner is not None:
            width = 1 << level
            west, south, east, north = self.inner
            return west <= x and x + width <= east and south <= y and y + width <= north
        return isinstance(self.area, Polygon) and _covers(self.area, square)

    def squares(self, level: int) -> list[Square]:
        """All squares of a level that it may touch."""
        spans = [(self.west, self.east)]
        if self.west > self.east:
            spans = [(self.west, _steps_east(180.0)), (0, self.east)]
        return [
            (x << level, y << level, level)
            for west, east in spans
            for x in range(west >> level, (east >> level) + 1)
            for y in range(self.south >> level, (self.north >> level) + 1)
        ]

    def quarters(self, square: Square) -> list[tuple[int, Square]]:
        """Of a square that it may touch the quarters that it may touch, and which: 0 SW, 1 NW, 2 SE, 3 NE."""
        x, y, level = square[0], square[1], square[2] - 1
        half = 1 << level
        found: list[tuple[int, Square]] = []
        for place, west in ((0, x), (2, x + half)):
            if self._may_touch(west, half):
                if self.south < y + half:
                    found.append((place, (west, y, level)))
                if self.north >= y + half:
                    found.append((place + 1, (west, y + half, level)))
        return found

    def _may_touch(self, x: int, width: int) -> bool:
        """Tell whether some of so many steps eastwards are between its west and its east."""
        if self.west <= self.east:
            return x <= self.east and self.west < x + width
        return x <= self.east or self.west < x + width


def ground_of(area: Area) -> Ground:
    """Lay an area on squares."""
    west, south, east, north = area.bounds
    width = east - west if west <= east else east - west + 360
    west, east = _wrapped(west - SLACK), _wrapped(east + SLACK)
    if width + 2 * SLACK >= 360:
        west, east = -180.0, 180.0
    return Ground(
        area,
        west=_steps_east(west),
        south=_steps_north(max(south - SLACK, -90.0)),
        east=_steps_east(east),
        north=_steps_north(min(north + SLACK, 90.0)),
        level=max(0, ceil(log2(max(width, north - south) * STEPS_PER_DEGREE / SQUARES_ACROSS))),
        inner=_inner(area),
    )


def steps_to(position: Position) -> Steps:
    """The steps a position is on."""
    return int((position.lon + 180) * STEPS_PER_DEGREE), int((position.lat + 90) * STEPS_PER_DEGREE)


def _steps_east(lon: float) -> int:
    return int((lon + 180) * STEPS_PER_DEGREE)


def _steps_north(lat: float) -> int:
    return int((lat + 90) * STEPS_PER_DEGREE)


def _wrapped(lon: float) -> float:
    return lon + 360 if lon < -180 else lon - 360 if lon > 180 else lon


def _inner(area: Area) -> tuple[float, float, float, float] | None:
    if isinstance(area, Polygon):
        return None
    west, south, east, north = area.bounds if isinstance(area, Box) else _bounds_inside(area)
    if west > east:
        return None
    return (
        (west + SLACK + 180) * STEPS_PER_DEGREE,
        (south + SLACK + 90) * STEPS_PER_DEGREE,
        (east - SLACK + 180) * STEPS_PER_DEGREE,
        (north - SLACK + 90) * STEPS_PER_DEGREE,
    )


def _bounds_inside(circle: Circle) -> tuple[float, float, float, float]:
    """Find west, south, east and north of a box inside a circle.

    Positions h apart in latitude and w in longitude have a distance of at most the hypotenuse of h and
    w·cos(lat), where lat is the latitude between them that is nearest to the equator.
    """
    high = sqrt(2) * sin(circle.radius_m / EARTH_RADIUS_M / 2)
    wide = high / cos(max(0.0, radians(abs(circle.centre.lat)) - high))
    lat, lon = circle.centre.lat, circle.centre.lon
    return lon - degrees(wide), lat - degrees(high), lon + degrees(wide), lat + degrees(high)


def _covers(polygon: Polygon, square: Square) -> bool:
    x, y, level = square
    west, south = x / STEPS_PER_DEGREE - 180, y / STEPS_PER_DEGREE - 90
    east, north = west + (1 << level) / STEPS_PER_DEGREE, south + (1 << level) / STEPS_PER_DEGREE
    box = shapely.box(west - SLACK, south - SLACK, east + SLACK, north + SLACK)
    return bool(shapely.covers(polygon.outline(), box))
