"""Clients that act for somebody: as far as they were let, as long as they are let."""

from datetime import timedelta

import pytest
from authlib.oauth2 import rfc8414, rfc9207
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.clients import service
from app.clients.authority import metadata
from app.clients.rules import STAYS, TOKEN_LASTS
from app.db import Database
from tests.app.clients.conftest import BACK, ISSUER, Program, error_in, makes_known, params
from tests.world import Json, Someone, World


def standing(session: Session, program: Program) -> int:
    """How many authorizations a client has."""
    asked = text("SELECT count(*) FROM authorizations WHERE client_id = :id")
    return int(session.scalar(asked, {"id": program.id}) or 0)


def test_a_person_is_told_who_asks_for_what_in_plain_words(ana: Someone, program: Program) -> None:
    asked = ana.client.get("/v1/oauth/authorizations", query_string=program.asking(), headers=ana.headers)
    assert asked.get_json() == {
        "client": "Bike Diary",
        "host": "app.example",
        "scopes": [
            {"scope": "check-ins:read", "means": "hear and read check-ins as you may"},
            {"scope": "offers:read", "means": "see what reaches you"},
        ],
    }


def test_who_says_yes_is_sent_back_with_a_code_and_all_that_was_said(ana: Someone, program: Program) -> None:
    state = 'any /?&=+% "state"'
    made = ana.posts("/oauth/authorizations", program.asking(state=state) | {"allow": True})
    assert made["redirect_to"].startswith(BACK + "?")
    back = params(made["redirect_to"])
    assert set(back) == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == (state, ISSUER)


def test_without_a_state_none_comes_back(ana: Someone, program: Program) -> None:
    made = ana.posts("/oauth/authorizations", program.asking(state=None) | {"allow": True})
    assert set(params(made["redirect_to"])) == {"code", "iss"}


def test_who_says_no_is_sent_back_without_a_code(ana: Someone, program: Program, session: Session) -> None:
    made = ana.posts("/oauth/authorizations", program.asking() | {"allow": False})
    back = params(made["redirect_to"])
    assert back.pop("error_description")
    assert back == {"error": "access_denied", "state": "a state", "iss": ISSUER}
    assert standing(session, program) == 0


def test_a_code_gives_a_token_good_for_what_was_said_and_nothing_else(ana: Someone, program: Program) -> None:
    acting = program.acts_for(ana)
    assert {**acting.given, "access_token": "", "refresh_token": ""} == {
        "access_token": "",
        "refresh_token": "",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "check-ins:read offers:read",
    }
    assert acting.may_read()
    refused = acting.phone.is_refused("POST", "/check-ins", {})
    assert (refused["type"], refused["scope"]) == ("/v1/problems/not-enough-scope", "check-ins:write")
    assert acting.phone.is_refused("GET", "/me/clients")["type"] == "/v1/problems/not-enough-scope"


def test_no_client_lets_another_act(ana: Someone, program: Program) -> None:
    acting = program.acts_for(ana)
    problem = acting.phone.is_refused("POST", "/oauth/authorizations", program.asking() | {"allow": True})
    assert problem["type"] == "/v1/problems/not-enough-scope"


def test_it_is_listed_by_the_clients_name_and_ended_like_a_device(ana: Someone, program: Program) -> None:
    acting = program.acts_for(ana)
    (listed,) = [each for each in ana.gets("/me/sessions")["items"] if not each["this_one"]]
    assert (listed["device"], listed["scopes"]) == ("Bike Diary", ["check-ins:read", "offers:read"])
    ana.deletes(f"/me/sessions/{listed['id']}")
    assert not acting.may_read()
    assert error_in(program.renews(acting.given["refresh_token"])) == "invalid_grant"


def test_a_token_lasts_an_hour_and_is_renewed_for_as_long_as_the_client_comes(
    ana: Someone, program: Program
) -> None:
    acting = program.acts_for(ana)
    before = ana.gets("/me/sessions")["items"]
    with clock.travelling(TOKEN_LASTS - timedelta(minutes=1)):
        assert acting.may_read()
    with clock.travelling(TOKEN_LASTS + timedelta(minutes=1)):
        assert not acting.may_read()
        assert [each["id"] for each in ana.gets("/me/sessions")["items"]] == [each["id"] for each in before]
        answer = program.renews(acting.given["refresh_token"])
        assert answer.status_code == 200
        renewed = answer.get_json()
        assert renewed["scope"] == acting.given["scope"]
        assert renewed["refresh_token"] != acting.given["refresh_token"]
        acting.given = renewed
        assert acting.may_read()
    with clock.travelling(STAYS):
        assert program.renews(acting.given["refresh_token"]).status_code == 200, "counted from the last time"


def test_a_client_that_stays_away_has_to_ask_again(ana: Someone, program: Program) -> None:
    acting = program.acts_for(ana)
    with clock.travelling(STAYS):
        assert error_in(program.renews(acting.given["refresh_token"])) == "invalid_grant"


def test_a_client_may_ask_for_less_when_it_renews_and_for_all_of_it_later(
    ana: Someone, program: Program
) -> None:
    acting = program.acts_for(ana)
    acting.given = program.renews(acting.given["refresh_token"], scope="check-ins:read").get_json()
    assert acting.given["scope"] == "check-ins:read"
    assert not acting.may_read()
    acting.given = program.renews(acting.given["refresh_token"]).get_json()
    assert acting.may_read()


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token"])
def test_a_client_can_end_it_itself(ana: Someone, program: Program, which: str, hint: str | None) -> None:
    acting = program.acts_for(ana)
    assert program.sends("revoke", token=acting.given[which], token_type_hint=hint).status_code == 200
    assert not acting.may_read()
    assert error_in(program.renews(acting.given["refresh_token"])) == "invalid_grant"
    assert program.sends("revoke", token=acting.given[which]).status_code == 200, "once more does no harm"


@pytest.mark.parametrize("token", ["", "nonsense", "A" * 54, "hb1_" + "A" * 75])
def test_to_end_what_never_was_does_no_harm(program: Program, token: str) -> None:
    assert program.sends("revoke", token=token).status_code == 200


def test_no_client_ends_what_was_given_to_another_or_to_its_person(
    ana: Someone, developer: Someone, program: Program
) -> None:
    acting, other = program.acts_for(ana), makes_known(developer)
    for token in (acting.given["access_token"], acting.given["refresh_token"], ana.token):
        answer = other.sends("revoke", token=token)
        assert answer.status_code == (200 if token == ana.token else 400)
    assert acting.may_read()
    assert ana.gets("/me")["id"] == ana.id


def test_a_client_that_is_removed_acts_for_nobody_any_more(
    ana: Someone, developer: Someone, program: Program
) -> None:
    acting = program.acts_for(ana)
    assert [each["id"] for each in developer.gets("/me/clients")["items"]] == [program.id]
    assert ana.is_refused("DELETE", f"/me/clients/{program.id}")["status"] == 404
    developer.deletes(f"/me/clients/{program.id}")
    assert developer.gets("/me/clients")["items"] == []
    assert not acting.may_read()
    assert len(ana.gets("/me/sessions")["items"]) == 1


@pytest.mark.parametrize("who", ["ana", "developer"])
def test_who_leaves_takes_it_along(
    request: pytest.FixtureRequest, ana: Someone, program: Program, session: Session, who: str, app: Flask
) -> None:
    app.extensions["hereabouts.proving"]._allowances._of.clear()
    acting = program.acts_for(ana)
    leaver: Someone = request.getfixturevalue(who)
    receipt: Json = leaver.asks("DELETE", "/me", {"password": "correct horse"}).get_json()
    counts = {"ana": (1, 0), "developer": (0, 1)}[who]
    assert (receipt["removed"]["authorizations"], receipt["removed"]["clients"]) == counts
    assert not acting.may_read()
    assert standing(session, program) == 0
    kept = text("SELECT count(*) FROM sessions WHERE person_id = :id")
    assert session.scalar(kept, {"id": ana.id}) == (0 if who == "ana" else 1)


def test_no_secret_is_kept(ana: Someone, program: Program, session: Session) -> None:
    code = program.code_of(ana)
    given = program.shows(code).get_json()
    rows = [
        row
        for table in ("clients", "authorizations", "sessions")
        for row in session.scalars(text(f"SELECT t::text FROM {table} AS t"))
    ]
    for secret in (code, given["access_token"], given["refresh_token"], program.secret or "x" * 9):
        assert not any(secret in row for row in rows)


def test_codes_that_nobody_used_are_forgotten(
    ana: Someone, program: Program, database: Database, session: Session
) -> None:
    program.code_of(ana)
    acting = program.acts_for(ana)
    with database.transaction() as writing:
        service.forget_old(writing, clock.now() + timedelta(minutes=2))
    assert standing(session, program) == 1
    assert acting.may_read()


def test_clients_can_find_out_how_it_is_done(world: World) -> None:
    said = world.client.get("/.well-known/oauth-authorization-server").get_json()
    assert said == metadata(ISSUER)
    told = rfc8414.AuthorizationServerMetadata(metadata("https://town.example"))
    told.validate(metadata_classes=[rfc9207.AuthorizationServerMetadata])
