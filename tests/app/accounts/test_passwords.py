"""Another password: known only to who knows the old one, and the end of every other session."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from app.accounts import proving, service
from app.accounts.rules import Proved
from tests.app.accounts.test_tokens import knocks_with, signs_in_again
from tests.world import Someone, World

CHANGE = {"current": "correct horse", "password": "battery staple"}


@pytest.fixture(autouse=True)
def _nobody_has_guessed(app: Flask) -> None:
    app.extensions["hereabouts.proving"]._allowances._of.clear()


def signs_in_with(ana: Someone, password: str) -> int:
    return ana.asks("POST", "/sessions", {"handle": ana.handle, "password": password}).status_code


def test_the_new_password_opens_and_the_old_one_does_not(world: World) -> None:
    ana = world.person("Ana")
    assert ana.asks("PUT", "/me/password", CHANGE).status_code == 204
    assert (signs_in_with(ana, "correct horse"), signs_in_with(ana, "battery staple")) == (401, 201)


def test_all_other_sessions_end(world: World) -> None:
    ana = world.person("Ana")
    tablet, laptop = signs_in_again(ana), signs_in_again(ana)
    assert [knocks_with(world, each.token) for each in (ana, tablet, laptop)] == [200, 200, 200]
    tablet.asks("PUT", "/me/password", CHANGE)
    assert [knocks_with(world, each.token) for each in (ana, tablet, laptop)] == [401, 200, 401]


def test_a_stolen_token_does_not_change_it_nor_guess_for_ever(world: World) -> None:
    ana = world.person("Ana")
    wrong = [ana.is_refused("PUT", "/me/password", CHANGE | {"current": f"guess {n}"}) for n in range(12)]
    assert [each["status"] for each in wrong] == [403] * 10 + [429] * 2
    assert wrong[0]["type"] == "/v1/problems/wrong-current-password"
    assert signs_in_with(ana, "correct horse") == 201


def test_whoever_guesses_elsewhere_keeps_nobody_from_taking_another_password(world: World) -> None:
    ana = world.person("Ana")
    for number in range(12):
        body = {"handle": ana.handle, "password": f"guess {number}"}
        world.client.post("/v1/sessions", json=body, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert ana.asks("PUT", "/me/password", CHANGE).status_code == 204


@pytest.mark.parametrize("password", ["short", "x" * 201, 7])
def test_a_bad_password_says_where(world: World, password: Any) -> None:
    problem = world.person("Ana").is_refused("PUT", "/me/password", CHANGE | {"password": password})
    assert (problem["status"], problem["errors"][0]["at"]) == (422, "/password")


def test_whoever_proves_the_old_password_while_it_changes_gets_no_session(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person("Ana")
    proved = proving.Proving.sign_in

    def proved_and_then_changed(self: proving.Proving, *asked: Any) -> Proved:
        answer = proved(self, *asked)
        with app.extensions["hereabouts"].database.transaction() as another:
            service.change_password(another, answer, "another hash", UUID(int=0), clock.now())
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(proving.Proving, "sign_in", proved_and_then_changed)
        assert signs_in_with(ana, "correct horse") == 401
    assert knocks_with(world, ana.token) == 401
