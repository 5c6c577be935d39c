"""Rings of longitudes and latitudes: closed over poles, cut at the antimeridian, measured on the sphere."""

from collections.abc import Sequence
from math import asin, atan2, degrees, hypot, sqrt
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LinearRing, LineString, MultiLineString, MultiPolygon
from shapely import Polygon as Shape

from geo.distance import EARTH_RADIUS_M
from geo.position import Position

Floats = NDArray[np.float64]
Geometry = TypeVar("Geometry", bound=shapely.Geometry)


def filled(ring: Sequence[tuple[float, float]]) -> MultiPolygon:
    """What lies to the left of an open ring of (longitude, latitude) with sides of less than 180°.

    A ring around a pole is closed over it; what passes ±180° is cut there (RFC 7946, section 3.1.9).

    >>> filled([(179, 0), (-179, 0), (-179, 1), (179, 1)]).bounds
    (-180.0, 0.0, 180.0, 1.0)
    """
    lons = [ring[0][0]]
    for lon, _ in [*ring[1:], ring[0]]:
        lons.append(lon + 360 * round((lons[-1] - lon) / 360))
    corners = list(zip(lons, [lat for _, lat in ring] + [ring[0][1]], strict=True))
    turned = lons[-1] - lons[0]
    if abs(turned) > 180:
        pole = 90.0 if turned > 0 else -90.0
        corners += [(lons[-1], pole), (lons[0], pole)]
    return _cut(Shape(corners))


def _cut(shape: Shape) -> MultiPolygon:
    """Lay a shape that may pass ±180° into [-180, 180], in as many pieces as that takes."""
    if shape.bounds[0] >= -180 and shape.bounds[2] <= 180:
        return MultiPolygon([shape])
    pieces: list[Shape] = []
    for turn in (-360, 0, 360):
        window = shapely.box(turn - 180, -90, turn + 180, 90)
        pieces += [shifted(part, -turn) for part in polygons_in(shape & window)]
    # A ring around a pole begins somewhere, and there its two ends share a side.
    return MultiPolygon(polygons_in(shapely.union_all(pieces)))


def shifted(shape: Geometry, turn: float) -> Geometry:
    """Move a shape east by so many degrees."""
    return shapely.transform(shape, lambda corners: np.add(corners, (turn, 0))) if turn else shape


def polygons_in(geometry: shapely.Geometry) -> list[Shape]:
    """Give the polygons of a geometry that have an inside."""
    return [part for part in shapely.get_parts(geometry) if isinstance(part, Shape) and part.area > 0]


def way_between(start: Position, end: Position) -> LineString | MultiLineString:
    """Lay the line that is straight in longitude and latitude and goes the short way round, cut at ±180°."""
    lon = end.lon + 360 * round((start.lon - end.lon) / 360)
    way = LineString([(start.lon, start.lat), (lon, end.lat)])
    if -180 <= lon <= 180:
        return way
    return MultiLineString([way, shifted(way, -360 if lon > 180 else 360)])


def size_m2(shape: Shape | MultiPolygon) -> float:
    """Square metres on the sphere between edges that are straight in longitude and latitude."""
    return sum(
        _under(part.exterior) - sum(_under(hole) for hole in part.interiors) for part in polygons_in(shape)
    )


def _under(ring: LinearRing) -> float:
    """By Green's theorem the area is the integral of the sine of the latitude over the longitude."""
    lon, lat = np.radians(shapely.get_coordinates(ring)).T
    half = np.diff(lat) / 2
    mean_sine = np.sin(lat[:-1] + half) * np.sinc(half / np.pi)
    return float(abs(np.sum(np.diff(lon) * mean_sine))) * EARTH_RADIUS_M**2


def reach_of(size: float) -> float:
    """Metres from the middle to the border of the circle on the sphere that has a size in square metres."""
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(size / np.pi) / (2 * EARTH_RADIUS_M)))


def middle_of(shape: MultiPolygon) -> Position:
    """Centre of gravity on the sphere, taken over the centroids of the parts."""
    parts = polygons_in(shape)
    lon, lat = np.radians(shapely.get_coordinates([part.centroid for part in parts])).T
    weights = np.array([size_m2(part) for part in parts])
    return position_under(weights @ unit_vectors(lon, lat))


def unit_vectors(lon: Floats | float, lat: Floats | float) -> Floats:
    """Rows of (x, y, z) on the unit sphere for radians of longitude and latitude."""
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def position_under(vector: Floats) -> Position:
    """Where a vector (x, y, z) of any length comes out of the globe."""
    x, y, z = vector.tolist()
    return Position(degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x)))


def to_geojson(shape: Shape | MultiPolygon) -> dict[str, Any]:
    """Write a Polygon, or a MultiPolygon where there are several parts, wound as RFC 7946 asks."""
    parts = polygons_in(shapely.orient_polygons(shape))
    coordinates = [
        [shapely.get_coordinates(ring).tolist() for ring in (p.exterior, *p.interiors)] for p in parts
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}
