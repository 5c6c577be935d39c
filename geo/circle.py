"""An area around a position."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin
from typing import Any

from shapely import MultiPolygon

from geo.distance import EARTH_RADIUS_M, destination, metres_between, wrapped
from geo.errors import BadArea
from geo.position import Position
from geo.rings import filled, to_geojson

# A little less than a quarter of the way round: a larger circle could hold both poles.
MOST_RADIUS_M = 10_000_000.0
SIDES = 64
# In degrees. Beside a pole a side that is straight in longitude and latitude bends away from the circle.
WIDEST_SIDE, SHORTEST_STEP = 3.0, 0.01


@dataclass(frozen=True, slots=True)
class Circle:
    """All positions no further from a centre than a radius in metres.

    >>> Circle(Position(41.4036, 2.1744), 150).contains(Position(41.4045, 2.1750))
    True
    """

    centre: Position
    radius_m: float

    def __post_init__(self) -> None:
        radius = self.radius_m
        if isinstance(radius, bool) or not isinstance(radius, int | float) or not 0 < radius <= MOST_RADIUS_M:
            raise BadArea(
                f"a circle's radius is more than 0 and at most {MOST_RADIUS_M:.0f} metres, not {radius!r}"
            )

    def contains(self, position: Position) -> bool:
        """Tell whether a position is in the circle or on its border."""
        return metres_between(self.centre, position) <= self.radius_m

    def metres_to(self, position: Position) -> float:
        """Metres from a position to the nearest point of the circle; 0 inside."""
        return max(0.0, metres_between(self.centre, position) - self.radius_m)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees; west > east where the circle crosses the antimeridian."""
        # A tenth of a millimetre more, so that rounding leaves no position of the border out.
        half = degrees(self.radius_m / EARTH_RADIUS_M) + 1e-9
        south, north = self.centre.lat - half, self.centre.lat + half
        if south <= -90 or north >= 90:
            return -180.0, max(south, -90.0), 180.0, min(north, 90.0)
        across = degrees(asin(sin(radians(half)) / cos(radians(self.centre.lat))))
        return wrapped(self.centre.lon - across), south, wrapped(self.centre.lon + across), north

    @property
    def size_m2(self) -> float:
        """Square metres of the sphere."""
        return 4 * pi * EARTH_RADIUS_M**2 * sin(self.radius_m / EARTH_RADIUS_M / 2) ** 2

    @property
    def reach_m(self) -> float:
        """Its radius in metres."""
        return self.radius_m

    def outline(self) -> MultiPolygon:
        """Draw it with 64 sides, more where a pole is near, cut at ±180°; the corners lie on the border."""
        return filled([(corner.lon, corner.lat) for corner in self._corners()])

    def to_geojson(self) -> dict[str, Any]:
        """Write the outline as a Polygon or MultiPolygon, for GeoJSON has no circles."""
        return to_geojson(self.outline())

    def _corners(self) -> Iterator[Position]:
        """Go round against the clock from the north."""
        for side in range(SIDES):
            yield from self._side(side * 360 / SIDES, 360 / SIDES)

    def _side(self, turn: float, step: float) -> Iterator[Position]:
        """Give the corners from one bearing up to another, the last one left out."""
        start = destination(self.centre, -turn, self.radius_m)
        end = destination(self.centre, -turn - step, self.radius_m)
        if abs(wrapped(end.lon - start.lon)) > WIDEST_SIDE and step > SHORTEST_STEP:
            yield from self._side(turn, step / 2)
            yield from self._side(turn + step / 2, step / 2)
        else:
            yield start
