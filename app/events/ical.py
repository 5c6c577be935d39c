"""Calendars as others read and write them (iCalendar, RFC 5545)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.errors import Invalid, Malformed
from app.events.queries import Dated
from app.events.recurrence import Timing, is_zone
from geo import GeoError, Position

MOST_EVENTS = 200
_PRODUCT = "-//Hereabouts//Events//EN"
_LONGEST_UID, _LONGEST_TITLE, _LONGEST_TEXT = 255, 120, 4000
_NOT_PRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: What would change a series in ways we do not keep.
_NOT_TAKEN = ("RECURRENCE-ID", "EXDATE", "RDATE", "EXRULE")


class Ics:
    """A calendar."""

    media_type = "text/calendar"


@dataclass(frozen=True, slots=True)
class Written:
    """An event as a calendar has it; where it is if it says so. Or why it cannot be taken."""

    uid: str
    title: str = ""
    text: str = ""
    timing: Timing | None = None
    position: Position | None = None
    refused: str | None = None


def calendar(name: str, home: str, dates: Iterable[Dated]) -> bytes:
    """A calendar of these dates, each an event of its own, by the clock of its own time zone.

    Every date is written out, so that no client need agree with us on how a rule is expanded.
    """
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    listed = list(dates)
    for each in listed:
        made.add_component(_event(each, home))
    if listed:
        first, last = min(each.starts_at for each in listed), max(each.ends_at for each in listed)
        years = timedelta(days=366)
        made.add_missing_timezones(first_date=(first - years).date(), last_date=(last + years).date())
    return bytes(made.to_ical())


def _event(dated: Dated, home: str) -> Event:
    zone = ZoneInfo(dated.time_zone)
    made = Event()
    made.add("uid", f"{dated.id}@hereabouts")
    made.add("dtstamp", dated.changed_at)
    made.add("dtstart", dated.starts_at.astimezone(zone))
    made.add("dtend", dated.ends_at.astimezone(zone))
    made.add("summary", dated.title)
    if dated.text:
        made.add("description", dated.text)
    made.add("geo", (dated.position.lat, dated.position.lon))
    made.add("url", f"{home}/v1/events/{dated.event_id}/dates/{dated.id}")
    made.add("sequence", dated.revision)
    made.add("status", _status(dated))
    if dated.topics:
        made.add("categories", list(dated.topics))
    return made


def _status(dated: Dated) -> str:
    if dated.cancelled:
        return "CANCELLED"
    waits = dated.mine is not None and not dated.mine.seated and dated.mine.reply != "not"
    return "TENTATIVE" if waits else "CONFIRMED"


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
    if taken := next((name for name in _NOT_TAKEN if name in component), None):
        return Written(uid, refused=f"{taken} is not understood; send each date as an event of its own.")
    title = _words(component.get("SUMMARY"), _LONGEST_TITLE)
    if len(title) < 2:
        return Written(uid, refused="It has no SUMMARY.")
    try:
        timing, position = _timing(component, time_zone), _position(component)
    except GeoError as error:
        return Written(uid, refused=f"GEO: {error}")
    # As above: a value that its parser could not read is looked at only here.
    except Exception:
        return Written(uid, refused="When it is cannot be read: DTSTART, DTEND or DURATION.")
    return Written(uid, title, _words(component.get("DESCRIPTION"), _LONGEST_TEXT), timing, position)


def _timing(component: Any, time_zone: str) -> Timing:
    starts, zone = _local(component.decoded("DTSTART"), time_zone)
    if "DTEND" in component:
        ends = _in(component.decoded("DTEND"), zone)
    elif "DURATION" in component:
        ends = starts + component.decoded("DURATION")
    else:
        whole_day = not isinstance(component.decoded("DTSTART"), datetime)
        ends = starts + (timedelta(days=1) if whole_day else timedelta(hours=1))
    rule = component.get("RRULE")
    recurrence = None if rule is None else rule.to_ical().decode()
    return Timing(starts, ends, zone, recurrence)


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
