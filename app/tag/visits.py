"""When somebody has come into an area that reads tags: decisions on plain values.

Fixes may be sparse: whoever is seen before an area and behind it has passed through. An exit is never waited for: a
visit is worth what the presence is worth that it stands on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from geo import Area, Crossing, Fence, Position, Standing, sure_enough, swept

#: The straight way between fixes further apart says little about where somebody went.
LONGEST_WAY = timedelta(minutes=30)
#: Whoever walks along a border is cut by it again and again.
AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Fix:
    """Where somebody was, and until when that says where they are."""

    position: Position
    accuracy_m: float
    fixed_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """How somebody stands to an area, when they last came into it, and until when that says anything."""

    standing: Standing
    read_at: datetime | None
    until: datetime


def visited(area: Area, was: Visit | None, before: Fix | None, fix: Fix) -> tuple[Visit | None, bool]:
    """How somebody stands to an area after a fix, and whether they have come into it since the fix before.

    None where there is nothing to remember.
    """
    if was and was.until <= fix.fixed_at:
        was = None
    standing = Fence(area).after(was.standing if was else None, fix.position, fix.fixed_at, fix.accuracy_m)
    if standing is None or not sure_enough(fix.accuracy_m, area):
        return was, False
    read_at = was.read_at if was else None
    came = standing.crossing is Crossing.ENTER
    if standing.crossing is Crossing.OUTSIDE and before and _passed(area, before, fix):
        came = read_at is None or fix.fixed_at - read_at >= AGAIN
    if came:
        read_at = fix.fixed_at
    if not standing.crossing.is_in and read_at is None:
        return None, False
    return Visit(standing, read_at, fix.until), came


def _passed(area: Area, before: Fix, fix: Fix) -> bool:
    return (
        fix.fixed_at < before.until
        and fix.fixed_at - before.fixed_at <= LONGEST_WAY
        and sure_enough(before.accuracy_m, area)
        and swept(before.position, fix.position, area)
    )
