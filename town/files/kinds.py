"""What a file holds, found by its name and columns, and the reader for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

from town.files import geojson, gpx, programmes, tables
from town.files.opening import kind_of_text
from town.files.rows import AreaRow, BadFile, CheckInRow, EventRow, PlaceRow, Unread

Kind = Literal["areas", "places", "check-ins", "events"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def kind_of(path: Path) -> Kind:
    """What a file holds, by its columns or its first feature; BadFile where that cannot be told."""
    match kind_of_text(path):
        case "csv":
            return _of_columns(path, tables.columns_of(path))
        case "gpx":
            return "check-ins" if gpx.has_check_ins(path) else "places"
    first = next(iter(geojson.features_of(path)), None)
    if first is None:
        raise BadFile(f"{path} has no features")
    if geojson.is_area(first):
        return "areas"
    return "check-ins" if geojson.is_check_in(first) else "places"


def _of_columns(path: Path, columns: frozenset[str]) -> Kind:
    if columns >= tables.OF_CHECK_INS:
        return "check-ins"
    if columns >= programmes.OF_EVENTS:
        return "events"
    if columns >= tables.OF_PLACES and columns.isdisjoint({"user_id", "utc"}):
        return "places"
    raise BadFile(
        f"{path} has the columns {', '.join(sorted(columns)) or '(none)'}. Check-ins need "
        f"{', '.join(sorted(tables.OF_CHECK_INS))}; places need {', '.join(sorted(tables.OF_PLACES))}; "
        f"events need {', '.join(sorted(programmes.OF_EVENTS))}"
    )


def areas_in(path: Path) -> Iterator[AreaRow]:
    """Areas in the order of the file; BadFile, BadRow."""
    if kind_of_text(path) != "geojson":
        raise BadFile(f"{path}: areas come as GeoJSON")
    return geojson.areas(path)


def places_in(path: Path) -> Iterator[PlaceRow]:
    """Places in the order of the file; BadFile, BadRow."""
    match kind_of_text(path):
        case "csv":
            _expect(path, tables.OF_PLACES)
            return tables.places(path)
        case "gpx":
            return gpx.places(path)
    return geojson.places(path)


def check_ins_in(path: Path) -> Iterator[CheckInRow]:
    """Check-ins in the order of the file, which for the public sets is that of time; BadFile, BadRow."""
    match kind_of_text(path):
        case "csv":
            _expect(path, tables.OF_CHECK_INS)
            return tables.check_ins(path)
        case "gpx":
            return gpx.check_ins(path)
    return geojson.check_ins(path)


def events_in(path: Path) -> Iterator[EventRow | Unread]:
    """Events in the order of the file, and in their place those that cannot be; BadFile, BadRow."""
    if kind_of_text(path) != "csv":
        raise BadFile(f"{path}: events come as CSV; a calendar (.ics) is sent to POST /v1/events/import")
    _expect(path, programmes.OF_EVENTS)
    return programmes.events(path)


def rows_in(path: Path) -> int:
    """About how many rows a file has, for a progress bar; reads it once."""
    count: Callable[[Path], int] = {"csv": tables.count, "geojson": geojson.count, "gpx": gpx.count}[
        kind_of_text(path)
    ]
    return count(path)


def _expect(path: Path, columns: frozenset[str]) -> None:
    there = tables.columns_of(path)
    if missing := columns - there:
        raise BadFile(
            f"{path} lacks {', '.join(sorted(missing))} among its columns, which are "
            f"{', '.join(sorted(there)) or '(none)'}"
        )
