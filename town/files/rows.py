"""What a row of a file says, and what can be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from geo import NotOnTheGlobe, Polygon, Position


class BadFile(Exception):
    """A file that cannot be read as what it should be; the message names it and says what to do."""


class BadRow(BadFile):
    """A row that says something that cannot be; the message names file and line."""


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """Somebody was somewhere."""

    #: Where in the file: its line, or which feature or point it is, counted from one.
    line: int
    user: str
    position: Position
    fixed_at: datetime
    venue: str | None = None
    category: str | None = None
    text: str = ""
    #: The neighbourhood the file names: empty for none, None if it does not speak of neighbourhoods.
    hood: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A named point. The key tells it from the others of its file."""

    line: int
    key: str
    name: str
    category: str | None
    position: Position


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A polygon with a name, often one of several that share it; and the larger area it lies in, if told."""

    line: int
    name: str
    within: str
    area: Polygon
    #: Whether the border crossed or touched itself and was mended.
    mended: bool = False


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something took place, or will, at a time by the clock on its wall. What is not told is empty or None."""

    line: int
    title: str
    starts_at: datetime
    ends_at: datetime | None
    position: Position | None
    #: The room or hall, the park or building it is in, and the neighbourhood that lies in.
    location: str
    park: str
    hood: str
    text: str
    #: Who published it, and where it is found there.
    told_by: str
    link: str
    #: Whether the file says that it was cancelled.
    called_off: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that says something that cannot be, and what."""

    line: int
    why: str


def required(row: Mapping[str, str], column: str) -> str:
    """What a column says; ValueError if it is empty."""
    said = row.get(column, "").strip()
    if not said:
        raise ValueError(f"{column} is empty")
    return said


def moment(said: str) -> datetime:
    """A time in UTC; ValueError if it is none or tells no time zone.

    >>> moment("2012-05-05T00:00:04Z").isoformat()
    '2012-05-05T00:00:04+00:00'
    """
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{said!r:.40} is not a time; write it as 2012-05-05T00:00:04Z") from None
    if read.tzinfo is None:
        raise ValueError(f"{said} tells no time zone; write it as {said}Z if it is in UTC")
    return read.astimezone(UTC)


def position(lat: str, lon: str) -> Position:
    """A position from decimal degrees; ValueError if it is none."""
    return Position(_degrees(lat, "lat"), _degrees(lon, "lon"))


def _degrees(said: str, column: str) -> float:
    try:
        return float(said)
    except ValueError:
        raise NotOnTheGlobe(f"{column} is {said!r:.40}, not a number of degrees such as 40.7484") from None
