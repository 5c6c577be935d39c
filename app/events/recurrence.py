"""When a recurring event is (RFC 5545, section 3.8.5.3), by the clock of its time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr

from app.errors import Invalid

MOST_DATES = 400
_INSTANT = timedelta(microseconds=1)
_LONGEST_RULE = 300
_MOST_NUMBER = 1000
_WEEKDAY = r"[+-]?(?:[1-9]|[1-4]\d|5[0-3])?(?:MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = r"[1-9]\d{0,3}"
_DAY = r"-?(?:[1-9]|[12]\d|3[01])"
_PLACE = r"-?[1-9]\d{0,2}"


def _list_of(one: str) -> str:
    return f"{one}(?:,{one}){{0,30}}"


#: What an event needs of a rule. By the hour and the second nothing recurs that people go to.
_PARTS = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": _NUMBER,
    "COUNT": _NUMBER,
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "BYDAY": _list_of(_WEEKDAY),
    "BYMONTHDAY": _list_of(_DAY),
    "BYMONTH": _list_of("(?:[1-9]|1[0-2])"),
    "BYSETPOS": _list_of(_PLACE),
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
}
#: Where the standard, or sense, leaves no room for a part.
_NOT_WITH = {
    "DAILY": {"BYMONTHDAY", "BYSETPOS"},
    "WEEKLY": {"BYMONTHDAY", "BYSETPOS"},
}
#: The Gregorian calendar, weekdays and all, comes round every 400 years.
_ROUND = 400


@dataclass(frozen=True, slots=True)
class Timing:
    """When an event begins and ends by the clock on its wall, and how it recurs."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    recurrence: str | None = None
    #: Local times at which it is besides (RDATE), and those of the rule at which it is not (EXDATE).
    added: tuple[datetime, ...] = ()
    left_out: tuple[datetime, ...] = ()

    @property
    def recurs(self) -> bool:
        """Whether it is more than once."""
        return self.recurrence is not None or bool(self.added)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    def instants(self, local: datetime) -> tuple[datetime, datetime]:
        """When, in UTC, the date begins and ends that begins at this local time.

        The wall's clock holds: what goes from ten to four does so on the night the clocks change, too. A time that is
        left out is taken by the offset before it, one that comes twice is the first (RFC 5545, section 3.3.5). Where it
        would end before it begins by that, it lasts as long as it says.
        """
        lasts = self.ends_at - self.starts_at
        starts, ends = in_utc(local, self.zone), in_utc(local + lasts, self.zone)
        return starts, ends if starts < ends else starts + lasts


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A time on the wall, in UTC."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def on_wall(local: datetime, zone: str, other: str) -> datetime:
    """What the clock of another time zone shows when the one of this zone shows that."""
    if zone == other:
        return local
    return in_utc(local, ZoneInfo(zone)).astimezone(ZoneInfo(other)).replace(tzinfo=None)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"Factory", "localtime"}


def is_zone(name: str) -> bool:
    """Whether it is the name of a time zone (IANA)."""
    return name in _zones()


def rule_of(said: str) -> str:
    """A rule as it is kept; raises Invalid, with what to do, where it is none that an event can have."""
    rule = said.strip().upper().removeprefix("RRULE:")
    if len(rule) > _LONGEST_RULE:
        raise Invalid(f"recurrence: at most {_LONGEST_RULE} letters, please.")
    parts = _parts(rule)
    freq = parts.get("FREQ")
    if freq is None:
        raise Invalid("recurrence: say how often, as in FREQ=WEEKLY;BYDAY=TU (RFC 5545).")
    if unfit := _NOT_WITH.get(freq, set()) & parts.keys():
        raise Invalid(f"recurrence: {min(unfit)} does not go with FREQ={freq}; take MONTHLY or YEARLY.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise Invalid("recurrence: say COUNT or UNTIL, not both (RFC 5545).")
    if re.search(r"\d", parts.get("BYDAY", "")) and freq not in ("MONTHLY", "YEARLY"):
        raise Invalid(f"recurrence: in BYDAY, numbers do not go with FREQ={freq}.")
    if int(parts.get("INTERVAL", "1")) > _MOST_NUMBER:
        raise Invalid(f"recurrence: INTERVAL is at most {_MOST_NUMBER}.")
    if "UNTIL" in parts:
        _until(parts["UNTIL"])
    return rule


def dates(timing: Timing, after: datetime, before: datetime) -> list[datetime]:
    """The local times at which it begins within [after, before), both local; at most MOST_DATES, in order.

    Raises Invalid where the first date is none that the rule gives. About 10 µs a date, and never more than some 20 ms.
    """
    besides = {each for each in timing.added if after <= each < before}
    within = (each for each in _by_rule(timing, before) if after <= each and each not in timing.left_out)
    return sorted(besides - set(timing.left_out) | set(islice(within, MOST_DATES)))[:MOST_DATES]


def gives(timing: Timing, local: datetime) -> bool:
    """Whether it begins at this local time; Invalid as above."""
    if local in timing.left_out:
        return False
    return local in timing.added or any(each == local for each in _by_rule(timing, local + _INSTANT))


def is_over(timing: Timing, before: datetime) -> bool:
    """Whether no date follows that begins at or after this local time."""
    if any(each >= before for each in timing.added):
        return False
    return timing.recurrence is None or not any(each >= before for each in _every(timing))


def carried(was: Timing, timing: Timing) -> Timing:
    """What was added and left out, in a timing that says nothing of it: under the same rule it moves along.

    Under another rule it is over, as there is no saying what it would be.
    """
    if was.recurrence != timing.recurrence:
        return timing
    later = timing.starts_at - was.starts_at
    added, left_out = (tuple(each + later for each in of) for of in (was.added, was.left_out))
    return replace(timing, added=added, left_out=left_out)


def move_alike(was: Timing, timing: Timing) -> bool:
    """Whether all dates move by the same, so that the first of the one is the first of the other."""
    return carried(was, replace(timing, added=(), left_out=())) == timing


def _by_rule(timing: Timing, before: datetime) -> Iterator[datetime]:
    """The first date and those of the rule, until a local time."""
    if timing.recurrence is None:
        yield from _before(iter([timing.starts_at]), before)
        return
    every = _every(timing)
    first = next(every, None)
    if first != timing.starts_at:
        raise Invalid(
            f"recurrence: {timing.starts_at:%A, %d %B %Y} is not one of the dates that the rule gives. Begin on one "
            "that is."
        )
    yield from _before(chain([first], every), before)


def _every(timing: Timing) -> Iterator[datetime]:
    """All dates, in order.

    The library looks for a next one until the year 9999: for a rule that gives none any more that takes half a second.
    As calendars come round, this begins so late that not many years are left.
    """
    parts = _parts(timing.recurrence or "")
    until = parts.pop("UNTIL", None)
    start = timing.starts_at
    later = (9999 - start.year) // _ROUND * _ROUND
    rule = ";".join(f"{name}={said}" for name, said in parts.items())
    for each in rrulestr(rule, dtstart=start.replace(year=start.year + later)):
        local = each.replace(year=each.year - later)
        if until is not None and _is_after(local, until, timing.zone):
            return
        yield local


def _before(every: Iterator[datetime], end: datetime) -> Iterator[datetime]:
    for each in every:
        if each >= end:
            return
        yield each


def _is_after(local: datetime, until: str, zone: ZoneInfo) -> bool:
    last = _until(until)
    if len(until) == 8:
        return local.date() > last.date()
    return in_utc(local, zone) > last.replace(tzinfo=UTC) if until.endswith("Z") else local > last


def _until(said: str) -> datetime:
    try:
        return datetime.strptime(said.rstrip("Z"), "%Y%m%d" if len(said) == 8 else "%Y%m%dT%H%M%S")
    except ValueError:
        raise Invalid(f"recurrence: UNTIL={said} is no day of any calendar.") from None


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for each in rule.split(";"):
        name, _, said = each.partition("=")
        if name not in _PARTS:
            raise Invalid(f"recurrence: {name[:20]!r} is not understood; known are {', '.join(_PARTS)}.")
        if name in parts:
            raise Invalid(f"recurrence: {name} is said twice.")
        if not re.fullmatch(_PARTS[name], said, re.ASCII):
            raise Invalid(f"recurrence: {name}={said[:40]} cannot be read (RFC 5545, section 3.3.10).")
        parts[name] = said
    return parts
