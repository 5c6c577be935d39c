"""The one place where geo values meet PostGIS: column types with verbs.

Positions and areas are planar WGS 84 geometry (EPSG:4326): edges are straight in longitude and latitude as RFC 7946
has it. Distances are great-circle metres on PostGIS's sphere, the same as `geo.metres_between`.
"""

from typing import Any

import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import ColumnElement, Dialect, and_, func, or_
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.types import TypeDecorator

from geo import Area, Circle, Polygon, Position

WGS84 = 4326


class _Verbs(TypeDecorator.Comparator[Any]):
    """What can be asked of a position or area column."""

    def within(self, metres: float, of: Position) -> ColumnElement[bool]:
        """Whether it is at most so many metres away; by the spatial index, then exactly."""
        west, south, east, north = Circle(of, metres).bounds
        return and_(self._touches(west, south, east, north), self.metres_to(of) <= metres)

    def metres_to(self, position: Position) -> ColumnElement[float]:
        """The great-circle distance to it."""
        return func.ST_DistanceSphere(self.expr, _point(position))

    def covers(self, position: Position) -> ColumnElement[bool]:
        """Whether the position lies in this area or on its border."""
        return func.ST_Covers(self.expr, _point(position))

    def _touches(self, west: float, south: float, east: float, north: float) -> ColumnElement[bool]:
        if west <= east:
            return self.expr.op("&&")(func.ST_MakeEnvelope(west, south, east, north, WGS84))
        return or_(self._touches(west, south, 180.0, north), self._touches(-180.0, south, east, north))


class PositionType(TypeDecorator[Position]):
    """A position in a column."""

    impl = Geometry("POINT", srid=WGS84, spatial_index=False)
    cache_ok = True

    @property
    def comparator_factory(self) -> type[_Verbs]:  # type: ignore[override]
        """The verbs."""
        return _Verbs

    def process_bind_param(self, value: Position | None, dialect: Dialect) -> WKBElement | None:
        """From Position."""
        return None if value is None else from_shape(shapely.Point(value.lon, value.lat), srid=WGS84)

    def process_result_value(self, value: WKBElement | None, dialect: Dialect) -> Position | None:
        """To Position."""
        if value is None:
            return None
        point = to_shape(value)
        assert isinstance(point, shapely.Point)
        return Position(point.y, point.x)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Only positions bind as positions."""
        return self if isinstance(value, Position) else self.impl_instance.coerce_compared_value(op, value)


class PositionsType(TypeDecorator[list[Position]]):
    """Several positions in a column, in order; a distance to them is that to the nearest."""

    impl = Geometry("MULTIPOINT", srid=WGS84, spatial_index=False)
    cache_ok = True

    def process_bind_param(self, value: list[Position] | None, dialect: Dialect) -> WKBElement | None:
        """From positions."""
        points = [(each.lon, each.lat) for each in value or ()]
        return from_shape(shapely.MultiPoint(points), srid=WGS84) if points else None

    def process_result_value(self, value: WKBElement | None, dialect: Dialect) -> list[Position] | None:
        """To positions."""
        return None if value is None else [Position(lat, lon) for lon, lat in _corners(value)]


class AreaType(TypeDecorator[Area]):
    """An area in a column: always its outline, so a circle comes back as a polygon of 64 sides."""

    impl = Geometry("MULTIPOLYGON", srid=WGS84, spatial_index=False)
    cache_ok = True

    @property
    def comparator_factory(self) -> type[_Verbs]:  # type: ignore[override]
        """The verbs."""
        return _Verbs

    def process_bind_param(self, value: Area | None, dialect: Dialect) -> WKBElement | None:
        """From any Area."""
        return None if value is None else from_shape(value.outline(), srid=WGS84)

    def process_result_value(self, value: WKBElement | None, dialect: Dialect) -> Area | None:
        """To Polygon."""
        if value is None:
            return None
        shape = to_shape(value)
        assert isinstance(shape, shapely.MultiPolygon)
        return Polygon(shape)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Anything else is compared as PostGIS does."""
        return self.impl_instance.coerce_compared_value(op, value)


class ShapeType(TypeDecorator[Any]):
    """A point or an area in a column that statements fill and ask, and nobody reads."""

    impl = Geometry("GEOMETRY", srid=WGS84, spatial_index=False)
    cache_ok = True


def _corners(value: WKBElement) -> list[list[float]]:
    corners: list[list[float]] = shapely.get_coordinates(to_shape(value)).tolist()
    return corners


def _point(position: Position) -> ColumnElement[Any]:
    return func.ST_SetSRID(func.ST_MakePoint(position.lon, position.lat), WGS84)
