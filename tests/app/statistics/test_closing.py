"""Closing periods: each once, when it is over; what is published stays, and names nobody."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Base, Database
from app.leaving.queries import HELD
from app.statistics import service
from app.statistics.models import ClosedPeriod, Figure
from app.statistics.rules import SETTLES, midnight
from tests.app.statistics.crowd import FOUR, WEEK, Crowd
from tests.world import World

Closing = Callable[[], list[date]]
Rows = list[tuple[Any, ...]]


@pytest.fixture
def crowd(session: Session) -> Crowd:
    return Crowd(session)


def after(crowd: Crowd) -> timedelta:
    """How far to travel to be there when the crowd's period is over."""
    return midnight(crowd.starts_on + FOUR.length) + SETTLES - clock.now()


def figures(session: Session, community: UUID) -> Rows:
    asked = text(
        "SELECT * FROM figures WHERE community_id = :id ORDER BY measure, cut, bucket, starts_on, one, other"
    )
    return [tuple(row) for row in session.execute(asked, {"id": community})]


def close(session: Session) -> list[date]:
    """All that is over."""
    closed: list[date] = []
    while now := service.close_periods(session, clock.now()):
        closed += now
    return closed


def test_a_period_is_closed_once_and_nothing_changes_it_after(crowd: Crowd) -> None:
    session, ring = crowd.session, crowd.community()
    people = crowd.people(60, ring)
    crowd.check_in(people, ring)
    with clock.travelling(after(crowd)):
        assert crowd.starts_on in close(session)
        before = figures(session, ring)
        assert {(row[1], row[2]) for row in before} >= {
            ("people", ""),
            ("people", "day hour"),
            ("members", ""),
        }
        for each in people[:30]:
            crowd.rows.leaves(each, ring)
        session.execute(text("DELETE FROM people WHERE id = ANY (:ids)"), {"ids": people[30:]})
        assert close(session) == []
        assert figures(session, ring) == before


def test_it_is_not_closed_before_it_is_over(crowd: Crowd) -> None:
    ring = crowd.community()
    crowd.check_in(crowd.people(60, ring), ring)
    with clock.travelling(after(crowd) - timedelta(seconds=2)):
        close(crowd.session)
        assert (FOUR, crowd.starts_on) not in {row[3:5] for row in figures(crowd.session, ring)}
    with clock.travelling(after(crowd)):
        close(crowd.session)
        assert (FOUR, crowd.starts_on) in {row[3:5] for row in figures(crowd.session, ring)}


def test_what_was_missed_is_made_up_for_one_after_the_other(crowd: Crowd) -> None:
    crowd.check_in(crowd.people(5, crowd.community()), crowd.community())
    with clock.travelling(after(crowd) + 2 * FOUR.length):
        close(crowd.session)
    asked = "SELECT starts_on FROM closed_periods WHERE bucket = :bucket ORDER BY starts_on"
    for bucket, periods in ((WEEK, 12), (FOUR, 3)):
        closed = crowd.session.scalars(text(asked), {"bucket": bucket.value}).all()
        assert closed == [crowd.starts_on + place * bucket.length for place in range(periods)]


def test_drawn_again_for_the_same_people_it_is_the_same_and_for_others_it_does_not_differ_by_just_them(
    crowd: Crowd,
) -> None:
    session, ring = crowd.session, crowd.community()
    crowd.check_in(crowd.people(60, ring), ring)

    def drawn() -> dict[tuple[Any, ...], int]:
        session.execute(text("DELETE FROM figures"))
        session.execute(text("DELETE FROM closed_periods"))
        with clock.travelling(after(crowd)):
            close(session)
        return {row[1:7]: row[7] for row in figures(session, ring)}

    first = drawn()
    assert drawn() == first
    crowd.check_in(crowd.people(1, ring), ring)
    by_one = [said - first[cell] for cell, said in drawn().items() if cell in first]
    assert len(by_one) > 30
    assert sum(each == 1 for each in by_one) < len(by_one) / 3


def test_where_communities_overlap_both_say_the_same(crowd: Crowd) -> None:
    one, other = crowd.community(), crowd.community()
    crowd.people(50, one, other)
    with clock.travelling(after(crowd)):
        close(crowd.session)
    (here,) = (
        row for row in figures(crowd.session, one) if row[1] == "overlap" and row[4] == crowd.starts_on
    )
    (there,) = (
        row for row in figures(crowd.session, other) if row[1] == "overlap" and row[4] == crowd.starts_on
    )
    assert (here[5], there[5], here[7]) == (str(other), str(one), there[7])


@pytest.fixture
def committed(database: Database) -> Iterator[Crowd]:
    """A crowd that others see as well; what it closed is opened again afterwards."""
    with Session(database.engine, expire_on_commit=False) as session:
        crowd = Crowd(session)
        yield crowd
        session.rollback()
        session.execute(text("DELETE FROM figures"))
        session.execute(text("DELETE FROM closed_periods"))
        session.commit()


def test_several_at_once_close_a_period_once(committed: Crowd, database: Database) -> None:
    ring = committed.community()
    committed.check_in(committed.people(60, ring), ring)
    committed.session.commit()
    closed: list[date] = []

    def closing() -> None:
        for _ in range(3):
            with database.transaction() as session:
                closed.extend(service.close_periods(session, clock.now()))

    with clock.travelling(after(committed)):
        threads = [Thread(target=closing) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    kept = committed.session.execute(text("SELECT count(*) FROM closed_periods")).scalar_one()
    assert len(closed) == kept


def test_who_dies_while_closing_has_published_nothing(
    committed: Crowd, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = committed.community()
    committed.check_in(committed.people(60, ring), ring)
    committed.session.commit()
    published = service._publish

    def dies(session: Session, figures: Any) -> None:
        published(session, figures)
        raise RuntimeError("the lights went out")

    with clock.travelling(after(committed)), monkeypatch.context() as patch:
        patch.setattr(service, "_publish", dies)
        with pytest.raises(RuntimeError), database.transaction() as session:
            service.close_periods(session, clock.now())
    for table in (ClosedPeriod, Figure):
        assert committed.session.query(table).count() == 0


def test_no_table_of_statistics_can_name_anybody() -> None:
    people = Base.metadata.tables["people"]
    for table in (ClosedPeriod.__table__, Figure.__table__):
        assert all(key.column.table is not people for key in table.foreign_keys)
    assert not {"figures", "closed_periods"} & {column.table.name for column in HELD.values()}


def test_whoever_leaves_before_is_in_nothing_that_is_published_later(world: World, app: Flask) -> None:
    database: Database = app.extensions["hereabouts"].database
    ring = world.community()
    ana = world.person("Ana")
    ana.joins(ring)
    ana.checks_in(topics=ring["properties"]["topics"])
    counted = text(
        "SELECT count(*) FROM check_ins WHERE person_id = :id AND counted AND community_ids <> '{}'"
    )
    with database.reading() as session:
        assert session.scalar(counted, {"id": ana.id}) == 1
    ana.agrees({"ready": "invisible"})
    with database.reading() as session:
        assert session.scalar(counted, {"id": ana.id}) == 0
