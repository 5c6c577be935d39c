"""Series of tests, as calendars of others write them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.app.events.evenings import dates_of, local
from tests.world import CAFE, Json, Someone, point

MADRID = "Europe/Madrid"
EVER = timedelta(days=400)


def at(starts: datetime, days: float = 0, hours: float = 0) -> str:
    return f";TZID={MADRID}:{starts + timedelta(days=days, hours=hours):%Y%m%dT%H%M%S}"


def calendar(*events: str, uid: str = "series") -> str:
    lines = [f"BEGIN:VEVENT\r\nUID:{uid}\r\n{each}\r\nEND:VEVENT" for each in events]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])


def daily(starts: datetime, *more: str, title: str = "Yoga") -> str:
    rule = () if any(each.startswith("RRULE") for each in more) else ("RRULE:FREQ=DAILY;COUNT=5",)
    return "\r\n".join([f"SUMMARY:{title}", f"DTSTART{at(starts)}", "DURATION:PT2H", *rule, *more])


def takes(somebody: Someone, text: str) -> list[Json]:
    taken: list[Json] = somebody.posts("/events/import", {"calendar": text, "position": point(CAFE)})[
        "events"
    ]
    return taken


def outcomes(somebody: Someone, text: str) -> list[str]:
    return [each["outcome"] for each in takes(somebody, text)]


def shown(somebody: Someone, taken: list[Json]) -> list[tuple[str, str]]:
    """Title and time, to the minute by the clock of Madrid, of the dates that stand."""
    found = dates_of(somebody, {"id": taken[0]["event_id"]})
    return [
        (each["properties"]["title"], wall(each["properties"]["starts_at"]))
        for each in found
        if not each["properties"]["cancelled"]
    ]


def wall(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(MADRID)):%m-%d %H:%M}"


def on(starts: datetime, *days: float, hours: float = 0) -> list[str]:
    return [f"{starts + timedelta(days=each, hours=hours):%m-%d %H:%M}" for each in days]


def begins() -> datetime:
    """In two days, on the hour."""
    return local(timedelta(days=2)).replace(minute=0, second=0)
