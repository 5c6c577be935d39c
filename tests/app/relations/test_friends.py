"""Letting a friend check one in: only who said so, only for whom, and only as long as they want."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.relations import queries, rules
from app.relations.service import blocking, consenting
from tests.app.accounts.test_scopes import with_token
from tests.app.relations.meanwhile import answered_after
from tests.app.relations.test_follow_back import both
from tests.world import Someone, World


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


def may_check_in(session: Session, friend: Someone, person: Someone) -> bool:
    session.expire_all()
    session.rollback()
    return queries.may_check_in(session, UUID(friend.id), UUID(person.id))


def test_it_is_given_and_taken_back(ana: Someone, bob: Someone, session: Session) -> None:
    assert not may_check_in(session, bob, ana)
    given = ana.puts(f"/me/consents/check-ins/{bob.handle.upper()}")
    assert given["person"]["handle"] == bob.handle
    assert ana.puts(f"/me/consents/check-ins/{bob.handle}") == given
    assert ana.gets("/me/consents/check-ins")["items"] == [given]
    assert bob.gets("/me/consents/check-ins")["items"] == []
    assert (may_check_in(session, bob, ana), may_check_in(session, ana, bob)) == (True, False)
    ana.deletes(f"/me/consents/check-ins/{bob.handle}")
    ana.deletes(f"/me/consents/check-ins/{bob.handle}")
    assert ana.gets("/me/consents/check-ins")["items"] == []
    assert not may_check_in(session, bob, ana)


def test_it_is_not_consent_to_offers(ana: Someone, bob: Someone) -> None:
    ana.puts(f"/me/consents/check-ins/{bob.handle}")
    assert ana.gets("/me/consents/offers")["given"] is False


@pytest.mark.parametrize("who", ["the person", "the friend"])
def test_a_block_ends_it_both_ways(ana: Someone, bob: Someone, session: Session, who: str) -> None:
    for one, other in ((ana, bob), (bob, ana)):
        one.puts(f"/me/consents/check-ins/{other.handle}")
    blocker, blocked = (ana, bob) if who == "the person" else (bob, ana)
    blocker.blocks(blocked)
    for one, other in ((ana, bob), (bob, ana)):
        assert not may_check_in(session, one, other)
        assert one.is_refused("PUT", f"/me/consents/check-ins/{other.handle}")["status"] == 404
    blocker.unblocks(blocked)
    assert not may_check_in(session, bob, ana)


def test_a_consent_given_during_a_block_does_not_outlive_it(
    ana: Someone, bob: Someone, database: Database, session: Session
) -> None:
    def blocks(session: Session) -> None:
        blocking.block(session, *both(session, UUID(bob.id), UUID(ana.id)), clock.now())

    assert answered_after(database, blocks, ana, f"/me/consents/check-ins/{bob.handle}") == 404
    assert not may_check_in(session, bob, ana)


def test_no_program_gives_it(ana: Someone, bob: Someone) -> None:
    program = with_token(ana, "relations:write", "check-ins:write")
    problem = program.is_refused("PUT", f"/me/consents/check-ins/{bob.handle}")
    assert problem["type"] == "/v1/problems/not-enough-scope"


@pytest.mark.parametrize(
    ("handle", "status"), [("nobody-is-called-so", 404), ("me", 422), ("%00", 404), ("x" * 300, 404)]
)
def test_whom_one_cannot_let(ana: Someone, handle: str, status: int) -> None:
    asked = ana.handle if handle == "me" else handle
    assert ana.is_refused("PUT", f"/me/consents/check-ins/{asked}")["status"] == status


def test_there_is_a_most(world: World, ana: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consenting, "MOST_FRIENDS", 1)
    ana.puts(f"/me/consents/check-ins/{bob.handle}")
    ana.puts(f"/me/consents/check-ins/{bob.handle}")
    problem = ana.is_refused("PUT", f"/me/consents/check-ins/{world.person().handle}")
    assert problem["type"] == "/v1/problems/conflict"
    assert len(ana.gets("/me/consents/check-ins")["items"]) == 1
    assert rules.MOST_FRIENDS == 100
