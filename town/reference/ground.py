"""Where things are, without any of the project's own geometry: haversine, H3 and shapely as they come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

import h3.api.basic_int as h3
import shapely

from geo import Position

EARTH_RADIUS_M = 6371008.7714150598
#: H3's resolutions: an area is disclosed as the middle of the quarter that its spot lies in.
_SPOT, _QUARTER = 9, 8


@dataclass(frozen=True, slots=True)
class Round:
    """Within so many metres of a position."""

    centre: Position
    radius_m: float

    def holds(self, at: Position) -> bool:
        """Whether a position is in it or on its border."""
        return metres_between(self.centre, at) <= self.radius_m


@dataclass(frozen=True, slots=True)
class Straight:
    """Between two meridians and two parallels; west of east."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, at: Position) -> bool:
        """Whether a position is in it or on its border."""
        return self.west <= at.lon <= self.east and self.south <= at.lat <= self.north


@dataclass(frozen=True, slots=True)
class Drawn:
    """Inside a border whose edges are straight in longitude and latitude."""

    shape: shapely.Polygon | shapely.MultiPolygon

    def holds(self, at: Position) -> bool:
        """Whether a position is in it or on its border."""
        return bool(self.shape.covers(shapely.Point(at.lon, at.lat)))

    def metres_to_border(self, at: Position) -> float:
        """How far its border is, near enough to explain a doubt: true to a hundredth within a town."""
        nearest = shapely.shortest_line(shapely.Point(at.lon, at.lat), self.shape.boundary)
        lon, lat = shapely.get_coordinates(nearest)[-1]
        return metres_between(at, Position(float(lat), float(lon)))


Ground = Round | Straight | Drawn


def metres_between(a: Position, b: Position) -> float:
    """Great-circle metres by the haversine."""
    lat, lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    near = sin(lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(near))


def spot_of(at: Position) -> int:
    """The smallest cell that positions are told apart by."""
    return int(h3.latlng_to_cell(at.lat, at.lon, _SPOT))


def street_of(at: Position) -> Position:
    """The middle of the street a position is in."""
    return Position(*h3.cell_to_latlng(spot_of(at)))


def quarter_of(at: Position) -> Position:
    """The middle of the quarter a position is in."""
    spot = h3.latlng_to_cell(at.lat, at.lon, _SPOT)
    return Position(*h3.cell_to_latlng(h3.cell_to_parent(spot, _QUARTER)))


def locations_around(at: Position, locations: Mapping[str, Drawn]) -> frozenset[str]:
    """The ids of the location communities whose area holds a position. All are larger than a fix is unsure."""
    return frozenset(each for each, area in locations.items() if area.holds(at))


def names_of(ids: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Names in the order of the alphabet."""
    return sorted(names[each] for each in ids)
