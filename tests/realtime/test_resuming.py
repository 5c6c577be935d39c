"""What is read from the tables for a socket that comes back: exactly what it missed, or an honest "too much"."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.checkins import removals
from app.checkins.models import Removal
from app.checkins.signals import CheckInRemoved
from app.http.calls import House
from geo import Circle, destination
from realtime import resuming
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from tests.realtime.listening import connected
from tests.world import CAFE, FAR_AWAY, Someone, World, eventually

#: So many were made since the cursor's horizon.
MADE = 12
AROUND = Circle(CAFE, 500)
Read = Callable[[Heard], list[UUID] | None]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "MOST_MISSED", 5)


@pytest.fixture
def bob(world: World) -> Someone:
    """Who listens."""
    return world.person("Bob")


@pytest.fixture
def read(app: Flask, world: World, fanout: Fanout, bob: Someone) -> Read:
    """What a stranger who watches one topic missed, of a world in which nobody else speaks of it."""
    house: House = app.extensions["hereabouts"]
    topics = frozenset(app.extensions["hereabouts.topics"].ids([world.topic()]))
    listener, _ = connected(app, fanout, bob)

    def read(since: Heard) -> list[UUID] | None:
        with house.database.reading() as session:
            found = resuming.missed(session, listener, Watch(AROUND, topics), since, clock.now())
        return None if found is None else [each.id for each in found]

    return read


def made(world: World, count: int = MADE) -> list[UUID]:
    ana = world.person("Ana")
    return [UUID(ana.checks_in(CAFE, topics=[world.topic()])["id"]) for _ in range(count)]


@pytest.mark.parametrize("missed", [0, 1, 3, 5])
def test_what_was_missed_of_a_busy_minute_comes_in_order(world: World, read: Read, missed: int) -> None:
    since = Heard.since(clock.now())
    ids = made(world)
    since.hear(ids[-1 - missed])
    assert read(since) == ids[MADE - missed :]


def test_more_than_can_be_told_is_said_to_be_too_much(world: World, read: Read) -> None:
    since = Heard.since(clock.now())
    ids = made(world)
    since.hear(ids[-1 - 6])
    assert read(since) is None


def test_a_minute_too_busy_to_be_looked_through_is_said_to_be_too_much(
    world: World, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "MOST_PAGES", 2)
    since = Heard.since(clock.now())
    ids = made(world)
    since.hear(ids[-1])
    assert read(since) is None


def test_removals_are_among_what_was_missed_and_count(world: World, read: Read) -> None:
    ana = world.person("Ana")
    mine = [ana.checks_in(CAFE, topics=[world.topic()])["id"] for _ in range(5)]
    since = Heard.since(clock.now())
    for each in mine[:4]:
        ana.deletes(f"/check-ins/{each}")
    (late,) = made(world, 1)
    found = read(since)
    assert found is not None
    assert len(found) == 5
    assert found[-1] == late
    ana.deletes(f"/check-ins/{mine[4]}")
    assert read(since) is None


def test_after_a_day_nobody_knows_what_was_taken_back(world: World, read: Read, app: Flask) -> None:
    """Where something was that its author took back is kept no longer than it takes to tell those who were away."""
    ana, since = world.person("Ana"), Heard.since(clock.now() - timedelta(minutes=1))
    ana.deletes(f"/check-ins/{ana.checks_in(CAFE, topics=[world.topic()])['id']}")
    database = app.extensions["hereabouts"].database

    def swept() -> int:
        with database.transaction() as session:
            removals.forget_old(session, clock.now())
            return session.scalar(select(func.count()).select_from(Removal)) or 0

    with clock.travelling(removals.KEPT - timedelta(minutes=5)):
        assert swept() > 0
        told = read(since)
        assert told is not None
        assert len(told) == 1
    with clock.travelling(removals.KEPT + timedelta(minutes=5)):
        assert swept() == 0
        assert read(since) is None


@pytest.mark.parametrize("exactness", ["exact", "street"])
def test_what_came_live_by_another_watch_does_not_come_again(
    app: Flask, world: World, fanout: Fanout, bob: Someone, exactness: str
) -> None:
    house: House = app.extensions["hereabouts"]
    ana, since = world.person("Ana"), Heard.since(clock.now())
    listener, outbox = connected(app, fanout, bob)
    before = UUID(ana.checks_in(CAFE, exactness=exactness)["id"])
    fanout.roster.watch(listener, "open", Watch(Circle(CAFE, 2_000)), fanout.heard.copy())
    live = ana.checks_in(CAFE, exactness=exactness)["id"]
    eventually(lambda: live in [each["id"] for each in outbox.told("check_in")])

    def told(watch: Watch) -> list[UUID]:
        with house.database.reading() as session:
            return [each.id for each in resuming.missed(session, listener, watch, since, clock.now()) or ()]

    assert told(Watch(Circle(CAFE, 1_000))) == [before]
    fanout.roster.unwatch(listener, "open")
    assert told(Watch(Circle(CAFE, 1_000))) == [before, UUID(live)]


@pytest.mark.parametrize("who", ["the listener", "the other"])
def test_whoever_is_apart_from_somebody_since_begins_anew(
    world: World, read: Read, bob: Someone, who: str
) -> None:
    """What it shows of the other came before, and no message of the stream takes it back."""
    other, since = world.person("Ana"), Heard.since(clock.now())
    assert read(since) == []
    one, another = (bob, other) if who == "the listener" else (other, bob)
    one.blocks(another)
    assert read(since) is None
    assert read(Heard.since(clock.now())) == []


@pytest.mark.parametrize("becomes", ["taken back", "less exact"])
def test_what_was_taken_back_is_told_to_all_who_watch_its_city(
    app: Flask, world: World, fanout: Fanout, bob: Someone, becomes: str
) -> None:
    """By anything smaller those who come later would find out where it had been."""
    house: House = app.extensions["hereabouts"]
    square = UUID(world.location(CAFE, "the square", degrees=0.001)["id"])
    ana, since = world.person("Ana"), Heard.since(clock.now())
    made = UUID(ana.checks_in(CAFE)["id"])
    if becomes == "taken back":
        ana.deletes(f"/check-ins/{made}")
    else:
        ana.agrees(
            {
                "terms": [
                    {"purpose": each, "who": {"group": "everyone"}, "exactness": "street"}
                    for each in ("nearby", "feed")
                ]
            }
        )
    listener, _ = connected(app, fanout, bob)

    def told(watch: Watch) -> list[UUID]:
        with house.database.reading() as session:
            missed = resuming.missed(session, listener, watch, since, clock.now())
        return [each.what.check_in_id for each in missed or () if isinstance(each.what, CheckInRemoved)]

    for watch in (
        Watch(Circle(CAFE, 100)),
        Watch(Circle(destination(CAFE, 90, 600), 50)),
        Watch(communities=frozenset({square})),
    ):
        assert told(watch) == [made]
    assert told(Watch(Circle(FAR_AWAY, 100))) == []
    assert told(Watch(communities=frozenset({UUID(world.location(FAR_AWAY)["id"])}))) == []
