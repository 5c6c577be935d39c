"""Traccar Client's and OsmAnd's reports in all four dialects: query, query in a POST, JSON (9.x), form (10.x)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from app.phones.rules import Dropped, Heard, Point, Reason
from app.phones.values import decoded, metres, moment, number, percent, position_of

KNOT_IN_M_S = 0.514444
_MOST_FIELDS = 200
_MOST_IN_SECONDS = 2**31
_NO, _YES = {"false", "0"}, {"true", "1"}


@dataclass(frozen=True, slots=True)
class Report:
    """What one request said, and which device it says it is."""

    device: str
    heard: Heard
    #: Who sends JSON is told otherwise than others that its device is not known.
    is_json: bool = False


def read(query: str, body: bytes, now: datetime) -> Report:
    """A report from what stands behind the question mark, and from the body."""
    asked = _fields(query)
    if body.lstrip()[:1] in {b"{", b"["}:
        return _of_json(body, asked, now)
    fields = asked | _fields(body.decode(errors="replace"))
    heard = Heard()
    _hear(heard, fields, now)
    return Report(_device(fields), heard)


def _fields(said: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(said, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def _device(fields: Mapping[str, Any]) -> str:
    named = (fields.get(name) for name in ("id", "deviceid", "device_id"))
    return next((each for each in named if isinstance(each, str) and each), "")


def _hear(heard: Heard, fields: Mapping[str, str], now: datetime) -> None:
    heard.battery = percent(fields.get("batt"))
    lat, comma, lon = fields.get("location", "").partition(",")
    lat, lon = (lat, lon) if comma else (fields.get("lat", ""), fields.get("lon", ""))
    # A phone without a fix says that it lives, or which token it may be woken by.
    if lat or lon:
        heard.add(_point_of_fields(fields, lat, lon, now))


def _point_of_fields(fields: Mapping[str, str], lat: str, lon: str, now: datetime) -> Point | Reason:
    if fields.get("valid", "").lower() in _NO:
        return Dropped.INVALID
    speed = number(fields.get("speed"), 0, 10_000)
    fixed_at = _time(fields["timestamp"]) if fields.get("timestamp") else now
    return _point(
        lat,
        lon,
        fixed_at,
        accuracy_m=metres(fields.get("accuracy")),
        altitude_m=number(fields.get("altitude"), -15_000, 1e6),
        speed_m_s=None if speed is None else speed * KNOT_IN_M_S,
        heading=number(fields.get("bearing", fields.get("heading")), 0, 360),
        mocked=fields.get("mock", "").lower() in _YES,
    )


def _time(said: object) -> datetime | None:
    """Seconds, milliseconds where they would be too many, ISO 8601, or `yyyy-MM-dd HH:mm:ss`."""
    count = number(said, 0, 1e14)
    return moment(said) if count is None or count < _MOST_IN_SECONDS else moment(count / 1000)


def _point(lat: object, lon: object, fixed_at: datetime | None, **more: Any) -> Point | Reason:
    position = position_of(lat, lon)
    if position is None:
        return Dropped.NOWHERE
    if fixed_at is None:
        return Dropped.TIMELESS
    key = f"{fixed_at.timestamp():.3f} {position.lat},{position.lon}"
    return Point(position=position, fixed_at=fixed_at, key=key, **more)


def _of_json(body: bytes, asked: Mapping[str, str], now: datetime) -> Report:
    heard = Heard()
    said = decoded(body)
    if not isinstance(said, dict):
        heard.add(Dropped.UNREADABLE)
        return Report(_device(asked), heard, is_json=True)
    again = said.get("_")
    fields = _fields(again) if isinstance(again, str) else {}
    for each in _locations(said.get("location")):
        _hear_location(heard, each, now)
    return Report(_device(said) or _device(fields) or _device(asked), heard, is_json=True)


def _locations(said: object) -> Sequence[object]:
    return [] if said is None else said if isinstance(said, list) else [said]


def _hear_location(heard: Heard, said: object, now: datetime) -> None:
    if not isinstance(said, dict):
        heard.add(Dropped.UNREADABLE)
        return
    battery = said.get("battery")
    level = number(battery.get("level"), 0, 1) if isinstance(battery, dict) else None
    heard.battery = heard.battery if level is None else round(level * 100)
    coords = said.get("coords")
    if isinstance(coords, dict):
        fixed_at = now if said.get("timestamp") is None else _time(said["timestamp"])
        heard.add(_point_of_coords(coords, fixed_at, bool(said.get("mock"))))
    elif coords is not None:
        heard.add(Dropped.UNREADABLE)


def _point_of_coords(coords: Mapping[str, Any], fixed_at: datetime | None, mocked: bool) -> Point | Reason:
    return _point(
        coords.get("latitude"),
        coords.get("longitude"),
        fixed_at,
        accuracy_m=metres(coords.get("accuracy")),
        altitude_m=number(coords.get("altitude"), -15_000, 1e6),
        # Less than nought is not known.
        speed_m_s=number(coords.get("speed"), 0, 10_000),
        heading=number(coords.get("heading"), 0, 360),
        mocked=mocked,
    )
