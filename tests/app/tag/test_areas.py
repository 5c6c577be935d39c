"""Areas that read tags: who walks in is read once, as far as they allow, and it is never waited for that they leave."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import gevent
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.presence.signals import Moved
from app.tag import service, visiting
from app.tag.crossing import Crossings
from app.tag.models import AreaVisit, TagFix
from app.tag.signals import ReadersChanged
from app.trust.terms import Identity
from geo import Position, destination
from tests.app.tag.tags import Till, a_till, lets_know
from tests.world import CAFE, Json, Someone, World, eventually, square

EAST, WEST = destination(CAFE, 90, 900), destination(CAFE, 270, 900)


@pytest.fixture
def terrace(world: World) -> Iterator[Till]:
    """An area of some 200 m across, gone again when the test is over."""
    till = a_till(world, kind="area", area=square(CAFE, 0.001), name="Terrace", purpose="who sits outside")
    yield till
    world.founder.asks("DELETE", f"/readers/{till.id}")


def at(person: Someone, position: Position, after: float = 0.0, **more: Any) -> None:
    """Be there so many minutes later, and let what this causes be done."""
    with clock.travelling(timedelta(minutes=after)):
        person.moves(position, **more)
        settle(person)


#: How many batches are being worked on.
busy: list[None] = []


@pytest.fixture(autouse=True)
def _watched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    crossings: Crossings = app.extensions["hereabouts.crossings"]
    cross = crossings._cross

    def watched(moved: Sequence[Moved]) -> None:
        busy.append(None)
        try:
            cross(moved)
        finally:
            busy.pop()

    monkeypatch.setattr(crossings, "_cross", watched)


def settle(person: Someone) -> None:
    """Until what was caused is done; the writer of check-ins tells a moment after it answers."""
    crossings: Crossings = person.client.application.extensions["hereabouts.crossings"]
    gevent.sleep(0.02)
    eventually(lambda: not (crossings._moved or crossings._work.is_set() or busy), 20)


def test_who_walks_in_is_read_once(ana: Someone, terrace: Till) -> None:
    at(ana, EAST)
    assert terrace.learnt == []
    for minutes in (1, 2, 4):
        at(ana, CAFE, minutes)
    (learnt,) = terrace.learnt
    assert (learnt["disclosed"], learnt["handle"]) == ("handle", ana.handle)
    (logged,) = ana.gets("/me/readings")["items"]
    assert (logged["reader"], logged["purpose"], logged["id"]) == (
        "Terrace",
        "who sits outside",
        learnt["id"],
    )
    at(ana, EAST, 5)
    at(ana, CAFE, 6)
    assert len(terrace.learnt) == 2


def test_a_check_in_walks_in_as_well(ana: Someone, terrace: Till) -> None:
    ana.checks_in(CAFE, visibility="me")
    settle(ana)
    assert len(terrace.learnt) == 1


def test_who_passes_through_between_two_fixes_is_read(ana: Someone, terrace: Till) -> None:
    at(ana, WEST)
    at(ana, EAST, 10)
    assert len(terrace.learnt) == 1


def test_an_unsure_fix_says_nothing(ana: Someone, terrace: Till) -> None:
    at(ana, CAFE, accuracy_m=500.0)
    assert terrace.learnt == []
    at(ana, CAFE, 1, accuracy_m=20.0)
    assert len(terrace.learnt) == 1


@pytest.mark.parametrize("allows", [Identity.PERSON, Identity.PSEUDONYM])
def test_it_learns_what_is_allowed_and_no_more(
    world: World, app: Flask, terrace: Till, allows: Identity
) -> None:
    bob = world.person("Bob")
    lets_know(app, bob, allows)
    at(bob, CAFE)
    (learnt,) = terrace.learnt
    assert (learnt["disclosed"], learnt["handle"]) == (allows.word, None)
    assert (learnt["pseudonym"] is None) == (allows is Identity.PERSON)


def kept_of(session: Session, person: Someone) -> int:
    session.rollback()
    visits = session.query(AreaVisit).filter(AreaVisit.person_id == UUID(person.id)).count()
    return visits + session.query(TagFix).filter(TagFix.person_id == UUID(person.id)).count()


def test_of_a_silent_tag_nothing_is_kept_and_it_comes_in_when_it_answers_again(
    ana: Someone, terrace: Till, session: Session
) -> None:
    at(ana, CAFE)
    assert kept_of(session, ana) == 2
    ana.asks("PUT", "/me/tag", {"state": "silent"})
    assert kept_of(session, ana) == 0
    at(ana, CAFE, 1)
    assert (len(terrace.learnt), kept_of(session, ana)) == (1, 0)
    ana.asks("PUT", "/me/tag", {"state": "answering"})
    at(ana, CAFE, 2)
    assert len(terrace.learnt) == 2


def test_who_lets_it_know_nothing_was_never_there(
    world: World, app: Flask, terrace: Till, session: Session
) -> None:
    bob = world.person("Bob", contract=None)
    at(bob, CAFE)
    assert terrace.learnt == bob.gets("/me/readings")["items"] == []
    assert session.get(AreaVisit, (UUID(bob.id), UUID(terrace.id))) is None
    lets_know(app, bob, Identity.PERSON)
    at(bob, CAFE, 1)
    assert len(terrace.learnt) == 1


def test_who_is_in_a_quiet_place_of_theirs_is_not_there_wherever_the_areas_middle_is(world: World) -> None:
    wide = a_till(world, kind="area", area=square(CAFE, 0.02))
    home, bob = destination(CAFE, 90, 1_000), world.person("Bob")
    bob.agrees({"ready": "open-house", "quiet_places": [{"name": "home", **spot(home), "radius_m": 100.0}]})
    at(bob, home)
    assert wide.learnt == []
    at(bob, CAFE, 5)
    assert len(wide.learnt) == 1
    world.founder.deletes(f"/readers/{wide.id}")


def test_an_area_in_a_quiet_place_learns_nothing_of_who_passes_it(world: World, terrace: Till) -> None:
    bob = world.person("Bob")
    bob.agrees({"ready": "open-house", "quiet_places": [{"name": "home", **spot(CAFE), "radius_m": 100.0}]})
    at(bob, WEST)
    at(bob, EAST, 5)
    assert terrace.learnt == []


def spot(at: Position) -> Json:
    return {"lat": at.lat, "lon": at.lon}


def test_a_closed_area_reads_nobody(world: World, ana: Someone, terrace: Till) -> None:
    other = a_till(world, kind="area", area=square(WEST, 0.001))
    world.founder.asks("PATCH", f"/readers/{terrace.id}", {"open": False})
    at(ana, CAFE)
    assert terrace.learnt == []
    world.founder.asks("PATCH", f"/readers/{terrace.id}", {"open": True})
    at(ana, CAFE, 1)
    assert len(terrace.learnt) == 1
    world.founder.deletes(f"/readers/{other.id}")


def test_who_checks_out_has_left(ana: Someone, terrace: Till, session: Session) -> None:
    at(ana, CAFE)
    with clock.travelling(timedelta(minutes=1)):
        ana.checks_out()
        settle(ana)
        assert kept_of(session, ana) == 0
    at(ana, CAFE, 2)
    assert len(terrace.learnt) == 2


def test_a_visit_ends_with_the_presence_it_stands_on(
    ana: Someone, terrace: Till, session: Session, database: Database
) -> None:
    at(ana, CAFE)
    with clock.travelling(timedelta(hours=2, minutes=1)):
        with database.transaction() as another:
            service.tidy(another, clock.now())
        assert kept_of(session, ana) == 0
    at(ana, CAFE, 125)
    assert len(terrace.learnt) == 2


def test_where_no_area_reads_tags_moving_costs_nothing_more(
    world: World, ana: Someone, database: Database, session: Session
) -> None:
    at(ana, CAFE)
    crossings: Crossings = ana.client.application.extensions["hereabouts.crossings"]
    assert crossings._needed is False
    at(ana, EAST, 1)
    assert kept_of(session, ana) == 0
    database.signals.tell([ReadersChanged(UUID(int=1))])
    assert crossings._needed is None


def test_no_area_reads_who_has_fallen_silent_a_moment_before(
    world: World, ana: Someone, terrace: Till, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crossing under way holds the silence back, so that nothing is written after it."""
    kept, order = visiting._keep_fixes, list[str]()

    def slowly(*asked: Any) -> None:
        gevent.sleep(0.2)
        kept(*asked)
        order.append("crossed")

    monkeypatch.setattr(visiting, "_keep_fixes", slowly)

    def falls_silent() -> None:
        gevent.sleep(0.1)
        ana.asks("PUT", "/me/tag", {"state": "silent"})
        order.append("silent")

    silence = gevent.spawn(falls_silent)
    at(ana, CAFE)
    silence.get(timeout=10)
    assert order == ["crossed", "silent"]
    assert kept_of(session, ana) == 0


def test_what_fails_once_does_not_end_it(
    ana: Someone, terrace: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("app.tag.crossing.visit", broken)
        at(ana, CAFE)
    assert terrace.learnt == []
    at(ana, CAFE, 1)
    assert len(terrace.learnt) == 1


def test_areas_on_both_sides_of_the_antimeridian(world: World, ana: Someone) -> None:
    beyond = Position(-16.5, 179.999)
    till = a_till(world, kind="area", area=square(beyond, 0.0009))
    at(ana, Position(-16.5, -179.995))
    at(ana, beyond, 1)
    assert len(till.learnt) == 1
    world.founder.deletes(f"/readers/{till.id}")


def test_who_leaves_for_good_leaves_no_visit(
    world: World, app: Flask, terrace: Till, session: Session
) -> None:
    app.extensions["hereabouts.proving"]._allowances._of.clear()
    bob = world.person("Bob")
    lets_know(app, bob, Identity.HANDLE)
    at(bob, CAFE)
    assert bob.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert (terrace.learnt, kept_of(session, bob)) == ([], 0)
