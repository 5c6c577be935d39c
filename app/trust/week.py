"""Times of the week as spans of minutes, of which PostgreSQL and Python say the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from app.trust.terms import Hours

_DAY = 24 * 60
_WEEK = 7 * _DAY
_MINUTE = timedelta(minutes=1)
#: Within so long every minute of the week has come, also one over which a clock was put forward.
_ALL_CAME = timedelta(days=15)

#: In minutes since Monday's midnight, in order and apart, the ends not included.
Spans = tuple[tuple[int, int], ...]


def spans_where(holds: Callable[[int], bool]) -> Spans:
    """Of the minutes of a week those for which it holds; some milliseconds.

    >>> spans_where(lambda minute: minute in (0, 1, 2, 10_079))
    ((0, 3), (10079, 10080))
    """
    spans: list[tuple[int, int]] = []
    for minute in filter(holds, range(_WEEK)):
        if spans and spans[-1][1] == minute:
            spans[-1] = spans[-1][0], minute + 1
        else:
            spans.append((minute, minute + 1))
    return tuple(spans)


def hours_of(spans: Spans) -> list[Hours]:
    """The same as people say it: days of the same hours together, in the order of their first.

    >>> [(sorted(each.days), each.since, each.until) for each in hours_of(((540, 600), (1980, 2040), (9_000, 10_080)))]
    [([0, 1], 540, 600), ([6], 360, 0)]
    """
    days: dict[tuple[int, int], set[int]] = {}
    for begins, ends in spans:
        for since in range(begins, ends, _DAY):
            until = min(ends, since + _DAY)
            days.setdefault((since % _DAY, until % _DAY), set()).add(since // _DAY % 7)
    return [Hours(frozenset(each), *clock) for clock, each in days.items()]


def includes(hours: Hours, minute: int) -> bool:
    """Whether a minute of the week is among these hours."""
    return hours.at(minute // _DAY, minute % _DAY)


@dataclass(frozen=True, slots=True)
class Week:
    """When something is open every week, by the clock on the wall of a time zone (IANA)."""

    spans: Spans
    time_zone: str

    def includes(self, moment: datetime) -> bool:
        """Whether it is open then."""
        local = moment.astimezone(_zone(self.time_zone))
        minute = local.weekday() * _DAY + local.hour * 60 + local.minute
        return any(begins <= minute < ends for begins, ends in self.spans)

    def ever_within(self, begins: datetime, ends: datetime) -> bool:
        """Whether it is open at any moment from one until, and not at, another. Looks at each minute of two weeks."""
        moment, last = begins, min(ends, begins + _ALL_CAME)
        while moment < last:
            if self.includes(moment):
                return True
            moment = moment.replace(second=0, microsecond=0) + _MINUTE
        return False


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
