"""Decisions about what could grow, on plain values: who keeps meeting, and which communities may be for somebody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.trust.steps import in_steps
from geo import Position, metres_between

#: How far back is looked, and how many days of it somebody must have been there to keep coming.
LOOKED_BACK = timedelta(days=30)
LEAST_DAYS = 3
LEAST_PEOPLE = 5
#: How near check-ins lie that belong together: first loosely, and where that joins half a city, more and more tightly.
REACHES_M = (400.0, 200.0, 100.0)
#: Farther from its middle nobody speaks of one place.
FARTHEST_M = 1_000.0
#: An area of a community has at least this radius: what lies closer together is one corner.
SMALLEST_M = 150.0
#: How many a person is asked about at a time.
MOST_ASKED = 3
#: What has not been seen again for so long is not asked about any more.
LASTS = LOOKED_BACK


@dataclass(frozen=True, slots=True)
class Meeting:
    """People with a common topic who keep checking in near one another."""

    topic_id: UUID
    people: frozenset[UUID]
    centre: Position
    #: How far from the middle the farthest of their check-ins lies.
    radius_m: float

    @property
    def reach_m(self) -> float:
        """The radius of its area."""
        return max(self.radius_m, SMALLEST_M)


def meetings(found: Iterable[Sequence[Meeting]]) -> list[Meeting]:
    """Those that are one place each, given what was found loosely first and then more and more tightly.

    What is found more tightly inside a place that was one already is the same again.
    """
    kept: list[Meeting] = []
    for each in found:
        kept += [one for one in each if one.radius_m <= FARTHEST_M and not _is_there(kept, one)]
    return kept


def _is_there(kept: Iterable[Meeting], one: Meeting) -> bool:
    return any(
        each.topic_id == one.topic_id and metres_between(each.centre, one.centre) <= each.reach_m
        for each in kept
    )


def at_least(count: int) -> int:
    """How many people it is told to be.

    >>> [at_least(count) for count in (5, 9, 10, 14)]
    [5, 5, 10, 10]
    """
    return in_steps(count)


def is_covered(people: Collection[UUID], members: Collection[UUID]) -> bool:
    """Whether a community of their topic is theirs already: most of them belong."""
    return 2 * len(set(people) & set(members)) > len(people)


@dataclass(frozen=True, slots=True)
class Fitting:
    """Why a community may be for somebody; all of it they could have found themselves."""

    #: Of the topics it shares, how many of my own check-ins spoke, and of how many people I follow.
    mine: int = 0
    followed: int = 0
    #: On how many days I was in its area.
    days_there: int = 0


#: What each reason is worth. What one does oneself says most; where one goes next; and whom one follows.
_MINE, _THERE, _FOLLOWED = 3.0, 2.0, 1.0
_ENOUGH = 5


def score(fitting: Fitting) -> float:
    """How well it fits, from 0 to 6: each reason counts up to five times.

    >>> score(Fitting()), score(Fitting(mine=5)), score(Fitting(mine=50, followed=5, days_there=5))
    (0.0, 3.0, 6.0)
    """
    parts = ((fitting.mine, _MINE), (fitting.days_there, _THERE), (fitting.followed, _FOLLOWED))
    return sum(weight * min(count, _ENOUGH) / _ENOUGH for count, weight in parts)


def reasons(fitting: Fitting) -> list[str]:
    """Why, as people read it, what weighs most first.

    >>> reasons(Fitting(mine=3, followed=1))
    ['you checked in about it 3 times', 'somebody you follow speaks of it']
    """
    said = [
        (fitting.mine, "you checked in about it once", "you checked in about it {} times"),
        (fitting.days_there, "you were there on a day", "you were there on {} days"),
        (fitting.followed, "somebody you follow speaks of it", "{} people you follow speak of it"),
    ]
    return [(one if count == 1 else many.format(count)) for count, one, many in said if count]
