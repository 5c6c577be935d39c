"""How far cells reach: simple shapes of longitudes and latitudes that hold all that is in them."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.distance import EARTH_RADIUS_M
from geo.rings import Floats, shifted

# Metres from the middle of a cell to the furthest of what is in it, for each resolution down to a SPOT.
# On the faces of its icosahedron H3's hexagons are alike; on the globe the middle of a face has the largest.
# What is in a cell sticks out of its hexagon by less than a twentieth, once there are two resolutions below.
REACH_M = tuple(
    1_406_000 * 7 ** (-resolution / 2) * (1.05 if resolution < 8 else 1.0) for resolution in range(10)
)
# No hexagon is larger than the one all of whose corners are so far out.
LARGEST_M2 = tuple(2.7 * reach**2 for reach in REACH_M)

_TURNS = np.radians(np.arange(0, 360, 30))
# A little more than the reach itself, whose rounding may go either way.
_SQUARE = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]).repeat(3, axis=0) * 1.0001
# Twelve corners around a circle. Two hundredths more, for longitudes shrink within the cell towards the pole.
_ROUND = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1) * 1.02 / np.cos(np.radians(15))


def hulls_around(centres: Floats, resolution: int) -> NDArray[np.object_]:
    """Draw a polygon around all that is in each cell, given rows of (latitude, longitude) of their middles.

    It may stick out over ±180°. Near a pole it is a rectangle, of all longitudes where it holds the pole.
    """
    lat, lon = centres[:, :1], centres[:, 1:]
    reach = REACH_M[resolution] / EARTH_RADIUS_M
    near_pole = np.abs(lat) > 90 - 10 * np.degrees(reach)
    corners = np.where(near_pole[:, :, np.newaxis], _SQUARE, _ROUND)
    lons = lon + corners[:, :, 0] * _degrees_across(lat, reach)
    lats = np.clip(lat + corners[:, :, 1] * np.degrees(reach), -90, 90)
    return np.asarray(shapely.polygons(np.stack([lons, lats], axis=2)))


def _degrees_across(lat: Floats, reach: float) -> Floats:
    """How far east a cap around a latitude goes: all the way to the other side if it holds a pole."""
    pole_distance = np.radians(90 - np.abs(lat))
    sine = np.sin(reach) / np.sin(np.maximum(pole_distance, reach))
    return np.degrees(np.where(pole_distance > reach, np.arcsin(sine), np.pi))


def all_round(shape: MultiPolygon, resolution: int) -> BaseGeometry:
    """Repeat a shape further east and further west, where hulls that stick out over ±180° could meet it."""
    reach = REACH_M[resolution] / EARTH_RADIUS_M
    west, south, east, north = shape.bounds
    lat = max(-south, north) + 2 * np.degrees(reach)
    across = _degrees_across(np.minimum(lat, 90), reach)
    if max(-west, east) + 2 * across < 180:
        shapely.prepare(shape)
        return shape
    whole = shapely.union_all([shifted(shape, turn) for turn in (-360, 0, 360)])
    shapely.prepare(whole)
    return whole
