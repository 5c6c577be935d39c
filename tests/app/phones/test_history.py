"""What is kept of a phone's positions: the last, unless its person wants more; and for as long as they say."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.phones import queries, service
from tests.app.phones.pocket import a_location, a_visit, overland, owntracks
from tests.world import CAFE, NEAR_CAFE, Someone, World

Rows = Callable[[], dict[str, int]]


def test_only_the_last_position_is_kept(world: World, rows: Rows) -> None:
    phone = owntracks(world.person("Ana"))
    before = rows()
    for ago_s in (300, 200, 100):
        phone.is_at(CAFE, ago_s)
    after = rows()
    assert {name: count - before[name] for name, count in after.items() if count != before[name]} == {
        "presences": 1
    }


def test_with_a_history_everything_is_kept_with_its_three_times(world: World, session: Session) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.changes(history=True)
    for ago_s in (9 * 3600, 300, 0):
        phone.is_at(CAFE, ago_s, vel=36, cog=90, alt=12, created_at=1754215100)
    kept = queries.history_of(session, UUID(ana.id))
    assert [(each.speed_m_s, each.heading, each.altitude_m) for each in kept] == [(10, 90, 12)] * 3
    assert [each.fixed_at for each in kept] == sorted(each.fixed_at for each in kept)
    assert {each.sent_at.year for each in kept if each.sent_at} == {2025}
    assert all(each.received_at >= each.fixed_at for each in kept)
    assert phone.device["accepted"] == 3


def test_what_is_sent_again_is_kept_once(world: World, rows: Rows) -> None:
    phone = owntracks(world.person("Ana"))
    phone.changes(history=True)
    before = rows()["positions"]
    message = a_location(CAFE, 3600, _id="0d871a61")
    for _ in range(3):
        phone.hears(message)
    phone.hears({**message, "_id": "another"})
    assert rows()["positions"] - before == 2


def swept(database: Database) -> None:
    with database.transaction() as session:
        service.forget_old(session, clock.now())


def in_history(session: Session, person: Someone) -> int:
    found = session.scalar(text("SELECT count(*) FROM positions WHERE person_id = :id"), {"id": person.id})
    return found or 0


def test_it_goes_when_its_days_are_over(world: World, database: Database, session: Session) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    for person, days in ((ana, 2), (bob, 5)):
        phone = owntracks(person)
        phone.changes(history=True, history_days=days)
        phone.is_at(CAFE)
    with clock.travelling(timedelta(days=3)):
        swept(database)
    assert (in_history(session, ana), in_history(session, bob)) == (0, 1)


def test_what_is_older_than_its_days_is_not_kept_at_all(world: World, session: Session) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.changes(history=True, history_days=2)
    phone.is_at(CAFE, 3 * 86_400)
    assert in_history(session, ana) == 0
    assert phone.device["last_dropped"] == "late"


def test_a_backlog_of_last_year_finds_its_place(world: World, session: Session) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.changes(history=True, history_days=365)
    phone.is_at(CAFE, 300 * 86_400)
    assert in_history(session, ana) == 1


def test_who_ends_the_history_ends_it_now(world: World, session: Session) -> None:
    ana = world.person("Ana")
    one, two = owntracks(ana), owntracks(ana)
    for n, each in enumerate((one, two)):
        each.changes(history=True)
        each.is_at(NEAR_CAFE, 60 - n)
    one.changes(history=False)
    assert in_history(session, ana) == 1
    ana.deletes(f"/me/devices/{two.id}")
    assert in_history(session, ana) == 0


@pytest.mark.parametrize("decided", [True, False])
def test_suggestions_go_after_a_month_decided_or_not(
    world: World, database: Database, session: Session, decided: bool
) -> None:
    ana = world.person("Ana")
    overland(ana).sends_batch(a_visit(CAFE, clock.now() - timedelta(hours=2)))
    if decided:
        ana.deletes(f"/me/suggestions/{ana.gets('/me/suggestions')['items'][0]['id']}")
    mine = text("SELECT count(*) FROM suggestions WHERE person_id = :id")
    for days, left in ((29, 1), (31, 0)):
        with clock.travelling(timedelta(days=days)):
            swept(database)
        assert session.scalar(mine, {"id": ana.id}) == left


def test_of_what_was_dismissed_no_place_and_no_time_stays(world: World, session: Session) -> None:
    ana = world.person("Ana")
    phone, arrived = overland(ana), clock.now() - timedelta(hours=2)
    phone.sends_batch(a_visit(CAFE, arrived))
    ana.deletes(f"/me/suggestions/{ana.gets('/me/suggestions')['items'][0]['id']}")
    phone.sends_batch(a_visit(CAFE, arrived, clock.now()))
    asked = text("SELECT position, accuracy_m, arrived_at, left_at FROM suggestions WHERE person_id = :id")
    assert session.execute(asked, {"id": ana.id}).one() == (None, None, None, None)


def test_a_setup_nobody_used_is_forgotten(world: World, app: Flask, database: Database) -> None:
    phone = owntracks(world.person("Ana"))
    kept = text("SELECT setup IS NOT NULL FROM devices WHERE id = :id")
    for minutes, there in ((59, True), (61, False)):
        with clock.travelling(timedelta(minutes=minutes)):
            swept(database)
        with database.engine.connect() as connection:
            assert connection.scalar(kept, {"id": phone.id}) is there
