"""What an area can be, and how one is read from what people send."""

from collections.abc import Sequence
from typing import Any, cast

import shapely
from shapely import MultiPolygon
from shapely import Polygon as Shape

from geo.box import Box, box_from_bbox
from geo.circle import Circle
from geo.distance import metres_between
from geo.errors import BadArea, NotOnTheGlobe
from geo.polygon import Polygon
from geo.position import Position
from geo.rings import middle_of

__all__ = [
    "COUNTRY_M2",
    "MOST_VERTICES",
    "Area",
    "Box",
    "Circle",
    "Polygon",
    "area_from_geojson",
    "box_from_bbox",
    "circle_around",
    "joined",
]

Area = Circle | Box | Polygon

# A million square kilometres, about Egypt: nobody is "here" in more, and thirty countries are larger.
COUNTRY_M2 = 1e12
# The most detailed neighbourhood of New York has 1,298; drawn coarser nobody would notice.
MOST_VERTICES = 2000


def area_from_geojson(
    geometry: object, *, most_vertices: int = MOST_VERTICES, most_m2: float = COUNTRY_M2
) -> Polygon:
    """Read a GeoJSON Polygon or MultiPolygon (RFC 7946), wound either way; BadArea says what is wrong.

    >>> ring = [[2.15, 41.39], [2.18, 41.39], [2.18, 41.41], [2.15, 41.41], [2.15, 41.39]]
    >>> area_from_geojson({"type": "Polygon", "coordinates": [ring]}).contains(Position(41.40, 2.16))
    True
    >>> area_from_geojson({"type": "Polygon", "coordinates": [ring[:-1]]})
    Traceback (most recent call last):
    geo.errors.BadArea: a ring ends where it begins; repeat its first position [2.15, 41.39] at the end
    """
    polygons = _polygons_of(geometry)
    _refuse_many(polygons, most_vertices)
    shape = MultiPolygon([_shape_of(rings) for rings in polygons])
    if not shape.is_valid:
        raise BadArea(_fault_of(shape))
    area = Polygon(shape)
    if area.size_m2 > most_m2:
        raise BadArea(_too_large(area, most_m2))
    return area


def circle_around(area: Area) -> Circle:
    """Draw a circle around the middle of an area that holds all of it.

    >>> circle = circle_around(box_from_bbox([2.15, 41.39, 2.18, 41.41]))
    >>> round(circle.centre.lat, 2), round(circle.radius_m)
    (41.4, 1674)
    """
    if isinstance(area, Circle):
        return area
    corners = shapely.get_coordinates(area.outline()).tolist()
    centre = middle_of(area.outline())
    return Circle(centre, max(metres_between(centre, Position(lat, lon)) for lon, lat in corners))


def joined(areas: Sequence[Area], most_vertices: int) -> Polygon:
    """All that lies in any of some areas, of which there is one at least; BadArea if they are drawn too finely.

    >>> here, there = Circle(Position(41.40, 2.16), 100), Circle(Position(41.45, 2.16), 100)
    >>> both = joined([here, there], most_vertices=200)
    >>> both.contains(here.centre), both.contains(there.centre), len(both.outline().geoms)
    (True, True, 2)
    """
    outlines = [each.outline() for each in areas]
    count = int(shapely.get_num_coordinates(outlines).sum())
    if count > most_vertices:
        raise BadArea(
            f"these areas have {count} vertices together, more than {most_vertices}; draw them coarser"
        )
    return Polygon(cast(Shape | MultiPolygon, shapely.union_all(outlines)))


def _polygons_of(geometry: object) -> list[Any]:
    match geometry:
        case {"type": "Polygon", "coordinates": list(rings)}:
            return [rings]
        case {"type": "MultiPolygon", "coordinates": list(polygons)} if polygons:
            return polygons
    kind = geometry.get("type") if isinstance(geometry, dict) else type(geometry).__name__
    raise BadArea(
        f"an area is a GeoJSON Polygon or MultiPolygon with coordinates, not {kind!r:.40}; "
        "of a Feature send the geometry alone"
    )


def _refuse_many(polygons: list[Any], most_vertices: int) -> None:
    """Count before anything is looked at closely, so that a large body costs little."""
    rings = [ring for polygon in polygons for ring in _listed(polygon, "a polygon is a list of rings")]
    count = sum(len(_listed(ring, "a ring is a list of positions")) for ring in rings)
    if count > most_vertices:
        raise BadArea(f"the area has {count} vertices, more than {most_vertices}; draw it coarser")


def _listed(value: object, rule: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadArea(f"{rule}, not {value!r:.40}; see RFC 7946, section 3.1.6")
    return value


def _shape_of(rings: list[Any]) -> Shape:
    exterior, *holes = [_corners(ring) for ring in rings]
    return Shape(exterior, holes)


def _corners(ring: list[Any]) -> list[tuple[float, float]]:
    corners = [_corner(position) for position in ring]
    if len(corners) < 4:
        raise BadArea(f"a ring has 4 positions or more, the last like the first; this one has {len(corners)}")
    if corners[0] != corners[-1]:
        raise BadArea(f"a ring ends where it begins; repeat its first position {list(corners[0])} at the end")
    return corners


def _corner(position: object) -> tuple[float, float]:
    try:
        corner = Position.from_geojson({"type": "Point", "coordinates": position})
    except NotOnTheGlobe as error:
        raise BadArea(f"a corner of the area is not on the globe: {error}") from None
    return corner.lon, corner.lat


def _fault_of(shape: MultiPolygon) -> str:
    """Put into words what GEOS says, such as 'Self-intersection[13.4 52.5]'."""
    reason, _, where = shapely.is_valid_reason(shape).rstrip("]").partition("[")
    lon, _, lat = where.partition(" ")
    return (
        f"the area's border is at fault near longitude {lon}, latitude {lat} ({reason.lower()}); "
        "rings may not cross themselves or one another, holes lie inside, and what crosses ±180° is cut there"
    )


def _too_large(area: Polygon, most_m2: float) -> str:
    west, _, east, _ = area.bounds
    hint = "; does it cross ±180° uncut? see RFC 7946, section 3.1.9" if east - west > 180 else ""
    return (
        f"the area has {area.size_m2 / 1e6:.0f} km², more than {most_m2 / 1e6:.0f} km²{hint}; draw it smaller"
    )
