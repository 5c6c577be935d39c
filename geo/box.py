"""An area between two meridians and two parallels, such as what a map shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin
from typing import Any

import shapely
from shapely import MultiPolygon

from geo.distance import EARTH_RADIUS_M, metres_between, wrapped
from geo.errors import BadArea
from geo.position import Position, degrees_of
from geo.rings import reach_of, to_geojson

_ORDER = "a bounding box is west,south,east,north"


@dataclass(frozen=True, slots=True)
class Box:
    """All positions between west and east, south and north, in degrees; west > east crosses the antimeridian.

    >>> Box(west=170, south=-20, east=-170, north=-10).contains(Position(-17.7, 178.0))
    True
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        for name in ("west", "south", "east", "north"):
            object.__setattr__(self, name, degrees_of(getattr(self, name), name))
        # A corner off the globe is refused as a position.
        Position(self.south, self.west)
        Position(self.north, self.east)
        if self.south >= self.north:
            raise BadArea(f"south {self.south:g} is not below north {self.north:g}; {_ORDER}")
        if self._width == 0:
            raise BadArea(f"west {self.west:g} and east {self.east:g} are the same meridian; {_ORDER}")

    def contains(self, position: Position) -> bool:
        """Tell whether a position is in the box or on its border."""
        if not self.south <= position.lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= position.lon <= self.east
        return position.lon >= self.west or position.lon <= self.east

    def metres_to(self, position: Position) -> float:
        """Metres from a position to the nearest point of the box; 0 inside."""
        if self.contains(position):
            return 0.0
        sides = min(self._metres_to_side(position, self.west), self._metres_to_side(position, self.east))
        if (position.lon - self.west) % 360 > self._width:
            return sides
        beyond = max(self.south - position.lat, position.lat - self.north)
        return min(sides, radians(beyond) * EARTH_RADIUS_M)

    def _metres_to_side(self, position: Position, meridian: float) -> float:
        """Metres to the nearest point of a side: one of its ends, or the foot of the normal."""
        lat, turn = radians(position.lat), radians(position.lon - meridian)
        foot = degrees(atan2(sin(lat), cos(lat) * cos(turn)))
        lats = (self.south, self.north, min(max(foot, self.south), self.north))
        return min(metres_between(position, Position(lat, meridian)) for lat in lats)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees; west > east where the box crosses the antimeridian."""
        return self.west, self.south, self.east, self.north

    @property
    def size_m2(self) -> float:
        """Square metres of the sphere."""
        # The difference of two sines as a product keeps the digits of small boxes.
        half, middle = radians(self.north - self.south) / 2, radians(self.north + self.south) / 2
        return EARTH_RADIUS_M**2 * radians(self._width) * 2 * cos(middle) * sin(half)

    @property
    def reach_m(self) -> float:
        """Radius in metres of the circle of equal size."""
        return reach_of(self.size_m2)

    @property
    def centre(self) -> Position:
        """The middle of its latitudes and of its longitudes."""
        return Position((self.south + self.north) / 2, wrapped(self.west + self._width / 2))

    def outline(self) -> MultiPolygon:
        """Draw it, in two parts where it crosses the antimeridian."""
        if self.west <= self.east:
            return MultiPolygon([shapely.box(*self.bounds)])
        spans = [(self.west, 180.0), (-180.0, self.east)]
        return MultiPolygon([shapely.box(w, self.south, e, self.north) for w, e in spans if w < e])

    def to_geojson(self) -> dict[str, Any]:
        """Write a Polygon, or a MultiPolygon where it crosses the antimeridian."""
        return to_geojson(self.outline())

    @property
    def _width(self) -> float:
        """Degrees of longitude from west to east, above 0 and up to 360."""
        return self.east - self.west if self.west <= self.east else self.east - self.west + 360


def box_from_bbox(values: str | Sequence[float]) -> Box:
    """Read "west,south,east,north" or the four numbers (RFC 7946, section 5); BadArea if it is none.

    >>> box_from_bbox("-74.02,40.70,-73.93,40.80").contains(Position(40.7484, -73.9857))
    True
    """
    try:
        numbers = [float(value) for value in (values.split(",") if isinstance(values, str) else values)]
        west, south, east, north = numbers
    except (TypeError, ValueError, OverflowError):
        raise BadArea(f"{values!r:.60} is not four numbers; {_ORDER}, in decimal degrees") from None
    return Box(west, south, east, north)
