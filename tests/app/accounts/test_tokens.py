"""Tokens: what one is worth, and when it is worth nothing any more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries, service
from app.accounts.rules import MOST_SESSIONS, SESSION_LASTS, Token
from tests.world import Someone, World, problem_in


def knocks_with(world: World, token: str) -> int:
    return world.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def signs_in_again(ana: Someone, device: str = "a tablet") -> Someone:
    body = {"handle": ana.handle, "password": "correct horse", "device": device}
    return Someone(ana.client, ana.handle, ana.id, ana.posts("/sessions", body)["token"])


def test_a_token_opens_what_is_its_owners(world: World) -> None:
    ana = world.person("Ana")
    assert ana.gets("/me") == {"id": ana.id, "handle": ana.handle, "name": "Ana", "email": None}


def test_tokens_are_listed_newest_first_with_the_one_that_asks(world: World) -> None:
    ana = world.person("Ana")
    tablet = signs_in_again(ana, "a tablet")
    listed = tablet.gets("/me/sessions")["items"]
    assert [(each["device"], each["this_one"]) for each in listed] == [
        ("a tablet", True),
        ("a device", False),
    ]


def test_the_list_of_tokens_gives_no_token_away(world: World) -> None:
    ana = world.person("Ana")
    answer = ana.asks("GET", "/me/sessions").get_data(as_text=True)
    assert ana.token not in answer
    assert "hb1_" not in answer


def test_a_revoked_token_is_worth_nothing_at_once(world: World) -> None:
    ana = world.person("Ana")
    tablet = signs_in_again(ana)
    assert knocks_with(world, tablet.token) == 200
    (other,) = [each for each in ana.gets("/me/sessions")["items"] if not each["this_one"]]
    ana.deletes(f"/me/sessions/{other['id']}")
    assert knocks_with(world, tablet.token) == 401
    assert knocks_with(world, ana.token) == 200


def test_signing_out_ends_this_token_only(world: World) -> None:
    ana = world.person("Ana")
    tablet = signs_in_again(ana)
    tablet.deletes("/me/sessions/current")
    assert knocks_with(world, tablet.token) == 401
    assert knocks_with(world, ana.token) == 200


def test_nobody_revokes_anothers_token(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    (session,) = ana.gets("/me/sessions")["items"]
    assert bob.is_refused("DELETE", f"/me/sessions/{session['id']}")["status"] == 404
    assert knocks_with(world, ana.token) == 200


def test_a_token_revoked_while_it_is_being_looked_up_is_not_remembered(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the session and remembering it, another request may end it."""
    ana = world.person("Ana", None)
    held = Token.read(ana.token)
    assert held is not None
    found = queries.held

    def found_and_then_revoked(session: Session, person_id: UUID, *more: Any) -> object:
        answer = found(session, person_id, *more)
        with app.extensions["hereabouts"].database.transaction() as another:
            service.revoke(another, person_id, held.session_id)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(queries, "held", found_and_then_revoked)
        knocks_with(world, ana.token)
    assert knocks_with(world, ana.token) == 401


def test_a_token_expires(world: World) -> None:
    ana = world.person("Ana")
    with clock.travelling(SESSION_LASTS - timedelta(minutes=5)):
        assert knocks_with(world, ana.token) == 200
    with clock.travelling(SESSION_LASTS):
        assert knocks_with(world, ana.token) == 401


def test_an_expired_token_is_not_listed(world: World) -> None:
    ana = world.person("Ana")
    with clock.travelling(SESSION_LASTS - timedelta(days=1)):
        tablet = signs_in_again(ana)
        assert len(tablet.gets("/me/sessions")["items"]) == 2
        with clock.travelling(timedelta(days=2)):
            assert len(tablet.gets("/me/sessions")["items"]) == 1


FORGED: dict[str, Callable[[Token], str]] = {
    "another secret": lambda held: str(replace(held, secret=bytes(24))),
    "another person": lambda held: str(replace(held, person_id=uuid4())),
    "another session": lambda held: str(replace(held, session_id=uuid4())),
    "cut short": lambda held: str(held)[:-1],
    "too long": lambda held: str(held) + "A",
    "another kind": lambda held: "xx1_" + str(held)[4:],
    "no base64": lambda held: "hb1_" + "!" * 75,
    "little base64": lambda held: "hb1_" + "!" * 60 + "A" * 15,
    "beyond ASCII": lambda held: "hb1_" + "é" * 75,
    "nothing after the mark": lambda held: "hb1_",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_is_refused_and_told_how_to_get_one(world: World, how: str) -> None:
    held = Token.read(world.person("Ana").token)
    assert held is not None
    answer = world.client.get("/v1/me", headers={"Authorization": f"Bearer {FORGED[how](held)}"})
    problem = problem_in(answer)
    assert (answer.status_code, problem["type"]) == (401, "/v1/problems/not-signed-in")
    assert "POST /v1/sessions" in problem["detail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Basic YW5hOmFuYQ==", "bearer", "token abc"])
def test_what_is_no_bearer_token_is_refused(world: World, said: str) -> None:
    answer = world.client.get("/v1/me", headers={"Authorization": said})
    assert problem_in(answer)["type"] == "/v1/problems/not-signed-in"


def test_a_bad_token_is_refused_even_where_none_is_needed(world: World) -> None:
    assert world.client.get("/v1/topics").status_code == 200
    assert world.client.get("/v1/topics", headers={"Authorization": "Bearer no"}).status_code == 401


def test_of_many_devices_the_oldest_is_signed_out(world: World) -> None:
    ana = world.person("Ana")
    newest = [signs_in_again(ana) for _ in range(MOST_SESSIONS)]
    assert knocks_with(world, ana.token) == 401
    assert knocks_with(world, newest[0].token) == 200
    assert len(newest[-1].gets("/me/sessions")["items"]) == MOST_SESSIONS


def test_the_secret_is_not_kept(world: World, session: Session) -> None:
    held = Token.read(world.person("Ana").token)
    assert held is not None
    kept = queries.held(session, held.person_id, held.session_id, clock.now())
    assert kept is not None
    assert held.secret not in kept.secret_hash
    assert kept.secret_hash == held.secret_hash


@given(st.uuids(), st.uuids())
def test_a_token_is_read_as_it_was_written(person: UUID, session: UUID) -> None:
    token = Token.new(person, session)
    assert Token.read(str(token)) == token
    assert str(token.secret) not in repr(token)


#: Decoders pass over what is no base64, four characters of it leaving the padding right.
ODD_PIECES = st.sampled_from(["!!!!", "AAAA", "é", "-", "_", "=", " ", "z"])


@given(st.lists(ODD_PIECES, min_size=19, max_size=75).map(lambda pieces: "".join(pieces)[:75]))
def test_whatever_is_said_reads_as_a_token_or_as_none(said: str) -> None:
    token = Token.read("hb1_" + said)
    assert token is None or len(token.secret) == 24


def test_two_tokens_of_one_session_differ() -> None:
    assert str(Token.new(UUID(int=1), UUID(int=2))) != str(Token.new(UUID(int=1), UUID(int=2)))
