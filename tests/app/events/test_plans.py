"""What lists cost: one statement, and plans that name their index however many dates there are."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.events import candidates
from app.events.listing import Asked, statement
from geo import Circle
from tests.app.events.evenings import an_event, dates_of
from tests.world import CAFE, World

Counting = Callable[[], AbstractContextManager[Callable[[], int]]]
#: Dates of one event, all over a country and the last two years, most of them over.
MANY = """
INSERT INTO event_dates (id, event_id, local_start, starts_at, ends_at, position)
SELECT gen_random_uuid(), :event, t.at, t.at, t.at + interval '3 hours',
       ST_SetSRID(ST_MakePoint(-8 + random() * 12, 36 + random() * 8), 4326)
FROM (SELECT CAST(:now AS timestamptz) + (i - 18000) * interval '1 hour' AS at FROM generate_series(1, 20000) i) AS t
"""


@pytest.fixture
def crowded(world: World, session: Session) -> Iterator[Session]:
    """A database in which much goes on, for this test alone."""
    event = an_event(world.person())
    session.execute(text(MANY), {"event": UUID(event["id"]), "now": clock.now()})
    session.execute(text("ANALYZE event_dates"))
    yield session
    session.rollback()


def plan(session: Session, sql: str, values: dict[str, object]) -> dict[str, Any]:
    found = session.execute(text(f"EXPLAIN (FORMAT JSON) {sql}"), values).scalar_one()
    read: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return read


def nodes(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield of
    for each in of.get("Plans", ()):
        yield from nodes(each)


def how_dates_are_read(session: Session, asked: Asked, viewer: UUID | None) -> set[str]:
    read = [each for each in nodes(plan(session, *statement(asked, viewer))) if each.get("Alias") == "d"]
    read += [
        each
        for each in nodes(plan(session, *statement(asked, viewer)))
        if "Bitmap Index" in each["Node Type"]
    ]
    return {each.get("Index Name", each["Node Type"]) for each in read}


def test_a_list_by_time_reads_only_its_time(crowded: Session) -> None:
    now = clock.now()
    asked = Asked(limit=21, since=now, until=now + timedelta(days=7))
    for viewer in (None, UUID(int=7)):
        assert "event_dates_starts_at_id_index" in how_dates_are_read(crowded, asked, viewer)


def test_a_list_around_a_point_reads_only_its_place_and_time(crowded: Session) -> None:
    now = clock.now()
    asked = Asked(limit=21, since=now, until=now + timedelta(days=7), around=Circle(CAFE, 2000))
    assert "event_dates_position_when_index" in how_dates_are_read(crowded, asked, None)


def test_choosing_around_a_point_reads_only_its_place_and_time(crowded: Session) -> None:
    now = clock.now()
    asked = Asked(limit=21, since=now, until=now + timedelta(days=7), around=Circle(CAFE, 2000))
    read = list(nodes(plan(crowded, *candidates.statement(asked, UUID(int=7), now))))
    assert "event_dates_position_when_index" in {each.get("Index Name") for each in read}
    whole = {each["Relation Name"] for each in read if each["Node Type"] == "Seq Scan"}
    assert "event_dates" not in whole


def test_a_page_of_dates_is_one_statement(world: World, statements: Counting) -> None:
    ana = world.person("Ana")
    event = an_event(ana, recurrence="FREQ=DAILY;COUNT=20")
    dates_of(ana, event)
    with statements() as sent:
        ana.gets(f"/events?lat={CAFE.lat}&lon={CAFE.lon}&radius=500")
    assert sent() == 1
