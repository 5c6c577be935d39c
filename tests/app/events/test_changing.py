"""Changing and cancelling: who may, what moves along, and who is told."""

from datetime import datetime, timedelta

from app import clock
from tests.app.events.evenings import an_event, dates_of, evening, first_date, goes, local, notices
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, point


def changes(host: Someone, event: Json, **what: object) -> Json:
    answer = host.asks("PATCH", f"/events/{event['id']}", what)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    changed: Json = answer.get_json(force=True)
    return changed


def test_who_goes_is_told_of_another_time_and_goes_still(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host)
    date = first_date(host, event)
    goes(ana, date)
    starts = local(timedelta(hours=6))
    changes(host, event, starts_at=starts.isoformat(), ends_at=(starts + timedelta(hours=1)).isoformat())
    moved = ana.gets(date)["properties"]
    assert moved["mine"]["reply"] == "going"
    assert datetime.fromisoformat(moved["ends_at"]) - datetime.fromisoformat(moved["starts_at"]) == timedelta(
        hours=1
    )
    assert notices(ana) == [("changed", "Night ride")]


def test_another_word_is_no_notice(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host, text="Bring lights")
    goes(ana, first_date(host, event))
    changed = changes(host, event, title="Late ride")["properties"]
    assert (changed["title"], changed["text"], changed["revision"]) == ("Late ride", "Bring lights", 1)
    changes(host, event, position=point(CAFE))
    assert notices(ana) == []


def test_every_date_of_a_series_moves_with_it(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host, timedelta(days=1), recurrence="FREQ=WEEKLY;COUNT=3")
    before = dates_of(host, event)
    goes(ana, f"/events/{event['id']}/dates/{before[1]['id']}")
    starts = local(timedelta(days=2))
    changes(host, event, starts_at=starts.isoformat(), ends_at=(starts + timedelta(hours=2)).isoformat())
    after = dates_of(host, event)
    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert [each["properties"]["mine"] is not None for each in dates_of(ana, event)] == [False, True, False]
    assert notices(ana) == [("changed", "Night ride")]


def test_a_date_that_is_no_more_is_cancelled_for_who_goes(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host, timedelta(days=1), recurrence="FREQ=DAILY;COUNT=4")
    dates = dates_of(host, event)
    goes(ana, f"/events/{event['id']}/dates/{dates[3]['id']}")
    changes(host, event, recurrence="FREQ=DAILY;COUNT=2")
    left = dates_of(host, event)
    assert [each["id"] for each in left] == [dates[0]["id"], dates[1]["id"], dates[3]["id"]]
    assert [each["properties"]["cancelled"] for each in left] == [False, False, True]
    assert notices(ana) == [("cancelled", "Night ride")]


def test_a_cancelled_date_stays_cancelled_and_the_others_stay(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host, timedelta(days=1), recurrence="FREQ=DAILY;COUNT=3")
    second = dates_of(host, event)[1]["id"]
    goes(ana, f"/events/{event['id']}/dates/{second}")
    for _ in range(2):
        host.puts(f"/events/{event['id']}/dates/{second}/cancellation")
    assert [each["properties"]["cancelled"] for each in dates_of(host, event)] == [False, True, False]
    assert notices(ana) == [("cancelled", "Night ride")]
    changes(host, event, recurrence="FREQ=DAILY;COUNT=5")
    assert [each["properties"]["cancelled"] for each in dates_of(host, event)].count(True) == 1
    assert len(dates_of(host, event)) == 5


def test_a_cancelled_event_tells_all_who_go_once(world: World) -> None:
    host, ana, bob = world.person("Host"), world.person("Ana"), world.person("Bob")
    event = an_event(host)
    goes(ana, first_date(host, event))
    goes(bob, first_date(host, event), reply="interested")
    for _ in range(2):
        assert host.puts(f"/events/{event['id']}/cancellation")["properties"]["cancelled"]
    assert (notices(ana), notices(bob)) == ([("cancelled", "Night ride")], [])
    assert host.is_refused("PATCH", f"/events/{event['id']}", {"title": "Again"})["type"].endswith("over")


def test_nobody_else_changes_or_cancels_it(world: World) -> None:
    host, ana, riders = world.person("Host"), world.person("Ana"), world.community()
    event = an_event(host)
    host.joins(riders)
    ana.joins(riders)
    theirs = host.posts("/events", evening(community_id=riders["id"]))
    date = first_date(host, event)
    for each in (f"/events/{event['id']}", f"/events/{theirs['id']}"):
        assert ana.is_refused("PATCH", each, {"title": "Mine"})["type"].endswith("not-allowed")
        assert ana.is_refused("PUT", f"{each}/cancellation")["type"].endswith("not-allowed")
    assert ana.is_refused("PUT", f"{date}/cancellation")["type"].endswith("not-allowed")
    assert host.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    changes(ana, theirs, title="Whoever belongs may, as nobody else is left")


def test_what_has_begun_stays_where_it_was(world: World) -> None:
    host = world.person("Host")
    event = an_event(host, timedelta(minutes=1), recurrence="FREQ=DAILY;COUNT=2")
    with clock.travelling(timedelta(hours=1)):
        changes(host, event, position=point(FAR_AWAY))
        places = [each["geometry"]["coordinates"] for each in dates_of(host, event)]
    assert places == [[CAFE.lon, CAFE.lat], [FAR_AWAY.lon, FAR_AWAY.lat]]


def test_a_single_date_that_has_begun_keeps_its_time(world: World) -> None:
    host = world.person("Host")
    event = an_event(host, timedelta(minutes=1))
    starts = local(timedelta(days=1))
    said = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    with clock.travelling(timedelta(hours=1)):
        assert host.is_refused("PATCH", f"/events/{event['id']}", said)["type"].endswith("over")


def test_who_goes_keeps_their_day_when_a_series_moves_of_which_a_date_was_cancelled(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host, timedelta(days=1), recurrence="FREQ=DAILY;COUNT=4")
    _, second, third, _ = dates_of(host, event)
    goes(ana, f"/events/{event['id']}/dates/{third['id']}")
    host.puts(f"/events/{event['id']}/dates/{second['id']}/cancellation")
    said = {
        each: datetime.fromisoformat(event["properties"][each]) + timedelta(hours=1)
        for each in ("starts_at", "ends_at")
    }
    changes(host, event, **{name: each.isoformat() for name, each in said.items()})
    now = ana.gets(f"/events/{event['id']}/dates/{third['id']}")["properties"]["starts_at"]
    was = datetime.fromisoformat(third["properties"]["starts_at"])
    assert datetime.fromisoformat(now) == was + timedelta(hours=1)
    assert [each["properties"]["cancelled"] for each in dates_of(host, event)] == [False, True, False, False]
