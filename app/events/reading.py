"""Calendars as others write them (iCalendar, RFC 5545): each event, or changed date of a series, by itself."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from app.errors import Invalid, Malformed
from app.events.recurrence import MOST_DATES, Timing, is_zone, rule_of
from geo import GeoError, Position

MOST_EVENTS = 200
_LONGEST_UID, _LONGEST_TITLE, _LONGEST_TEXT = 255, 120, 4000
_MOST_SEQUENCE = 2**31 - 1
_NOT_PRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Beyond these nothing is that people go to, and there would be no room to count from.
_FIRST, _LAST = 1900, 3000


@dataclass(frozen=True, slots=True)
class Written:
    """An event as a calendar has it; where it is if it says so. Or why it cannot be taken."""

    uid: str
    title: str = ""
    text: str = ""
    timing: Timing | None = None
    position: Position | None = None
    refused: str | None = None
    #: Which revision it is (SEQUENCE).
    sequence: int = 0
    cancelled: bool = False
    #: Whether it is of one date of a series; and when that would begin (RECURRENCE-ID), by the clock of which zone.
    #: A day alone stands for the time of that day at which the series begins.
    of_one_date: bool = False
    was: date | None = None
    was_in: str = ""


class _CannotTake(Exception):
    """Understood, but nothing an event here can have; the message says what to do."""


def events_in(text: str, time_zone: str) -> list[Written]:
    """The events of a calendar, in order; by this time zone where it names none. Malformed, or Invalid for too many."""
    try:
        components = [
            each for found in Calendar.from_ical(text, multiple=True) for each in found.walk("VEVENT")
        ]
    # The library raises whatever its parsers come upon; none of it is more than that this is no calendar.
    except Exception as error:
        raise Malformed(
            "This is no iCalendar (RFC 5545). Export it again, and send the whole file."
        ) from error
    if len(components) > MOST_EVENTS:
        raise Invalid(f"calendar: {len(components)} events are too many at once; send at most {MOST_EVENTS}.")
    return [_read(each, time_zone) for each in components]


def _read(component: Any, time_zone: str) -> Written:
    uid = _words(component.get("UID"), _LONGEST_UID)
    if not uid:
        return Written("", refused="It has no UID, by which it would be known again.")
    written = Written(
        uid,
        sequence=_sequence(component),
        cancelled=_is_cancelled(component),
        of_one_date="RECURRENCE-ID" in component,
    )
    why = "When it is cannot be read: DTSTART, DTEND or DURATION, EXDATE or RDATE."
    try:
        return _filled_in(component, time_zone, _of_which_date(component, time_zone, written))
    except _CannotTake as error:
        why = str(error)
    except Invalid as error:
        why = error.detail
    except GeoError as error:
        why = f"GEO: {error}"
    # The library parses a value only where it is looked at, and raises whatever it comes upon.
    except Exception:
        pass
    return replace(written, refused=why)


def _filled_in(component: Any, time_zone: str, written: Written) -> Written:
    """With what is said of it; where it is cancelled nothing else counts."""
    if written.cancelled:
        return written
    title = _words(component.get("SUMMARY"), _LONGEST_TITLE)
    if not written.of_one_date and len(title) < 2:
        raise _CannotTake("It has no SUMMARY.")
    return replace(
        written,
        title=title,
        text=_words(component.get("DESCRIPTION"), _LONGEST_TEXT),
        timing=_timing(component, time_zone) if not written.of_one_date or "DTSTART" in component else None,
        position=_position(component),
    )


def _sequence(component: Any) -> int:
    try:
        return min(max(int(component.get("SEQUENCE", 0)), 0), _MOST_SEQUENCE)
    except (TypeError, ValueError):
        return 0


def _is_cancelled(component: Any) -> bool:
    return str(component.get("STATUS", "")).strip().upper() == "CANCELLED"


def _of_which_date(component: Any, time_zone: str, written: Written) -> Written:
    if not written.of_one_date:
        return written
    if "RANGE" in component["RECURRENCE-ID"].params:
        raise _CannotTake(
            "RECURRENCE-ID with RANGE=THISANDFUTURE is not understood. End the series before that date (UNTIL), and "
            "send what follows as an event of its own."
        )
    said = component.decoded("RECURRENCE-ID")
    _check_year("RECURRENCE-ID", said)
    if not isinstance(said, datetime):
        return replace(written, was=said, was_in=time_zone)
    local, zone = _local(said, time_zone)
    return replace(written, was=local, was_in=zone)


def _timing(component: Any, time_zone: str) -> Timing:
    starts, zone = _local(component.decoded("DTSTART"), time_zone)
    if "DTEND" in component:
        ends = _in(component.decoded("DTEND"), zone)
    elif "DURATION" in component:
        ends = starts + component.decoded("DURATION")
    else:
        whole_day = not isinstance(component.decoded("DTSTART"), datetime)
        ends = starts + (timedelta(days=1) if whole_day else timedelta(hours=1))
    _check_year("DTSTART", starts)
    _check_year("DTEND", ends)
    once = Timing(starts, ends, zone)
    return once if "RECURRENCE-ID" in component else _series(component, once)


def _check_year(name: str, said: date) -> None:
    if not _FIRST <= said.year < _LAST:
        raise _CannotTake(f"{name} is before {_FIRST} or after {_LAST - 1}.")


def _series(component: Any, first: Timing) -> Timing:
    if "EXRULE" in component:
        raise _CannotTake("EXRULE is no longer part of iCalendar; leave dates out by EXDATE.")
    rule = component.get("RRULE")
    if isinstance(rule, list):
        raise _CannotTake("It has more than one RRULE; send an event for each.")
    return replace(
        first,
        recurrence=None if rule is None else rule_of(rule.to_ical().decode()),
        added=tuple(each for each in _times(component, "RDATE", first) if each != first.starts_at),
        left_out=_times(component, "EXDATE", first),
    )


def _times(component: Any, name: str, first: Timing) -> tuple[datetime, ...]:
    """By the clock of the series, in order, each once."""
    said = component.get(name, [])
    lists = said if isinstance(said, list) else [said]
    times = sorted({_one_of(each.dt, name, first) for listed in lists for each in listed.dts})
    if len(times) > MOST_DATES:
        raise _CannotTake(f"{name} has {len(times)} dates; at most {MOST_DATES}, please.")
    for each in times:
        _check_year(name, each)
    return tuple(times)


def _one_of(said: Any, name: str, first: Timing) -> datetime:
    """A day alone stands for its time of day at which the series begins."""
    if isinstance(said, tuple):
        starts, ends = said[0], said[1] if isinstance(said[1], datetime) else said[0] + said[1]
        if ends - starts != first.ends_at - first.starts_at:
            raise _CannotTake(
                f"{name} has a date of another length than the series; say so by a RECURRENCE-ID for that date."
            )
        said = starts
    if not isinstance(said, datetime):
        return datetime.combine(said, first.starts_at.time())
    return _in(said, first.time_zone)


def _local(said: date, time_zone: str) -> tuple[datetime, str]:
    """By the clock on the wall, and of which zone."""
    zone = _name_of(said.tzinfo) if isinstance(said, datetime) and said.tzinfo else time_zone
    zone = zone or time_zone
    return _in(said, zone), zone


def _in(said: date, zone: str) -> datetime:
    if not isinstance(said, datetime):
        return datetime(said.year, said.month, said.day)
    local = said.astimezone(ZoneInfo(zone)) if said.tzinfo else said
    return local.replace(tzinfo=None, microsecond=0)


def _name_of(zone: tzinfo | None) -> str | None:
    """What IANA calls it; None for one that a calendar describes by itself."""
    name = "UTC" if zone is UTC else str(getattr(zone, "key", ""))
    return name if is_zone(name) else None


def _position(component: Any) -> Position | None:
    geo = component.get("GEO")
    return None if geo is None else Position(float(geo.latitude), float(geo.longitude))


def _words(said: Any, most: int) -> str:
    return _NOT_PRINTABLE.sub("", str(said or "")).strip()[:most].strip()
