"""All that is kept of a person as one zip file that documents itself: JSON for programs, GeoJSON (RFC 7946) for maps,
CSV (RFC 4180) for spreadsheets."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from geo import Position

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind, and what they are, in a sentence. Rows with a `position` become a map as well."""

    name: str
    about: str
    rows: Sequence[Row]


def zipped(handle: str, tables: Sequence[Table], made_at: datetime) -> bytes:
    """The archive. Empty tables are in it, too: that nothing is kept is worth knowing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(handle, tables, made_at))
        for table in tables:
            archive.writestr(f"{table.name}.json", _json([_plain(row) for row in table.rows]))
            archive.writestr(f"{table.name}.csv", _csv(table.rows))
            if any("position" in row for row in table.rows):
                archive.writestr(f"{table.name}.geojson", _geojson(table.rows))
    return packed.getvalue()


def _readme(handle: str, tables: Sequence[Table], made_at: datetime) -> str:
    lines = [
        f"All that Hereabouts keeps of {handle}, on {made_at:%d %B %Y at %H:%M} UTC.",
        "",
        "Each kind of thing is there as JSON and as CSV, and as GeoJSON for a map where it has positions.",
        "Positions are degrees of WGS 84, accuracies metres, times UTC. Passwords and tokens are kept as hashes only,",
        "and are not in here. Neither is who blocks or mutes you, or put you in a circle.",
        "",
    ]
    for table in tables:
        lines.append(f"{table.name}: {table.about} Rows: {len(table.rows)}.")
        if table.rows:
            lines.append(f"    columns: {', '.join(table.rows[0])}")
    return "\n".join(lines) + "\n"


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _plain(row: Row) -> dict[str, Any]:
    return {name: _of(value) for name, value in row.items()}


def _of(value: Any) -> Any:
    return {"lat": value.lat, "lon": value.lon} if isinstance(value, Position) else value


def _geojson(rows: Sequence[Row]) -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": (row["position"].lon, row["position"].lat)},
            "properties": {name: value for name, value in row.items() if name != "position"},
        }
        for row in rows
    ]
    return _json({"type": "FeatureCollection", "features": features})


def _csv(rows: Sequence[Row]) -> str:
    written = io.StringIO()
    flat = [_flat(row) for row in rows]
    if flat:
        writer = csv.DictWriter(written, list(flat[0]))
        writer.writeheader()
        writer.writerows(flat)
    return written.getvalue()


def _flat(row: Row) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Position):
            flat |= {"lat": value.lat, "lon": value.lon}
        elif isinstance(value, datetime):
            flat[name] = value.isoformat()
        elif isinstance(value, list | tuple):
            flat[name] = " ".join(str(each) for each in value)
        else:
            flat[name] = _harmless(value)
    return flat


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is marked as text (OWASP, CSV injection)."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )
