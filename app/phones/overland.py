"""Overland's batches of GeoJSON: fixes, visits, and whatever else, of which one bad thing spoils nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from app.phones.rules import Dropped, Heard, Point, Reason, Visit
from app.phones.values import decoded, is_no_fix, metres, moment, number, position_of

#: Before this no phone noticed a visit; what comes as the beginning of time is a time not known.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = timedelta(days=1)


def read(body: bytes, now: datetime) -> Heard:
    """What a batch said."""
    heard = Heard()
    said = decoded(body)
    if not isinstance(said, dict):
        heard.add(Dropped.UNREADABLE)
        return heard
    locations = said.get("locations")
    features = locations if isinstance(locations, list) else []
    for each in features:
        heard.add(_read(each, now))
    current = _read(said.get("current"), now) if said.get("current") is not None else None
    if isinstance(current, Point):
        heard.current = current
    heard.battery = _battery(said.get("current"), *features[-1:])
    return heard


def _properties(feature: object) -> Mapping[str, Any]:
    inside = feature.get("properties") if isinstance(feature, dict) else None
    return inside if isinstance(inside, dict) else {}


def _battery(*features: object) -> int | None:
    """What the first says that says it."""
    levels = (number(_properties(each).get("battery_level"), 0, 1) for each in features)
    return next((round(level * 100) for level in levels if level is not None), None)


def _read(feature: object, now: datetime) -> Point | Visit | Reason | None:
    if not isinstance(feature, dict):
        return Dropped.UNREADABLE
    said = _properties(feature)
    if said.get("action") == "visit":
        return _visit(feature, said, now)
    # Trips, and what the app notes of itself, say of no moment where somebody is.
    if said.get("type") == "trip" or said.get("action") is not None:
        return None
    return _point(feature, said)


def _lon_lat(feature: Mapping[str, Any]) -> tuple[object, object]:
    match feature.get("geometry"):
        case {"coordinates": [lon, lat, *_]}:
            return lon, lat
    return None, None


def _point(feature: Mapping[str, Any], said: Mapping[str, Any]) -> Point | Reason:
    lon, lat = _lon_lat(feature)
    position = position_of(lat, lon)
    if position is None:
        return Dropped.NOWHERE
    if is_no_fix(said.get("horizontal_accuracy")):
        return Dropped.INVALID
    fixed_at = moment(said.get("timestamp"))
    if fixed_at is None:
        return Dropped.TIMELESS
    return Point(
        position=position,
        fixed_at=fixed_at,
        key=f"{fixed_at.timestamp():.3f} {position.lon},{position.lat}",
        accuracy_m=metres(said.get("horizontal_accuracy")),
        altitude_m=number(said.get("altitude"), -15_000, 1e6),
        speed_m_s=number(said.get("speed"), 0, 10_000),
        heading=number(said.get("course"), 0, 360),
    )


def _visit(feature: Mapping[str, Any], said: Mapping[str, Any], now: datetime) -> Visit | Reason:
    lon, lat = _lon_lat(feature)
    position = position_of(lat, lon)
    if position is None:
        return Dropped.NOWHERE
    arrived_at, left_at = (_known(said.get(name), now) for name in ("arrival_date", "departure_date"))
    if arrived_at is None and left_at is None:
        return Dropped.TIMELESS
    return Visit(position, metres(said.get("horizontal_accuracy")), arrived_at, left_at)


def _known(said: object, now: datetime) -> datetime | None:
    read = moment(said)
    return read if read and _EARLIEST <= read <= now + _LATEST else None
