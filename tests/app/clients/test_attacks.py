"""What others try: each attack on the code flow that RFC 9700 and OAuth 2.1 know of, and what comes of it."""

from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask import Flask

from app import clock
from app.clients.rules import CODE_LASTS
from tests.app.clients.conftest import BACK, ISSUER, Program, error_in, makes_known, params, refused
from tests.world import Someone

#: What is changed when the code is shown, and the error that comes of it.
WHEN_SHOWN: dict[str, tuple[dict[str, Any], str]] = {
    "wrong verifier": ({"code_verifier": "w" * 50}, "invalid_grant"),
    "missing verifier": ({"code_verifier": None}, "invalid_request"),
    "empty verifier": ({"code_verifier": ""}, "invalid_request"),
    "a verifier too short": ({"code_verifier": "w" * 42}, "invalid_request"),
    "other redirect": ({"redirect_uri": "https://evil.example/back"}, "invalid_grant"),
    "redirect with more": ({"redirect_uri": BACK + "/more"}, "invalid_grant"),
    "missing redirect": ({"redirect_uri": None}, "invalid_grant"),
    "no code": ({"code": None}, "invalid_request"),
    "a made-up code": ({"code": "A" * 54}, "invalid_grant"),
    "another grant": ({"grant_type": "password"}, "unsupported_grant_type"),
    "no grant": ({"grant_type": None}, "unsupported_grant_type"),
    "nobody's client": ({"client_id": "01a20157-9db7-7000-ad4d-b6a6b1e1eb5c"}, "invalid_client"),
    "no client": ({"client_id": ""}, "invalid_client"),
}


@pytest.mark.parametrize("how", WHEN_SHOWN)
def test_a_code_is_worth_nothing_shown_in_a_wrong_way(ana: Someone, program: Program, how: str) -> None:
    changed, error = WHEN_SHOWN[how]
    code = program.code_of(ana)
    assert error_in(program.shows(**{"code": code} | changed)) == error
    assert len(ana.gets("/me/sessions")["items"]) == 1, "nothing was given"


def test_the_challenge_itself_is_no_verifier(ana: Someone, program: Program) -> None:
    code = program.code_of(ana)
    challenge = program.asking()["code_challenge"]
    assert error_in(program.shows(code, code_verifier=challenge)) == "invalid_grant"


#: What is changed when a client asks, and the error; the person is sent back with it only where the address is sound.
WHEN_ASKED: dict[str, tuple[dict[str, Any], str, bool]] = {
    "no challenge": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request", True),
    "downgrade to plain": ({"code_challenge_method": "plain"}, "invalid_request", True),
    "downgrade by saying nothing": ({"code_challenge_method": None}, "invalid_request", True),
    "a challenge too short": ({"code_challenge": "w" * 42}, "invalid_request", True),
    "a scope there is not": ({"scope": "everything"}, "invalid_scope", True),
    "one scope too many": ({"scope": "offers:read everything"}, "invalid_scope", True),
    "no scope": ({"scope": None}, "invalid_scope", True),
    "an empty scope": ({"scope": " "}, "invalid_scope", True),
    "the implicit flow": ({"response_type": "token"}, "unsupported_response_type", True),
    "no response type": ({"response_type": None}, "unsupported_response_type", True),
    "another site": ({"redirect_uri": "https://evil.example/back"}, "invalid_request", False),
    "a longer path": ({"redirect_uri": BACK + "/../evil"}, "invalid_request", False),
    "a query": ({"redirect_uri": BACK + "?next=https://evil.example"}, "invalid_request", False),
    "a user part": ({"redirect_uri": "https://app.example@evil.example/back"}, "invalid_request", False),
    "another port": ({"redirect_uri": "https://app.example:444/back"}, "invalid_request", False),
    "another case": ({"redirect_uri": "https://app.example/BACK"}, "invalid_request", False),
    "no encryption": ({"redirect_uri": "http://app.example/back"}, "invalid_request", False),
    "a script": ({"redirect_uri": "javascript:alert(1)"}, "invalid_request", False),
    "a client there is not": ({"client_id": "01a20157-9db7-7000-ad4d-b6a6b1e1eb5c"}, "invalid_client", False),
    "no id": ({"client_id": "x' OR 1=1"}, "invalid_client", False),
    "another's site and a wrong type": (
        {"redirect_uri": "https://evil.example/", "response_type": "token"},
        "unsupported_response_type",
        False,
    ),
}


@pytest.mark.parametrize("allow", [True, False])
@pytest.mark.parametrize("how", WHEN_ASKED)
def test_a_client_that_asks_in_a_wrong_way_gets_no_code(
    ana: Someone, program: Program, how: str, allow: bool
) -> None:
    changed, error, may_go_back = WHEN_ASKED[how]
    problem = refused(ana, program.asking(**changed), allow)
    assert (problem["status"], problem["error"]) == (422, error)
    if may_go_back:
        back = params(problem["redirect_to"])
        assert problem["redirect_to"].startswith(BACK + "?")
        assert (back["error"], back["state"], back["iss"]) == (error, "a state", ISSUER)
        assert "code" not in back
    else:
        assert problem["redirect_to"] is None, "an open redirect"


@pytest.mark.parametrize("wrong", ['a "quote"', "a\\b", "é", "a\nb", "\0"])
@pytest.mark.parametrize("name", ["client_id", "response_type", "redirect_uri", "scope", "code_challenge"])
def test_what_no_error_could_quote_is_refused_before(
    ana: Someone, program: Program, name: str, wrong: str
) -> None:
    problem = ana.is_refused(
        "POST", "/oauth/authorizations", program.asking(**{name: wrong}) | {"allow": True}
    )
    assert (problem["status"], problem["errors"][0]["at"]) == (422, f"/{name}")


def test_a_code_used_twice_takes_back_what_it_gave(ana: Someone, program: Program) -> None:
    code = program.code_of(ana)
    given = program.shows(code).get_json()
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert ana.client.get("/v1/me/offers", headers=bearer).status_code == 200
    assert error_in(program.shows(code)) == "invalid_grant"
    assert ana.client.get("/v1/me/offers", headers=bearer).status_code == 401
    assert error_in(program.renews(given["refresh_token"])) == "invalid_grant"


def test_of_two_who_show_a_code_at_once_neither_keeps_anything(
    ana: Someone, program: Program, app: Flask
) -> None:
    code = program.code_of(ana)

    def shows() -> int:
        other = Program(
            app.test_client(use_cookies=False), program.id, program.secret, verifier=program.verifier
        )
        return other.shows(code).status_code

    answers = [each.get() for each in [gevent.spawn(shows) for _ in range(3)]]
    assert sorted(answers) == [200, 400, 400]
    assert len(ana.gets("/me/sessions")["items"]) == 1


def test_a_code_is_good_for_a_minute(ana: Someone, program: Program) -> None:
    early, late = program.code_of(ana), program.code_of(ana)
    with clock.travelling(CODE_LASTS - timedelta(seconds=5)):
        assert program.shows(early).status_code == 200
    with clock.travelling(CODE_LASTS):
        assert error_in(program.shows(late)) == "invalid_grant"


def test_a_code_of_another_client_is_worth_nothing_and_stays_good(
    ana: Someone, developer: Someone, program: Program
) -> None:
    code, other = program.code_of(ana), makes_known(developer)
    other.verifier = program.verifier
    assert error_in(other.shows(code)) == "invalid_grant"
    given = program.shows(code)
    assert given.status_code == 200
    assert error_in(other.shows(code)) == "invalid_grant"
    assert error_in(other.renews(given.get_json()["refresh_token"])) == "invalid_grant"
    assert program.renews(given.get_json()["refresh_token"]).status_code == 200, "another client ends nothing"


def test_a_refresh_token_used_twice_takes_back_all_that_came_of_it(ana: Someone, program: Program) -> None:
    acting = program.acts_for(ana)
    stolen = acting.given["refresh_token"]
    for _ in range(3):
        acting.given = program.renews(acting.given["refresh_token"]).get_json()
        assert acting.may_read()
    assert error_in(program.renews(stolen)) == "invalid_grant"
    assert not acting.may_read()
    assert error_in(program.renews(acting.given["refresh_token"])) == "invalid_grant"


def test_of_two_who_renew_at_once_neither_keeps_anything(ana: Someone, program: Program, app: Flask) -> None:
    acting = program.acts_for(ana)

    def renews() -> int:
        other = Program(app.test_client(use_cookies=False), program.id, program.secret)
        return other.renews(acting.given["refresh_token"]).status_code

    answers = [each.get() for each in [gevent.spawn(renews) for _ in range(3)]]
    assert sorted(answers) == [200, 400, 400]
    assert not acting.may_read()


@pytest.mark.parametrize("scope", ["check-ins:write", "offers:read positions:read", "everything"])
def test_a_client_gets_no_more_by_renewing(ana: Someone, program: Program, scope: str) -> None:
    acting = program.acts_for(ana)
    assert error_in(program.renews(acting.given["refresh_token"], scope=scope)) == "invalid_scope"
    assert acting.may_read()


def test_a_client_that_has_a_secret_has_to_prove_it(ana: Someone, developer: Someone) -> None:
    program = makes_known(developer, confidential=True)
    other = makes_known(developer, confidential=True)
    code = program.code_of(ana)
    wrong: list[dict[str, Any]] = [
        {"client_id": program.id},
        {"client_id": program.id, "client_secret": ""},
        {"client_id": program.id, "client_secret": "A" * 54},
        {"client_id": program.id, "client_secret": other.secret},
    ]
    for each in wrong:
        assert error_in(program.shows(code, **each)) == "invalid_client"
        assert error_in(program.sends("revoke", token="x", **each)) == "invalid_client"
    right = program.shows(code, client_id=program.id, client_secret=program.secret)
    assert right.status_code == 200


def test_a_public_client_gains_nothing_by_a_secret(ana: Someone, developer: Someone) -> None:
    program = makes_known(developer)
    code = program.code_of(ana)
    assert error_in(program.shows(code, client_id=program.id, client_secret="A" * 54)) == "invalid_client"


def test_nothing_may_be_said_twice(program: Program) -> None:
    said = f"grant_type=authorization_code&client_id={program.id}&client_id={program.id}&code=x"
    form = "application/x-www-form-urlencoded"
    answer = program.http.post("/oauth/token", data=said, content_type=form)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_nobody_consents_without_being_signed_in(program: Program) -> None:
    for answer in (
        program.http.get("/v1/oauth/authorizations", query_string=program.asking()),
        program.http.post("/v1/oauth/authorizations", json=program.asking() | {"allow": True}),
    ):
        assert answer.status_code == 401


@pytest.mark.parametrize("allow", [None, "true", 1, "yes"])
def test_only_a_plain_yes_is_one(ana: Someone, program: Program, allow: object) -> None:
    problem = ana.is_refused("POST", "/oauth/authorizations", program.asking() | {"allow": allow})
    assert problem["errors"][0]["at"] == "/allow"


def test_a_page_elsewhere_cannot_frame_the_question(program: Program) -> None:
    page = program.http.get("/oauth/authorize", query_string=program.asking())
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_client_sent_to_this_machine_may_use_any_port(ana: Someone, developer: Someone) -> None:
    """A program on a phone or laptop takes whatever port is free (RFC 8252, section 7.3)."""
    program = makes_known(developer, redirect_uris=["http://127.0.0.1/back"])
    program.back = "http://127.0.0.1:49152/back"
    assert program.acts_for(ana).may_read()
    other = program.asking(redirect_uri="http://localhost:49152/back")
    assert refused(ana, other)["redirect_to"] is None


def test_an_app_is_sent_back_by_its_own_scheme(ana: Someone, developer: Someone) -> None:
    program = makes_known(developer, redirect_uris=["org.example.diary:/back"])
    made = ana.posts("/oauth/authorizations", program.asking() | {"allow": True})
    assert made["redirect_to"].startswith("org.example.diary:/back?code=")
    asked = ana.client.get("/v1/oauth/authorizations", query_string=program.asking(), headers=ana.headers)
    assert asked.get_json()["host"] is None


def test_one_of_several_addresses_has_to_be_said(ana: Someone, developer: Someone) -> None:
    program = makes_known(developer, redirect_uris=[BACK, "https://other.example/"])
    assert refused(ana, program.asking(redirect_uri=None))["redirect_to"] is None


def test_the_only_address_may_be_left_out_and_then_is_in_both(ana: Someone, program: Program) -> None:
    code = program.code_of(ana, redirect_uri=None)
    assert program.shows(code, redirect_uri=None).status_code == 200
