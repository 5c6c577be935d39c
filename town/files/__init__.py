"""Files people already have: check-ins, places and areas as CSV, GeoJSON and GPX, read one row at a time."""

from town.files.kinds import Kind, areas_in, check_ins_in, kind_of, places_in, rows_in
from town.files.rows import AreaRow, BadFile, BadRow, CheckInRow, PlaceRow

__all__ = [
    "AreaRow",
    "BadFile",
    "BadRow",
    "CheckInRow",
    "Kind",
    "PlaceRow",
    "areas_in",
    "check_ins_in",
    "kind_of",
    "places_in",
    "rows_in",
]
