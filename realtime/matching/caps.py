"""Rows of watches that must be tested: circles by one product of vectors, other areas by asking them."""

from collections.abc import Iterable, Iterator, Mapping
from math import cos, radians, sin
from struct import Struct

from geo import EARTH_RADIUS_M, Area, Circle, Position
from realtime.matching.ground import Ground, Steps

# The number of a watch and a cap of the globe: an axis, and the least product with it of all directions inside.
# Rows are packed one behind the other: testing many of them touches little memory, and no garbage collector.
_ROW, _NUMBER = Struct("q4d"), Struct("q")
ROW_SIZE = _ROW.size
# As cosines. So near to the border rounding may decide, and the circle itself is asked: half a millimetre
# for a radius of 300 m, less for larger ones.
DOUBT = 4e-15


def row_of(number: int, area: Area) -> bytes:
    """Pack a row; the cap of an area that is no circle leaves every position in doubt."""
    if isinstance(area, Circle):
        return _ROW.pack(number, *_direction(area.centre), cos(area.radius_m / EARTH_RADIUS_M))
    return _ROW.pack(number, 0.0, 0.0, 0.0, 0.0)


def rows_in(rows: bytes) -> Iterator[tuple[int, bytes]]:
    """Each row, with its number."""
    for start in range(0, len(rows), ROW_SIZE):
        yield _NUMBER.unpack_from(rows, start)[0], rows[start : start + ROW_SIZE]


def without_row(rows: bytes, number: int) -> bytes:
    """Take out the row of a number; the rows as they are if there is none."""
    packed = _NUMBER.pack(number)
    start = rows.find(packed)
    # The same octets may stand elsewhere than at the beginning of a row.
    while start > 0 and start % ROW_SIZE:
        start = rows.find(packed, start + 1)
    return rows if start < 0 else rows[:start] + rows[start + ROW_SIZE :]


def test(
    rows: Iterable[bytes], at: Position, steps: Steps, grounds: Mapping[int, Ground], sure: set[int]
) -> None:
    """Add to `sure` the numbers of all rows whose area contains a position."""
    x, y, z = _direction(at)
    for packed in rows:
        for number, axis_x, axis_y, axis_z, least in _ROW.iter_unpack(packed):
            spare = x * axis_x + y * axis_y + z * axis_z - least
            if spare >= -DOUBT and (spare > DOUBT or grounds[number].contains(at, steps)):
                sure.add(number)


def _direction(position: Position) -> tuple[float, float, float]:
    """Give the unit vector from the middle of the globe towards a position."""
    lat, lon = radians(position.lat), radians(position.lon)
    across = cos(lat)
    return across * cos(lon), across * sin(lon), sin(lat)
