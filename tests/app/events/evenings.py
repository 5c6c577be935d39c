"""Events of tests: this evening, by the clock of Madrid."""

from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from app import clock
from app.db import Database
from app.events import lasting
from tests.world import CAFE, Json, Someone, World, point

MADRID = "Europe/Madrid"


def local(ahead: timedelta = timedelta(hours=5), zone: str = MADRID) -> datetime:
    """So far ahead, by the clock on the wall."""
    return (clock.now() + ahead).astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def an_event(host: Someone, ahead: timedelta = timedelta(hours=5), **more: Any) -> Json:
    """An event of three hours around the café."""
    return host.posts("/events", evening(ahead, **more))


def evening(ahead: timedelta = timedelta(hours=5), **more: Any) -> Json:
    starts = local(ahead, more.get("time_zone", MADRID))
    body = {
        "title": "Night ride",
        "position": point(CAFE),
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=3)).isoformat(),
        "time_zone": MADRID,
    }
    return body | more


def dates_of(somebody: Someone, event: Json) -> list[Json]:
    return cast(list[Json], somebody.gets(f"/events/{event['id']}/dates?limit=100")["features"])


def first_date(somebody: Someone, event: Json) -> str:
    return f"/events/{event['id']}/dates/{dates_of(somebody, event)[0]['id']}"


def goes(somebody: Someone, date: str, seen_by: str = "nobody", reply: str = "going") -> Json:
    said = somebody.puts(f"{date}/reply", {"reply": reply, "seen_by": seen_by})
    return cast(Json, said["properties"])


def notices(somebody: Someone) -> list[tuple[str, str | None]]:
    return [(each["kind"], each["title"]) for each in somebody.gets("/me/notices")["items"]]


def goes_on(world: World) -> None:
    """Half a minute goes by: what begins begins, and what is over ends."""
    database: Database = world.client.application.extensions["hereabouts"].database
    with database.transaction() as session:
        lasting.keep_up(session, clock.now())
