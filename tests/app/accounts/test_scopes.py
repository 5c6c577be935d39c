"""Tokens for programs: good for what their person said, and for nothing else, by whichever door."""

import re
import socket
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.accounts.rules import SCOPES
from app.express import Express
from app.http.openapi import operations_of
from app.http.operations import Operation
from realtime.attach import SAYINGS
from tests.app.tricky import PLAIN
from tests.world import CAFE, Json, Someone, World, point, problem_in

SOME_ID = "01a20157-9db7-7000-ad4d-b6a6b1e1eb5c"


def with_token(ana: Someone, *scopes: str, **more: Any) -> Someone:
    """The same person, through a program."""
    made = ana.posts("/me/tokens", {"device": "a program", "scopes": list(scopes), **more})
    return Someone(ana.client, ana.handle, ana.id, made["token"])


def asks(program: Someone, operation: Operation) -> Json:
    """What an operation says to a program that asks it for nothing in particular."""
    path = re.sub(r"<uuid:\w+>", SOME_ID, operation.rule.removeprefix("/v1"))
    body = None if operation.method == "GET" else {}
    answer = program.asks(operation.method, re.sub(r"<\w+>", "nobody", path), body)
    said: Json = answer.get_json(force=True, silent=True) or {}
    return said


def test_every_operation_holds_to_its_scope(world: World, app: Flask) -> None:
    for operation in operations_of(app):
        ana = world.person("Ana")
        others = set(SCOPES) - {operation.scope}
        refused = asks(with_token(ana, *others), operation).get("type") == "/v1/problems/not-enough-scope"
        is_free = operation.anyone and operation.scope is None
        assert refused is not is_free, operation
        if operation.scope:
            said = asks(with_token(ana, operation.scope), operation)
            assert said.get("type") != "/v1/problems/not-enough-scope", operation


def test_every_scope_is_good_for_something_and_known(app: Flask) -> None:
    used = {operation.scope for operation in operations_of(app) if operation.scope} | set(SAYINGS.values())
    assert used == set(SCOPES)


def test_a_token_that_does_not_suffice_is_told_what_would(world: World) -> None:
    program = with_token(world.person("Ana"), "check-ins:read")
    answer = program.asks("POST", "/check-ins", {"position": point(CAFE)})
    problem = problem_in(answer)
    assert (answer.status_code, problem["scope"]) == (403, "check-ins:write")
    assert problem["detail"] == (
        "This token may not do this. Use one with the scope check-ins:write, or one from POST /v1/sessions."
    )
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hereabouts", error="insufficient_scope"'


def test_no_token_makes_itself_a_better_one(world: World) -> None:
    program = with_token(world.person("Ana"), *SCOPES)
    wanted = {"device": "another", "scopes": ["offers:read"]}
    assert program.is_refused("POST", "/me/tokens", wanted)["type"] == "/v1/problems/not-enough-scope"
    for method, path in (("PUT", "/me/password"), ("DELETE", "/me"), ("POST", "/me/export")):
        assert program.is_refused(method, path, {})["type"] == "/v1/problems/not-enough-scope", path


def test_tokens_are_listed_with_what_they_are_for_and_revoked_as_sessions_are(world: World) -> None:
    ana = world.person("Ana")
    program = with_token(ana, "offers:read", "check-ins:read")
    listed = ana.gets("/me/sessions")["items"]
    assert [(each["device"], each["scopes"]) for each in listed] == [
        ("a program", ["check-ins:read", "offers:read"]),
        ("a device", None),
    ]
    assert program.asks("GET", "/me/offers").status_code == 200
    ana.deletes(f"/me/sessions/{listed[0]['id']}")
    assert program.asks("GET", "/me/offers").status_code == 401


def test_a_scope_said_twice_is_one(world: World) -> None:
    body = {"device": "a program", "scopes": ["offers:read", "offers:read"]}
    assert world.person("Ana").posts("/me/tokens", body)["scopes"] == ["offers:read"]


def test_a_token_lasts_as_many_days_as_said(world: World) -> None:
    program = with_token(world.person("Ana"), "offers:read", days=2)
    with clock.travelling(timedelta(days=2, minutes=-5)):
        assert program.asks("GET", "/me/offers").status_code == 200
    with clock.travelling(timedelta(days=2, minutes=5)):
        assert program.asks("GET", "/me/offers").status_code == 401


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": ["offers:read"] * (len(SCOPES) + 1)}, "/scopes"),
        ({"device": ""}, "/device"),
        ({"days": 0}, "/days"),
        ({"days": 366}, "/days"),
    ],
)
def test_a_token_that_cannot_be_says_why(world: World, wrong: Json, where: str) -> None:
    body = {"device": "a program", "scopes": ["offers:read"], **wrong}
    problem = world.person("Ana").is_refused("POST", "/me/tokens", body)
    assert (problem["status"], problem["errors"][0]["at"]) == (422, where)


@pytest.mark.parametrize(
    ("scopes", "status"), [(["check-ins:write"], b"201"), (sorted(set(SCOPES) - {"check-ins:write"}), b"403")]
)
def test_the_express_lane_holds_to_it_too(world: World, app: Flask, scopes: list[str], status: bytes) -> None:
    program = with_token(world.person("Ana"), *scopes)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(PLAIN[0].wire(program.token))
        theirs.shutdown(socket.SHUT_WR)
        Express(app).serve(ours, lambda: True)
        assert theirs.recv(65536)[9:12] == status
