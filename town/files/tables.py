"""Check-ins and places from CSV, by the columns of the Foursquare (TSMC2014) and Gowalla sets."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from town.files.opening import opened
from town.files.rows import BadRow, CheckInRow, PlaceRow, moment, position, required

Row = Mapping[str, str]
R = TypeVar("R")
OF_CHECK_INS = frozenset({"user_id", "lat", "lon", "utc"})
OF_PLACES = frozenset({"lat", "lon"})
NAMELESS = "a place"


def columns_of(path: Path) -> frozenset[str]:
    """The names in the first line."""
    with opened(path) as text:
        return frozenset(csv.DictReader(text, dialect=_dialect(text)).fieldnames or ())


def check_ins(path: Path) -> Iterator[CheckInRow]:
    """Rows in the order of the file."""
    return rows(path, _check_in)


def places(path: Path) -> Iterator[PlaceRow]:
    """Rows in the order of the file."""
    return rows(path, _place)


def count(path: Path) -> int:
    """How many rows there are, near enough for a progress bar: a text may go over several lines."""
    with opened(path) as text:
        return max(0, sum(1 for _ in text) - 1)


def rows(path: Path, read: Callable[[int, Row], R]) -> Iterator[R]:
    """What is read of each row, in order; BadRow for one that cannot be taken apart, or not be read."""
    with opened(path) as text:
        lines = csv.DictReader(text, dialect=_dialect(text), restval=None, strict=True)
        while True:
            try:
                row = next(lines, None)
                if row is None:
                    return
                made = read(lines.reader.line_num, _whole(row))
            except (csv.Error, ValueError) as error:
                raise BadRow(f"{path}, line {lines.reader.line_num}: {error}") from None
            yield made


def _dialect(text: object) -> str:
    """Commas, or tabs where the first line has some."""
    first = text.readline()  # type: ignore[attr-defined]
    text.seek(0)  # type: ignore[attr-defined]
    return "excel-tab" if "\t" in first else "excel"


def _whole(row: dict[str, str | None]) -> Row:
    missing = [column for column, said in row.items() if said is None]
    if missing:
        raise ValueError(
            f"the row ends before the column {missing[0]}; it has fewer fields than the first line"
        )
    if None in row:
        raise ValueError("the row has more fields than the first line; does a text lack its quotes?")
    return {column: said for column, said in row.items() if said is not None}


def _check_in(line: int, row: Row) -> CheckInRow:
    return CheckInRow(
        line=line,
        user=required(row, "user_id"),
        position=position(row["lat"], row["lon"]),
        fixed_at=moment(row["utc"]),
        venue=row.get("venue_id") or None,
        category=row.get("category") or None,
        text=row.get("text", ""),
        hood=row.get("hood"),
    )


def _place(line: int, row: Row) -> PlaceRow:
    at = position(row["lat"], row["lon"])
    category = row.get("category") or None
    first_tag = row.get("tags", "").partition("|")[0]
    name = row.get("name") or category or first_tag or NAMELESS
    return PlaceRow(line, row.get("venue_id") or f"{name}@{at.lat},{at.lon}", name, category, at)
