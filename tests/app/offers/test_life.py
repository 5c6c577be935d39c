"""The life of an offer: a draft, published, paused and ended; and its hours of the week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app import clock
from app.offers.matcher import Matcher
from app.offers.rules import Life, State
from tests.app.search.finding import finds, take_in
from tests.world import CAFE, NEAR_CAFE, Json, Someone, World, eventually, square

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def life(**more: datetime | None) -> Life:
    said = {
        "published_at": NOON,
        "paused_at": None,
        "withdrawn_at": None,
        "starts_at": NOON,
        "ends_at": NOON + HOUR,
    }
    return Life(**said | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offer", "after", "state"),
    [
        (life(), timedelta(), State.LIVE),
        (life(), -timedelta(microseconds=1), State.SCHEDULED),
        (life(), HOUR - timedelta(microseconds=1), State.LIVE),
        (life(), HOUR, State.ENDED),
        (life(paused_at=NOON), timedelta(), State.PAUSED),
        (life(paused_at=NOON), -HOUR, State.PAUSED),
        (life(paused_at=NOON), HOUR, State.ENDED),
        (life(withdrawn_at=NOON, paused_at=NOON), timedelta(), State.ENDED),
        (life(published_at=None), timedelta(), State.DRAFT),
        (life(published_at=None), HOUR, State.DRAFT),
    ],
)
def test_how_an_offer_stands(offer: Life, after: timedelta, state: State) -> None:
    assert offer.at(NOON + after) is state


def wanted(world: World, **more: object) -> Json:
    """What an offer for the next hour is to be."""
    ends_at = (clock.now() + HOUR).isoformat()
    about = {"title": "A free coffee", "topics": [world.shared()], "area": square(CAFE), "ends_at": ends_at}
    return {**about, "hold_out": 0, **more}


def regular(world: World, topic: str, name: str = "Ana") -> Someone:
    """Someone whom an offer with the topic may reach."""
    person = world.person(name)
    person.joins(world.community(topics=[topic]))
    person.welcomes_offers()
    return person


def test_a_draft_is_its_staffs_alone_and_reaches_nobody_before_it_is_published(world: World) -> None:
    topic = world.topic()
    draft = world.offer([topic], draft=True)
    ana = regular(world, topic)
    ana.checks_in(NEAR_CAFE)
    assert draft["properties"]["state"] == "draft"
    assert ana.is_refused("GET", f"/offers/{draft['id']}")["status"] == 404
    assert world.client.get(f"/v1/offers/{draft['id']}").status_code == 404
    for method, path in (("PUT", "/publication"), ("PUT", "/pause"), ("DELETE", "")):
        assert ana.is_refused(method, f"/offers/{draft['id']}{path}")["status"] == 404
    world.founder.puts(f"/offers/{draft['id']}/publication")
    eventually(lambda: ana.inbox)
    assert ana.gets(f"/offers/{draft['id']}")["properties"]["state"] == "live"


def test_a_draft_is_changed_as_a_whole_and_what_was_published_never(world: World) -> None:
    topic, other = world.topic(), world.shared("interest:tea")
    draft = world.offer([topic], draft=True, quantity=5)
    anew = wanted(world, title="A free tea", topics=[other])
    changed = world.founder.puts(f"/offers/{draft['id']}", anew)["properties"]
    assert (changed["title"], changed["topics"], changed["quantity"]) == ("A free tea", [other], None)
    world.founder.puts(f"/offers/{draft['id']}/publication")
    assert world.founder.is_refused("PUT", f"/offers/{draft['id']}", anew)["type"].endswith("not-open")


def test_a_draft_that_is_ended_is_gone(world: World) -> None:
    draft = world.offer([world.topic()], draft=True)
    world.founder.deletes(f"/offers/{draft['id']}")
    assert world.founder.is_refused("GET", f"/offers/{draft['id']}")["status"] == 404


def test_a_draft_published_late_starts_then_and_one_whose_end_is_over_not_at_all(world: World) -> None:
    draft, late = (world.offer([world.topic()], draft=True) for _ in range(2))
    with clock.travelling(timedelta(hours=3)):
        shown = world.founder.puts(f"/offers/{draft['id']}/publication")["properties"]
        assert datetime.fromisoformat(shown["starts_at"]) > clock.now() - timedelta(minutes=1)
    with clock.travelling(timedelta(days=2)):
        refused = world.founder.is_refused("PUT", f"/offers/{late['id']}/publication")
        assert "never reach anyone" in refused["detail"]


def test_while_it_is_paused_it_reaches_nobody_more_and_whoever_has_it_keeps_it(world: World) -> None:
    topic = world.topic()
    offer = world.offer([topic])
    ana = regular(world, topic)
    ana.checks_in(NEAR_CAFE)
    eventually(lambda: ana.inbox)
    assert world.founder.puts(f"/offers/{offer['id']}/pause")["properties"]["state"] == "paused"
    another = world.topic("interest:tea")
    bob, eve = regular(world, topic, "Bob"), regular(world, another, "Eve")
    world.offer([another])
    bob.checks_in(NEAR_CAFE)
    eve.checks_in(NEAR_CAFE)
    # The matcher takes people in the order they moved: when it has reached Eve it has judged Bob.
    eventually(lambda: eve.inbox)
    assert bob.inbox == []
    assert len(ana.inbox) == 1
    world.founder.deletes(f"/offers/{offer['id']}/pause")
    eventually(lambda: bob.inbox)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_has_ended_is_neither_paused_nor_resumed(world: World, method: str) -> None:
    offer = world.offer([world.topic()])
    world.founder.deletes(f"/offers/{offer['id']}")
    assert world.founder.is_refused(method, f"/offers/{offer['id']}/pause")["type"].endswith("not-open")


def test_only_staff_publish_pause_and_see_all(world: World) -> None:
    offer = world.offer([world.topic()])
    eve = world.person("Eve")
    business = offer["properties"]["business_id"]
    for method, path in (
        ("PUT", f"/offers/{offer['id']}/publication"),
        ("PUT", f"/offers/{offer['id']}/pause"),
        ("DELETE", f"/offers/{offer['id']}/pause"),
        ("GET", f"/businesses/{business}/offers"),
    ):
        assert eve.is_refused(method, path)["status"] == 403


def test_staff_read_all_offers_of_their_business_newest_first(world: World) -> None:
    business = world.business()["id"]
    made = [
        world.founder.posts(f"/businesses/{business}/offers", wanted(world, draft=draft))
        for draft in (False, True, False)
    ]
    world.founder.deletes(f"/offers/{made[0]['id']}")
    first = world.founder.gets(f"/businesses/{business}/offers?limit=3")["features"]
    assert [each["id"] for each in first] == [each["id"] for each in reversed(made)]
    assert [each["properties"]["state"] for each in first] == ["live", "draft", "ended"]


def hours_around(now: datetime, zone: str, ahead: timedelta) -> Json:
    """An hour's span that begins so much after now, by the clock of a time zone."""
    local = (now + ahead).astimezone(ZoneInfo(zone))
    until = local + HOUR
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return {"days": [days[local.weekday()]], "since": f"{local:%H:%M}", "until": f"{until:%H:%M}"}


def where_it_is_noon(now: datetime) -> str:
    """A time zone in which no day ends soon. West of Greenwich is plus, in names of this kind."""
    return f"Etc/GMT{now.hour - 12:+d}" if now.hour != 12 else "Etc/GMT"


def test_it_reaches_people_in_its_hours_alone_also_those_who_are_there_already(
    world: World, app: Flask
) -> None:
    topic = world.topic()
    zone = where_it_is_noon(clock.now())
    week = clock.now() + timedelta(days=14)
    hours = hours_around(clock.now(), zone, timedelta(minutes=30))
    offer = world.offer([topic], hours=[hours], time_zone=zone, ends_at=week.isoformat())
    assert offer["properties"]["hours"] == [hours]
    ana = regular(world, topic)
    ana.checks_in(NEAR_CAFE)
    matcher: Matcher = app.extensions["hereabouts.matcher"]
    with clock.travelling(timedelta(minutes=20)):
        matcher.look()
        ana.checks_in(NEAR_CAFE)
        other = regular(world, topic, "Bob")
        assert ana.inbox == other.inbox == []
    with clock.travelling(timedelta(minutes=40)):
        matcher.look()
        eventually(lambda: ana.inbox)


def is_refused(world: World, **more: object) -> Json:
    path = f"/businesses/{world.business()['id']}/offers"
    return world.founder.is_refused("POST", path, wanted(world, **more))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"hours": [{"since": "09:00", "until": "10:00"}]}, "belong together"),
        ({"time_zone": "Europe/Madrid"}, "belong together"),
        ({"hours": [{"since": "09:00", "until": "10:00"}], "time_zone": "Mars/Olympus"}, "IANA"),
        ({"hours": [{"since": "25:00", "until": "10:00"}], "time_zone": "UTC"}, "hours"),
    ],
)
def test_hours_that_are_none_are_refused(world: World, more: Json, says: str) -> None:
    refused = is_refused(world, **more)
    assert refused["status"] == 422
    assert says in str(refused)


def test_hours_that_never_come_are_refused_by_the_clock_they_are_meant_by(world: World) -> None:
    zone = "Asia/Tokyo"
    hours = [hours_around(clock.now(), zone, timedelta(hours=2))]
    refused = is_refused(world, hours=hours, time_zone=zone)
    assert "never reach anyone" in refused["detail"]
    assert zone in refused["detail"]


def test_what_answers_a_wish_is_no_draft(world: World) -> None:
    refused = is_refused(world, wish_id="00000000-0000-7000-8000-000000000001", draft=True)
    assert "published at once" in refused["detail"]


def test_search_finds_a_draft_once_it_is_published_and_nothing_that_is_paused(
    world: World, app: Flask
) -> None:
    draft = world.offer([world.topic()], title="Glockenspiel", draft=True)
    take_in(app)
    ana = world.person("Ana")
    assert finds(ana, "Glockenspiel") == []
    world.founder.puts(f"/offers/{draft['id']}/publication")
    assert finds(ana, "Glockenspiel") == ["Glockenspiel"]
    world.founder.puts(f"/offers/{draft['id']}/pause")
    assert finds(ana, "Glockenspiel") == []
