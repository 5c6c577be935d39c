"""Public ids: UUIDv7 (RFC 9562), so that ids sort by time and one id serves as key, cursor and partition key.

The last 62 bits, free by the standard, carry 32 bits of *lane* and 30 bits of chance. A lane is one line of
commits: whoever holds it makes an id and commits before the next id is made. Within a lane ids therefore become
visible in their order, and a list of "the last id heard of each lane" is an exact place to resume from.
Ids are told apart by them, not kept secret: what may be known of a thing is decided when it is asked for.
"""

import random
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app import clock

_LANE_BITS = 32
_CHANCE_BITS = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=0)
#: After every id.
LAST = UUID(int=2**128 - 1)


class Lane:
    """Makes strictly rising ids of one lane. One greenlet at a time; about 1 µs each."""

    def __init__(self) -> None:
        self.number = secrets.randbits(_LANE_BITS)
        self._last = (0, 0)

    def new_id(self) -> UUID:
        """An id of this moment, greater than every earlier one of this lane, even if the clock steps back."""
        millisecond = milliseconds(clock.now())
        last, count = self._last
        if millisecond <= last:
            millisecond, count = (last, count + 1) if count < 0xFFF else (last + 1, 0)
        else:
            count = 0
        self._last = millisecond, count
        tail = (self.number << _CHANCE_BITS) | random.getrandbits(_CHANCE_BITS)
        return UUID(int=(millisecond << 80) | (0x7 << 76) | (count << 64) | (0b10 << 62) | tail)


_any = Lane()


def new_id() -> UUID:
    """An id for what needs no place in a stream."""
    return _any.new_id()


def lane_of(made: UUID) -> int:
    """The number of the lane that made this id."""
    return (made.int >> _CHANCE_BITS) & ((1 << _LANE_BITS) - 1)


def time_of(made: UUID) -> datetime:
    """When it was made, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=made.int >> 80)


def first_id_at(moment: datetime) -> UUID:
    """The smallest id that can be made at or after this moment: what bounds of time and partitions compare to.

    Before 1970 none was made.
    """
    return UUID(int=(max(0, milliseconds(moment)) << 80) | (0x7 << 76) | (0b10 << 62))


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, UTC."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
