"""Events from CSV, by the columns of the public set of New York's parks and libraries."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

from geo import Position
from town.files.rows import EventRow, Unread, position, required
from town.files.tables import rows

OF_EVENTS = frozenset({"title", "start_date", "start_time"})
_CALLED_OFF = re.compile(r"^\W*cancell?ed\b[\s:!*–-]*", re.IGNORECASE)
#: No text of people's has these, and the database takes no NUL.
_NOT_PRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def events(path: Path) -> Iterator[EventRow | Unread]:
    """Rows in the order of the file; what says something that cannot be is told in its place."""
    return rows(path, _event)


def _event(line: int, row: Mapping[str, str]) -> EventRow | Unread:
    try:
        return _read(line, {column: _NOT_PRINTABLE.sub("", said).strip() for column, said in row.items()})
    except ValueError as error:
        return Unread(line, str(error))


def _read(line: int, row: Mapping[str, str]) -> EventRow:
    called, starts_at = required(row, "title"), _local(row, "start")
    title = _CALLED_OFF.sub("", called)
    ends_at = _local(row, "end") if row.get("end_time") else None
    if ends_at is not None and ends_at <= starts_at:
        raise ValueError(f"it ends at {ends_at:%Y-%m-%d %H:%M}, and begins no sooner than that")
    return EventRow(
        line=line,
        title=title or called,
        starts_at=starts_at,
        ends_at=ends_at,
        position=_position(row),
        location=row.get("location", ""),
        park=row.get("park", ""),
        hood=row.get("hood", ""),
        text=row.get("description", ""),
        told_by=row.get("source", ""),
        link=row.get("link", ""),
        called_off=bool(title) and title != called,
    )


def _local(row: Mapping[str, str], which: str) -> datetime:
    """By the clock on the wall; ValueError."""
    day, clock = required(row, f"{which}_date"), required(row, f"{which}_time")
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock).replace(tzinfo=None))
    except ValueError:
        raise ValueError(
            f"{which}_date and {which}_time are {day!r:.40} and {clock!r:.40}; write them as 2021-12-21 and 18:30:00"
        ) from None


def _position(row: Mapping[str, str]) -> Position | None:
    lat, lon = row.get("lat", ""), row.get("lon", "")
    return position(lat, lon) if lat or lon else None
