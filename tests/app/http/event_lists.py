"""The lists of events: who reads them where, what adds to them, which way they go."""

from itertools import count

from tests.app.events.evenings import an_event, dates_of, first_date, goes, goes_on
from tests.app.http.lists import HOUR, List
from tests.world import World


def events_of_a_host(world: World) -> List:
    """Each a day after the one before."""
    ana, days = world.person("Ana"), count(1)

    def add() -> str:
        return str(dates_of(ana, an_event(ana, next(days) * 24 * HOUR))[0]["id"])

    return List(world.person(), f"/events?host={ana.handle}", add)


def dates_of_an_event(world: World) -> List:
    """The next of a series, one by one."""
    ana = world.person("Ana")
    event = an_event(ana, HOUR, recurrence="FREQ=DAILY;COUNT=1")
    made = count(1)

    def add() -> str:
        rule = {"recurrence": f"FREQ=DAILY;COUNT={next(made)}"}
        ana.asks("PATCH", f"/events/{event['id']}", rule)
        return str(dates_of(ana, event)[-1]["id"])

    return List(ana, f"/events/{event['id']}/dates", add)


def people_who_go(world: World) -> List:
    ana = world.person("Ana")
    date = first_date(ana, an_event(ana))

    def add() -> str:
        other = world.person()
        goes(other, date, "everyone")
        return other.id

    return List(ana, f"{date}/people", add)


def notices(world: World) -> List:
    ana, host, hours = world.person("Ana"), world.person("Host"), count(1)

    def add() -> str:
        event = an_event(host, next(hours) * HOUR)
        goes(ana, first_date(host, event))
        host.puts(f"/events/{event['id']}/cancellation")
        return str(ana.gets("/me/notices?limit=1")["items"][0]["id"])

    return List(ana, "/me/notices", add, newest_first=True)


def story(world: World) -> List:
    ana = world.person("Ana")
    date = first_date(ana, an_event(ana, -HOUR / 60))
    goes_on(world)
    return List(world.person(), f"{date}/story", lambda: ana.checks_in()["id"], newest_first=True)


EVENT_LISTS = {
    "events of a host": events_of_a_host,
    "dates of an event": dates_of_an_event,
    "people who go": people_who_go,
    "notices": notices,
    "story": story,
}
