"""An area with a drawn border: one or several polygons, with or without holes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely import Polygon as Shape

from geo.distance import metres_between
from geo.errors import BadArea
from geo.position import Position
from geo.rings import (
    Floats,
    middle_of,
    polygons_in,
    position_under,
    reach_of,
    size_m2,
    to_geojson,
    unit_vectors,
)

# Between corners so near a line straight in longitude and latitude is a great circle but for a metre or so.
_PIECE_DEGREES = 0.1


@dataclass(frozen=True)
class Polygon:
    """All positions inside a valid shapely polygon or multipolygon of longitudes and latitudes.

    Edges are straight in longitude and latitude (RFC 7946, section 3.1.1), as planar PostGIS takes them;
    what crosses ±180° comes in parts cut there. What people send needs the checks of `area_from_geojson`.

    >>> Polygon(shapely.box(2.15, 41.39, 2.18, 41.41)).contains(Position(41.40, 2.16))
    True
    """

    shape: Shape | MultiPolygon

    def __post_init__(self) -> None:
        parts = polygons_in(self.shape)
        if not parts:
            raise BadArea("a polygon without an inside is no area; give one that has a size")
        object.__setattr__(self, "shape", shapely.orient_polygons(MultiPolygon(parts)))

    def contains(self, position: Position) -> bool:
        """Tell whether a position is in the polygon or on its border, as ST_Covers does in PostGIS."""
        # Shapely prepares the shape on the first question, which is why later ones cost two microseconds.
        return bool(shapely.intersects_xy(self.shape, position.lon, position.lat))

    def metres_to(self, position: Position) -> float:
        """Metres from a position to the nearest point of the polygon, true to some metres; 0 inside."""
        return 0.0 if self.contains(position) else self._metres_to_border(position)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, as narrow as can be: west > east crosses the antimeridian."""
        _, south, _, north = self.shape.bounds
        west, east = _narrowest([(part.bounds[0], part.bounds[2]) for part in polygons_in(self.shape)])
        return west, south, east, north

    @cached_property
    def size_m2(self) -> float:
        """Square metres of the sphere."""
        return size_m2(self.shape)

    @property
    def reach_m(self) -> float:
        """Radius in metres of the circle of equal size."""
        return reach_of(self.size_m2)

    @cached_property
    def centre(self) -> Position:
        """Centre of gravity; it may lie outside of a crescent."""
        return middle_of(self.outline())

    def outline(self) -> MultiPolygon:
        """Give the polygons, wound as RFC 7946 asks."""
        return cast(MultiPolygon, self.shape)

    def to_geojson(self) -> dict[str, Any]:
        """Write a Polygon, or a MultiPolygon where there are several parts."""
        return to_geojson(self.outline())

    @cached_property
    def _border(self) -> tuple[Floats, Floats]:
        """Where each piece of border begins and which way it goes, in three dimensions on the unit sphere."""
        rings = shapely.get_rings(shapely.segmentize(polygons_in(self.shape), _PIECE_DEGREES))
        corners = [unit_vectors(*np.radians(shapely.get_coordinates(ring)).T) for ring in rings]
        starts = [around[:-1] for around in corners]
        ways = [np.diff(around, axis=0) for around in corners]
        return np.concatenate(starts), np.concatenate(ways)

    def _metres_to_border(self, position: Position) -> float:
        starts, ways = self._border
        here = unit_vectors(np.radians(position.lon), np.radians(position.lat))
        # Corners given twice make pieces without length.
        squares = np.maximum((ways * ways).sum(axis=1), 1e-300)
        share = np.clip(((here - starts) * ways).sum(axis=1) / squares, 0, 1)
        nearest = starts + ways * share[:, np.newaxis]
        chords = np.linalg.norm(nearest - here, axis=1)
        return metres_between(position, position_under(nearest[chords.argmin()]))


def _narrowest(spans: list[tuple[float, float]]) -> tuple[float, float]:
    """Find west and east of all spans of longitude: what is left when the widest gap is cut out."""
    spans = sorted(spans)
    reached, gaps = spans[0][1], []
    for west, east in spans[1:]:
        gaps.append((west - reached, west, reached))
        reached = max(reached, east)
    gaps.append((spans[0][0] + 360 - reached, spans[0][0], reached))
    width, west, east = max(gaps)
    return (west, east) if width > 0 else (-180.0, 180.0)
