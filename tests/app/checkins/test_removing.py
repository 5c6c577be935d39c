"""Taking a check-in back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.checkins.signals import CheckInRemoved
from app.presence.signals import Moved
from tests.world import CAFE, FAR_AWAY, World, eventually


@pytest.fixture
def told(app: Flask) -> Iterator[list[object]]:
    """What listeners of this process hear of removals and presences."""
    signals, heard = app.extensions["hereabouts"].signals, list[object]()
    for kind in (CheckInRemoved, Moved):
        signals.listen(kind, heard.extend)
    yield heard
    for kind in (CheckInRemoved, Moved):
        signals._listeners[kind].remove(heard.extend)


def test_what_was_taken_back_is_nowhere_to_be_read(world: World) -> None:
    topic, quarter = world.topic(), world.location(CAFE)
    ana = world.person("Ana")
    made = ana.checks_in(CAFE, "oops", topics=[topic])
    ana.deletes(f"/check-ins/{made['id']}")
    for query in (
        f"person={ana.handle}",
        f"topic={topic}",
        f"community={quarter['id']}",
        "lat=41.4&lon=2.156&radius=2000",
    ):
        assert "oops" not in ana.hears(query)
    assert ana.is_refused("GET", f"/check-ins/{made['id']}")["status"] == 404


def test_nothing_of_it_is_left_but_that_it_was_removed(world: World, session: Session) -> None:
    ana = world.person("Ana")
    made = ana.checks_in(CAFE, "oops", topics=[world.topic()])
    ana.deletes(f"/check-ins/{made['id']}")
    for table, column in (("check_ins", "id"), ("feed_entries", "check_in_id")):
        asked = text(f"SELECT count(*) FROM {table} WHERE {column} = :id")
        assert session.scalar(asked, {"id": made["id"]}) == 0
    columns = session.execute(
        text("SELECT * FROM removals WHERE check_in_id = :id"), {"id": made["id"]}
    ).keys()
    assert not {"person_id", "text", "position"} & set(columns)


def test_a_second_time_there_is_nothing_to_remove(world: World) -> None:
    ana = world.person("Ana")
    made = ana.checks_in()
    ana.deletes(f"/check-ins/{made['id']}")
    problem = ana.is_refused("DELETE", f"/check-ins/{made['id']}")
    assert (problem["status"], problem["type"]) == (404, "/v1/problems/not-found")


def test_nobody_removes_anothers(world: World) -> None:
    ana, eve = world.person("Ana"), world.person("Eve")
    made = ana.checks_in(saying="mine")
    assert eve.is_refused("DELETE", f"/check-ins/{made['id']}")["status"] == 404
    assert world.client.delete(f"/v1/check-ins/{made['id']}").status_code == 401
    assert ana.hears(f"person={ana.handle}") == ["mine"]


def test_the_presence_it_made_ends_with_it(world: World) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    made = ana.checks_in()
    ana.deletes(f"/check-ins/{made['id']}")
    assert (ana.is_part_of, ana.presence["position"]) == ([], None)


def test_a_presence_that_something_newer_made_stays(world: World) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    made = ana.checks_in(FAR_AWAY)
    ana.moves(CAFE)
    ana.deletes(f"/check-ins/{made['id']}")
    assert ana.is_part_of


def test_of_two_with_one_fix_the_other_keeps_the_presence(world: World) -> None:
    """A phone says two things from one position."""
    world.location(CAFE)
    ana = world.person("Ana")
    fixed_at = (clock.now() - timedelta(minutes=1)).isoformat()
    first = ana.checks_in(saying="hello", fixed_at=fixed_at)
    ana.checks_in(saying="coffee?", fixed_at=fixed_at)
    ana.deletes(f"/check-ins/{first['id']}")
    assert ana.is_part_of


def test_those_who_saw_it_live_are_told(world: World, told: list[object]) -> None:
    ana = world.person("Ana")
    made = ana.checks_in(topics=[world.topic()])
    ana.deletes(f"/check-ins/{made['id']}")
    eventually(lambda: any(isinstance(each, CheckInRemoved) for each in told))
    (removed,) = [each for each in told if isinstance(each, CheckInRemoved)]
    assert (str(removed.check_in_id), len(removed.topic_ids)) == (made["id"], 1)
    assert (removed.found_at.lat, removed.found_at.lon) == (CAFE.lat, CAFE.lon)


def test_who_is_here_changes_with_it(world: World, told: list[object]) -> None:
    quarter = world.location(CAFE)
    ana = world.person("Ana")
    made = ana.checks_in()
    eventually(lambda: told)
    told.clear()
    ana.deletes(f"/check-ins/{made['id']}")
    eventually(lambda: any(isinstance(each, Moved) for each in told))
    (changed,) = [each for each in told if isinstance(each, Moved)]
    assert quarter["id"] in {str(each) for each in changed.ended}


def test_a_removal_is_for_those_only_whom_the_check_in_was_for(
    world: World, told: list[object], session: Session
) -> None:
    """Else those around learn that somebody was there alone, and where exactly."""
    ana = world.person("Ana")
    made = ana.checks_in(CAFE, "dear diary", visibility="me")
    ana.deletes(f"/check-ins/{made['id']}")
    eventually(lambda: any(isinstance(each, CheckInRemoved) for each in told))
    (removed,) = [each for each in told if isinstance(each, CheckInRemoved)]
    asked = text("SELECT audiences FROM removals WHERE check_in_id = :id")
    assert removed.before == ()
    assert session.scalar(asked, {"id": made["id"]}) == []
