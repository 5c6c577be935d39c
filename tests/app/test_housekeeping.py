"""Housekeeping: what is swept and made by itself, by one process at a time, and when readiness fails for it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import gevent
import pytest
from gevent import Greenlet
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.housekeeping import Chore, Housekeeping
from app.presence.signals import Faded
from tests.app.rows import rows_in
from tests.world import CAFE, World, point

HOUR = timedelta(hours=1)


@pytest.fixture
def keeping(database: Database) -> Housekeeping:
    """The chores, none of them begun."""
    return Housekeeping(database)


def chore(keeping: Housekeeping, name: str) -> Chore:
    return next(each for each in keeping.chores if each.name == name)


def count(database: Database, table: str) -> int:
    with database.reading() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.fixture
def faded(database: Database) -> Iterator[list[Faded]]:
    """Which communities were told to have fewer people."""
    heard: list[Faded] = []
    listener = heard.extend
    database.signals.listen(Faded, listener)
    yield heard
    database.signals._listeners[Faded].remove(listener)


def test_expired_presences_are_swept_and_those_who_watch_are_told(
    database: Database, keeping: Housekeeping, world: World, faded: list[Faded]
) -> None:
    stays, goes = world.location(CAFE, "stays"), world.location(CAFE, "goes", degrees=0.002)
    long_ago = (clock.now() - 1.5 * HOUR).isoformat()
    world.person("Ana").checks_in(CAFE, fixed_at=long_ago)
    world.person("Bob").checks_in(CAFE, accuracy_m=500)
    keeping.do(chore(keeping, "presence"))
    assert (count(database, "location_memberships"), faded) == (3, [])
    with clock.travelling(HOUR):
        keeping.do(chore(keeping, "presence"))
    assert count(database, "location_memberships") == 1
    (told,) = faded
    assert {str(each) for each in told.community_ids} == {stays["id"], goes["id"]}


def test_who_stays_without_a_word_is_counted_as_long_as_said_and_those_who_watch_are_told(
    database: Database, keeping: Housekeeping, world: World, faded: list[Faded]
) -> None:
    square, ana = world.location(CAFE, "stays on", degrees=0.002), world.person("Ana")
    ana.checks_in(CAFE, accuracy_m=5)
    with clock.travelling(1.5 * HOUR):
        ana.moves(CAFE, accuracy_m=5)
        keeping.do(chore(keeping, "presence"))
        assert square["id"] not in {str(each) for told in faded for each in told.community_ids}
    with clock.travelling(2.5 * HOUR):
        keeping.do(chore(keeping, "presence"))
        assert "stays on" in ana.is_part_of
    assert square["id"] in {str(each) for told in faded for each in told.community_ids}


def test_a_position_is_forgotten_a_day_after_it_says_nothing_any_more(
    database: Database, keeping: Housekeeping, world: World
) -> None:
    ana = world.person("Ana")
    ana.moves(CAFE)
    for later, left in ((timedelta(), 1), (25 * HOUR, 1), (27 * HOUR, 0)):
        with clock.travelling(later):
            keeping.do(chore(keeping, "positions"))
        assert count(database, f"presences WHERE person_id = '{ana.id}'") == left
    with clock.travelling(27 * HOUR):
        ana.moves(CAFE)
        assert ana.presence["position"] == point(CAFE)


def test_keys_are_forgotten_after_a_day(database: Database, keeping: Housekeeping, world: World) -> None:
    world.person("Ana").checks_in(CAFE, key="k1")
    world.founder.posts("/places", {"name": "A café", "position": point(CAFE)}, Idempotency_Key="k2")
    for later, left in ((timedelta(), 2), (23 * HOUR, 2), (25 * HOUR, 0)):
        with clock.travelling(later):
            keeping.do(chore(keeping, "idempotency keys"))
        assert count(database, "idempotency_keys") == left


def test_next_months_partitions_are_made_in_time(database: Database, keeping: Housekeeping) -> None:
    with clock.travelling(timedelta(days=200)):
        assert "partitions are missing" in str(keeping.check())
        assert "python -m app.partitions" in str(keeping.check())
        keeping.do(chore(keeping, "partitions"))
        assert keeping.check() is None


CHORES = [
    "presence",
    "fading",
    "positions",
    "idempotency keys",
    "removals",
    "sessions",
    "tags",
    "growing",
    "meetings",
    "splits",
    "motions",
    "phones",
    "events",
    "what is on",
    "new accounts",
    "statistics",
    "estimates",
    "returns",
    "wishes",
    "withheld offers",
    "opened wishes",
    "holds",
    "redemptions",
    "pieces",
    "untold webhooks",
    "webhooks",
    "search",
    "partitions",
]


@pytest.mark.parametrize("name", CHORES)
def test_readiness_fails_where_a_chore_stalls(keeping: Housekeeping, name: str) -> None:
    stalling = chore(keeping, name)
    stalling.done_at = time.monotonic() - 2.9 * stalling.every_s
    assert keeping.check() is None
    stalling.done_at = time.monotonic() - 3.1 * stalling.every_s
    assert keeping.check() == f"not done for too long: {name}"
    keeping.do(stalling)
    assert keeping.check() is None


def test_every_chore_is_among_them(keeping: Housekeeping) -> None:
    assert [each.name for each in keeping.chores] == CHORES


def test_a_chore_that_another_process_is_at_is_left_to_it(database: Database, keeping: Housekeeping) -> None:
    done: list[Session] = []
    mine = Chore("washing up", 60.0, done.append)
    lock = text("SELECT pg_advisory_xact_lock(hashtext('chore washing up'))")
    with database.engine.begin() as another:
        another.execute(lock)
        keeping.do(mine)
        assert done == []
    keeping.do(mine)
    assert len(done) == 1


def test_a_chore_says_when_it_was_last_done(keeping: Housekeeping) -> None:
    before = time.time()
    keeping.do(chore(keeping, "presence"))
    said = REGISTRY.get_sample_value("hereabouts_chore_done_timestamp_seconds", {"chore": "presence"})
    assert said is not None
    assert before <= said <= time.time()


def test_a_chore_that_fails_changes_nothing_and_is_tried_again(
    keeping: Housekeeping, rows: Callable[[], dict[str, int]]
) -> None:
    tries: list[int] = []

    def fails_once(session: Session) -> None:
        tries.append(len(tries))
        rows_in(session).person()
        if len(tries) == 1:
            raise RuntimeError("not today")

    before = rows()["people"]
    sweeping = (Chore("sweeping", 0.01, fails_once),)
    spawned: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "chores", sweeping)
        patch.setattr("app.housekeeping.gevent.spawn", lambda *said: spawned.append(Greenlet.spawn(*said)))
        keeping.start()
    with gevent.Timeout(5):
        while len(tries) < 3:
            gevent.sleep(0.005)
    gevent.killall(spawned)
    assert rows()["people"] in {before + len(tries) - 2, before + len(tries) - 1}
