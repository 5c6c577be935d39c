"""When a phone that reports where it is has come into an area, stays in it, or has left."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from geo.area import Area, Circle
from geo.distance import metres_to_way
from geo.position import Position
from geo.rings import way_between

# A phone that lies still indoors is seen wandering by some tens of metres.
MARGIN_M = 50.0
STAY = timedelta(minutes=3)


class Crossing(Enum):
    """What a fix says about a person and an area."""

    ENTER = "enter"
    INSIDE = "inside"
    DWELL = "dwell"
    EXIT = "exit"
    OUTSIDE = "outside"

    @property
    def is_in(self) -> bool:
        """Whether the person is in the area after it."""
        return self in (Crossing.ENTER, Crossing.INSIDE, Crossing.DWELL)


def crossing(
    was: Crossing | None, now: Position, area: Area, *, accuracy_m: float = 0.0, margin_m: float = MARGIN_M
) -> Crossing:
    """Decide from the crossing before, None for a first fix, and a new fix; never DWELL, as `Fence` does.

    Whoever was in has left only when further out than the margin in metres. A fix that is not sure enough
    changes nothing, and leaves outside whom nothing is known of.

    >>> square = Circle(Position(41.387, 2.170), 120)
    >>> crossing(None, Position(41.387, 2.170), square)
    <Crossing.ENTER: 'enter'>
    >>> crossing(Crossing.ENTER, Position(41.3885, 2.170), square)
    <Crossing.INSIDE: 'inside'>
    """
    was_in = was is not None and was.is_in
    if not sure_enough(accuracy_m, area):
        is_in = was_in
    else:
        is_in = area.metres_to(now) <= margin_m if was_in else area.contains(now)
    if is_in:
        return Crossing.INSIDE if was_in else Crossing.ENTER
    return Crossing.EXIT if was_in else Crossing.OUTSIDE


def sure_enough(accuracy_m: float, area: Area) -> bool:
    """Tell whether a fix may decide: not if it is less certain than the area is large."""
    return accuracy_m <= area.reach_m


def swept(was: Position, now: Position, area: Area) -> bool:
    """Tell whether the straight way between two fixes touches an area, though neither may be in it.

    >>> swept(Position(41.387, 2.160), Position(41.387, 2.180), Circle(Position(41.387, 2.170), 120))
    True
    """
    if isinstance(area, Circle):
        return metres_to_way(area.centre, was, now) <= area.radius_m
    return area.outline().intersects(way_between(was, now))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to an area: the last crossing, when (UTC) it was, and since when they are in."""

    crossing: Crossing
    at: datetime
    since: datetime | None = None
    dwelt: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """An area with the patience to tell who stays in it from who passes through."""

    area: Area
    margin_m: float = MARGIN_M
    stay: timedelta = STAY

    def after(
        self, was: Standing | None, now: Position, at: datetime, accuracy_m: float = 0.0
    ) -> Standing | None:
        """Give the standing after a fix; DWELL once a visit, at the first fix after the minimum stay.

        A fix that comes late or is not sure enough leaves all as it was, and None if it is the first.
        """
        if not sure_enough(accuracy_m, self.area) or (was and at < was.at):
            return was and replace(was, crossing=Crossing.INSIDE if was.crossing.is_in else Crossing.OUTSIDE)
        what = crossing(was.crossing if was else None, now, self.area, margin_m=self.margin_m)
        if not what.is_in:
            return Standing(what, at)
        since = was.since if was and was.since else at
        dwelt = was.dwelt if was and was.since else False
        if not dwelt and at - since >= self.stay:
            return Standing(Crossing.DWELL, at, since, dwelt=True)
        return Standing(what, at, since, dwelt)
