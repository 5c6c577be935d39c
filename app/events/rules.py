"""Decisions about events on plain values: what may be changed, what is told, and to whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

#: How far ahead dates are made. What never ends is prolonged from time to time.
HORIZON = timedelta(days=366)
#: How far ahead an event may begin.
FURTHEST = timedelta(days=2 * 366)
#: What was before is told by no file of events that people go to.
EARLIEST = datetime(1900, 1, 1)
#: What lasts longer is a place, or another date.
LONGEST = timedelta(days=31)
MOST_SEATS = 100_000
#: Fewer than so many are no figure but people.
FEWEST_COUNTED = 5
#: Who hosts so many events that are still to come may cancel some before making more.
MOST_STANDING = 200


class Reply(StrEnum):
    """What somebody says to a date."""

    INTERESTED = "interested"
    GOING = "going"
    NOT = "not"


class SeenBy(StrEnum):
    """Who may know that somebody goes."""

    NOBODY = "nobody"
    COMMUNITIES = "communities"
    FOLLOWERS = "followers"
    EVERYONE = "everyone"


def counted(people: int, exactly: bool) -> int | None:
    """A figure as it may be shown: hosts see it exactly, everybody else no figure that singles people out."""
    return people if exactly or people >= FEWEST_COUNTED else None


def rematched(
    old: Sequence[tuple[UUID, datetime]], new: Sequence[datetime], alike: bool
) -> tuple[Mapping[UUID, datetime], list[datetime]]:
    """Which date becomes which when an event is moved, and which are new; all by local time, in order.

    Where all move alike the first becomes the first, and so on. Else a date stays what it is if it still is one, or
    where there still is one on its day. Whatever of the old stays unmatched is over.
    """
    if alike:
        pairs = dict(zip((each for each, _ in old), new, strict=False))
        return pairs, list(new[len(old) :])
    kept = {made: was for made, was in old if was in set(new)}
    taken = set(kept.values())
    on_day = {each.date(): each for each in reversed(new) if each not in taken}
    for made, was in old:
        if made not in kept and (found := on_day.pop(was.date(), None)) is not None:
            kept[made] = found
    taken = set(kept.values())
    return kept, [each for each in new if each not in taken]
