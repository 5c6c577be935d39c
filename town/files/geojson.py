"""Areas, places and check-ins from GeoJSON (RFC 7946), by geometry and the same names as the columns of CSV."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import shapely

from geo import BadArea, Polygon, Position, area_from_geojson
from geo.rings import to_geojson
from town.files.opening import json_of
from town.files.rows import AreaRow, BadFile, BadRow, CheckInRow, PlaceRow, moment
from town.files.tables import NAMELESS

R = TypeVar("R")
Feature = Mapping[str, Any]
TIMES = ("utc", "fixed_at", "timestamp", "time")
#: A borough of New York has nine thousand; who needs fewer draws it coarser.
MOST_VERTICES = 200_000
LARGER = ("within", "borough", "city", "district")


def areas(path: Path) -> Iterator[AreaRow]:
    """The features in their order, each a Polygon or MultiPolygon with a name."""
    return _rows(path, _area)


def places(path: Path) -> Iterator[PlaceRow]:
    """The features in their order, each a Point."""
    return _rows(path, _place)


def check_ins(path: Path) -> Iterator[CheckInRow]:
    """The features in their order, each a Point with a time; without user_id all are of one person."""
    return _rows(path, _check_in)


def count(path: Path) -> int:
    """How many features there are."""
    return len(features_of(path))


def is_area(feature: Feature) -> bool:
    """Whether a feature is to be read as an area."""
    return (feature.get("geometry") or {}).get("type") in {"Polygon", "MultiPolygon"}


def is_check_in(feature: Feature) -> bool:
    """Whether a feature says when somebody was there."""
    return any(time in _said(feature) for time in TIMES)


def features_of(path: Path) -> list[Feature]:
    """All features; BadFile where it is no FeatureCollection or Feature."""
    match json_of(path):
        case {"type": "FeatureCollection", "features": list(features)}:
            return [each for each in features if isinstance(each, dict)]
        case {"type": "Feature"} as feature:
            return [feature]
    raise BadFile(f"{path} is no GeoJSON FeatureCollection or Feature; see RFC 7946, section 3.3")


def _rows(path: Path, read: Callable[[int, Feature], R]) -> Iterator[R]:
    for number, feature in enumerate(features_of(path), 1):
        try:
            yield read(number, feature)
        except ValueError as error:
            raise BadRow(f"{path}, feature {number}: {error}") from None


def _area(number: int, feature: Feature) -> AreaRow:
    name = _text(feature, "name")
    if not name:
        raise ValueError("an area needs a name among its properties")
    area, mended = _area_of(feature.get("geometry"))
    return AreaRow(number, name, _first(feature, LARGER), area, mended)


def _area_of(geometry: Any) -> tuple[Polygon, bool]:
    """The area, and whether its border had to be mended: files of authorities often touch themselves somewhere."""
    try:
        return area_from_geojson(geometry, most_vertices=MOST_VERTICES), False
    except BadArea as fault:
        if (mended := _mended(geometry)) is None:
            raise fault from None
        return area_from_geojson(mended, most_vertices=MOST_VERTICES), True


def _mended(geometry: Any) -> dict[str, Any] | None:
    """The same geometry with a border that does not cross itself; None if that is not what is wrong with it."""
    try:
        whole = shapely.make_valid(shapely.geometry.shape(geometry))
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        return None
    # Lines that were a border of nothing may be left beside the polygons.
    parts = [
        part for part in shapely.get_parts(shapely.get_parts(whole)) if isinstance(part, shapely.Polygon)
    ]
    return to_geojson(shapely.MultiPolygon(parts)) if parts else None


def _place(number: int, feature: Feature) -> PlaceRow:
    at = Position.from_geojson(feature.get("geometry"))
    category = _text(feature, "category") or None
    name = _text(feature, "name") or category or NAMELESS
    key = _text(feature, "venue_id") or str(feature.get("id", "")) or f"{name}@{at.lat},{at.lon}"
    return PlaceRow(number, key, name, category, at)


def _check_in(number: int, feature: Feature) -> CheckInRow:
    time = _first(feature, TIMES)
    if not time:
        raise ValueError(f"a check-in needs a time among its properties: one of {', '.join(TIMES)}")
    return CheckInRow(
        line=number,
        user=_text(feature, "user_id") or "me",
        position=Position.from_geojson(feature.get("geometry")),
        fixed_at=moment(time),
        venue=_text(feature, "venue_id") or None,
        category=_text(feature, "category") or None,
        text=_text(feature, "text"),
        hood=_text(feature, "hood") if "hood" in _said(feature) else None,
    )


def _said(feature: Feature) -> Mapping[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _text(feature: Feature, name: str) -> str:
    said = _said(feature).get(name)
    return "" if said is None else str(said).strip()


def _first(feature: Feature, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _text(feature, name))), "")
