"""An area with a drawn border: one or several polygons, with or without holes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely import Polygon as Shape

from geo.distance import EARTH_RADIUS_M
from geo.errors import BadArea
from geo.position import Position
from geo.rings import Floats, middle_of, polygons_in, reach_of, size_m2, to_geojson, unit_vectors


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
        """Metres from a position to the nearest point of the polygon, true to about a metre; 0 inside."""
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
        """Both ends of every piece of border as unit vectors, in pieces of at most a tenth of a degree."""
        starts, ends = [], []
        for ring in shapely.get_rings(shapely.segmentize(polygons_in(self.shape), 0.1)):
            lon, lat = np.radians(shapely.get_coordinates(ring)).T
            corners = unit_vectors(lon, lat)
            starts.append(corners[:-1])
            ends.append(corners[1:])
        return np.concatenate(starts), np.concatenate(ends)

    def _metres_to_border(self, position: Position) -> float:
        """Lay the border on the plane that keeps distances from the position (azimuthal equidistant)."""
        starts, ends = (_laid_out(corners, position) for corners in self._border)
        along = ends - starts
        # Corners given twice make pieces without length.
        lengths = np.maximum((along * along).sum(axis=1), 1e-300)
        share = np.clip(-(starts * along).sum(axis=1) / lengths, 0, 1)
        nearest = starts + along * share[:, np.newaxis]
        return float(np.hypot(nearest[:, 0], nearest[:, 1]).min()) * EARTH_RADIUS_M


def _laid_out(corners: Floats, position: Position) -> Floats:
    """Give rows of angles east and north of a position, at their true distance from it."""
    lat, lon = np.radians(position.lat), np.radians(position.lon)
    up = unit_vectors(lon, lat)
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    plane = corners @ np.stack([east, np.cross(up, east)], axis=1)
    sine = np.hypot(plane[:, 0], plane[:, 1])
    stretch: Floats = np.arctan2(sine, corners @ up) / np.maximum(sine, 1e-300)
    laid_out: Floats = plane * stretch[:, np.newaxis]
    return laid_out


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
