"""Calendars as others read them (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.events.queries import Dated

_PRODUCT = "-//Hereabouts//Events//EN"


class Ics:
    """A calendar."""

    media_type = "text/calendar"


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
    made.add("url", f"{home}/#event//{dated.event_id}/{dated.id}")
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
