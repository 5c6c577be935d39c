"""Files people already have: check-ins, places, areas and events as CSV, GeoJSON and GPX, read one row at a time."""

from town.files.kinds import Kind, areas_in, check_ins_in, events_in, kind_of, places_in, rows_in
from town.files.rows import AreaRow, BadFile, BadRow, CheckInRow, EventRow, PlaceRow, Unread

__all__ = [
    "AreaRow",
    "BadFile",
    "BadRow",
    "CheckInRow",
    "EventRow",
    "Kind",
    "PlaceRow",
    "Unread",
    "areas_in",
    "check_ins_in",
    "events_in",
    "kind_of",
    "places_in",
    "rows_in",
]
