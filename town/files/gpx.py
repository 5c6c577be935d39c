"""Places and check-ins from GPX, as hikers and their watches write it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gpxpy
from gpxpy.gpx import GPX, GPXException, GPXTrackPoint, GPXWaypoint

from geo import NotOnTheGlobe, Position
from town.files.opening import opened
from town.files.rows import BadFile, BadRow, CheckInRow, PlaceRow
from town.files.tables import NAMELESS

#: A watch notes every second; nobody checks in as often.
EVERY = timedelta(minutes=5)


def places(path: Path) -> Iterator[PlaceRow]:
    """The waypoints in their order."""
    for number, point in enumerate(_gpx(path).waypoints, 1):
        at = _position(path, number, point)
        name = point.name or point.type or NAMELESS
        yield PlaceRow(number, f"{name}@{at.lat},{at.lon}", name, point.type or None, at)


def check_ins(path: Path) -> Iterator[CheckInRow]:
    """What has a time: waypoints, then tracks thinned to a point in five minutes. A track is one person's."""
    gpx = _gpx(path)
    for number, (user, point) in enumerate(_timed(gpx), 1):
        yield CheckInRow(
            line=number,
            user=user,
            position=_position(path, number, point),
            fixed_at=_utc(point),
            category=point.type or None,
            text=point.name or "",
        )


def count(path: Path) -> int:
    """How many waypoints and points of tracks there are."""
    return _gpx(path).get_points_no() + len(_gpx(path).waypoints)


def has_check_ins(path: Path) -> bool:
    """Whether anything in it has a time."""
    return any(True for _ in _timed(_gpx(path)))


def _gpx(path: Path) -> GPX:
    with opened(path) as text:
        try:
            gpx = gpxpy.parse(text.read())
        except GPXException as error:
            raise BadFile(f"{path} is not GPX: {error}") from None
    if not gpx.waypoints and not gpx.tracks:
        raise BadFile(f"{path} has neither waypoints nor tracks")
    return gpx


def _timed(gpx: GPX) -> Iterator[tuple[str, GPXWaypoint | GPXTrackPoint]]:
    yield from (("me", point) for point in gpx.waypoints if point.time)
    for track in gpx.tracks:
        last: datetime | None = None
        for point in (point for segment in track.segments for point in segment.points):
            if point.time and (last is None or _utc(point) >= last + EVERY):
                last = _utc(point)
                yield track.name or "me", point


def _utc(point: GPXWaypoint | GPXTrackPoint) -> datetime:
    assert point.time is not None
    # GPX 1.1 has all times in UTC, whether or not they say so.
    return point.time.astimezone(UTC) if point.time.tzinfo else point.time.replace(tzinfo=UTC)


def _position(path: Path, number: int, point: GPXWaypoint | GPXTrackPoint) -> Position:
    try:
        return Position(point.latitude, point.longitude)
    except NotOnTheGlobe as error:
        raise BadRow(f"{path}, point {number}: {error}") from None
