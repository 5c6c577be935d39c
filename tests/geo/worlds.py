"""Positions and areas for the rules of geo: in town, at the poles, at ±180° and where cells are pentagons."""

from math import exp, log
from random import Random
from typing import cast

import h3.api.basic_int as h3
import numpy as np
import shapely
from hypothesis import assume
from hypothesis import strategies as st
from shapely import MultiPolygon
from shapely import Polygon as Shape
from shapely.geometry.base import BaseGeometry

from geo import (
    Area,
    Box,
    Circle,
    Polygon,
    Position,
    bearing,
    cell_of,
    centre_of,
    destination,
    metres_between,
    resolution_of,
)
from geo.distance import wrapped
from geo.rings import filled

# In the middle of two faces of the icosahedron, where cells are largest.
MID_FACE, OTHER_FACE = Position(9.897578, 96.150734), Position(74.928434, 145.356242)
NEW_YORK, SUVA = Position(40.7484, -73.9857), Position(-18.1416, 178.4419)
TRICKY = [
    NEW_YORK,
    SUVA,
    MID_FACE,
    OTHER_FACE,
    Position(0.0, 0.0),
    Position(0.01, 180.0),
    Position(65.0, -179.99),
    Position(89.9, 12.0),
    Position(90.0, 0.0),
    Position(-89.999, -170.0),
    *(Position(*h3.cell_to_latlng(cell)) for cell in h3.get_pentagons(2)[:4]),
]


def lengths(least_m: float, most_m: float) -> st.SearchStrategy[float]:
    """Metres, as many between 10 and 100 as between 1,000 and 10,000."""
    return st.floats(log(least_m), log(most_m)).map(exp)


positions = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)) | st.sampled_from(TRICKY)
steps = st.lists(st.tuples(st.floats(0, 360), st.floats(0, 1.6)), min_size=5, max_size=20)


@st.composite
def centres(draw: st.DrawFn) -> Position:
    """Mostly beside what is tricky, now and then anywhere."""
    return destination(draw(positions), draw(st.floats(0, 360)), draw(lengths(1, 100_000)))


circles = st.builds(Circle, centres(), lengths(1, 2_000_000))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Around a centre, up to some degrees wide, so that some cross ±180° and some end at a pole."""
    centre, high, wide = draw(centres()), draw(st.floats(1e-5, 15)), draw(st.floats(1e-5, 40))
    south, north = max(centre.lat - high, -90.0), min(centre.lat + high, 90.0)
    return Box(wrapped(centre.lon - wide), south, wrapped(centre.lon + wide), north)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """Stars around a centre, some with a hole, some of two parts, cut where they cross ±180°."""
    centre, reach = draw(centres()), draw(lengths(5, 300_000))
    arms = draw(st.lists(st.floats(0.3, 1.0), min_size=3, max_size=12))
    shape: BaseGeometry = star(centre, [reach * arm for arm in arms])
    if draw(st.booleans()):
        shape = shape - star(centre, [reach * 0.1] * 5)
    if draw(st.booleans()):
        shape = shape | star(destination(centre, draw(st.floats(0, 360)), reach * 3), [reach] * 4)
    assume(isinstance(shape, Shape | MultiPolygon) and shape.is_valid and not shape.is_empty)
    return Polygon(cast(MultiPolygon, shape))


def star(centre: Position, reaches_m: list[float]) -> MultiPolygon:
    """What is inside corners at these distances from a centre; no example if they cross one another."""
    step = 360 / len(reaches_m)
    corners = [destination(centre, -turn * step, reach) for turn, reach in enumerate(reaches_m)]
    shape = filled([(corner.lon, corner.lat) for corner in corners])
    assume(shape.is_valid)
    return shape


areas: st.SearchStrategy[Area] = st.one_of(circles, boxes(), polygons())


def beside(area: Area, steps: list[tuple[float, float]]) -> list[Position]:
    """Positions in and around an area: steps from its centre, the corners of its border, and between."""
    around = [destination(area.centre, turn, share * area.reach_m) for turn, share in steps]
    corners = shapely.get_coordinates(area.outline())[:60]
    middles = (corners[1:] + corners[:-1]) / 2
    return around + [Position(lat, lon) for lon, lat in np.concatenate([corners, middles]).tolist()]


def corners_of(cell: int) -> list[Position]:
    return [Position(*corner) for corner in h3.cell_to_boundary(cell)]


def inside_of(cell: int, random: Random, count: int = 40) -> list[Position]:
    """Some positions in a cell, most of them by its border or where it sticks out of its hexagon."""
    middle, corners = centre_of(cell), corners_of(cell)
    found = [middle]
    for _ in range(count):
        corner = random.choice(corners)
        turn = bearing(middle, corner) + random.choice((0, 0, random.uniform(-30, 30)))
        share = random.choice((random.random(), random.uniform(0.85, 1.06), 0.999))
        found.append(destination(middle, turn, share * metres_between(middle, corner)))
    return [position for position in found if cell_of(position, resolution_of(cell)) == cell]
