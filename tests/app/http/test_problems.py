"""Refusals as problem+json (RFC 9457)."""

import html
from collections import Counter
from collections.abc import Callable

import psycopg2
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError, TimeoutError

from app.db import Database
from app.errors import Refusal, TooMany, Unavailable, kinds_of_refusal
from app.http.problems import problem_of, respond
from tests.world import World, problem_in

KINDS = kinds_of_refusal()


def test_every_failure_has_a_type_of_its_own() -> None:
    assert [slug for slug, count in Counter(kind.slug for kind in KINDS).items() if count > 1] == []
    assert {kind.slug for kind in KINDS}.isdisjoint({Refusal.slug})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_every_failure_is_a_whole_problem(app: Flask, kind: type[Refusal]) -> None:
    with app.test_request_context():
        answer = respond(kind("Do something else."))
    assert (answer.status_code, answer.mimetype) == (kind.status, "application/problem+json")
    assert answer.get_json(force=True) == {
        "type": f"/v1/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": "Do something else.",
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_every_type_can_be_read_up(world: World, kind: type[Refusal]) -> None:
    answer = world.client.get(f"/v1/problems/{kind.slug}")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert kind.title in html.unescape(answer.get_data(as_text=True))


def test_a_type_there_is_not(world: World) -> None:
    assert problem_in(world.client.get("/v1/problems/nothing"))["type"] == "/v1/problems/not-found"


@pytest.mark.parametrize("kind", [TooMany, Unavailable])
def test_who_is_to_come_again_is_told_when(app: Flask, kind: type[Refusal]) -> None:
    with app.test_request_context():
        assert respond(kind("Later.")).headers["Retry-After"] == "1"
        assert respond(kind("Later.", retry_after_s=7)).headers["Retry-After"] == "7"


def test_a_problem_may_say_more() -> None:
    assert problem_of(TooMany("Later.", retry_after_s=7))["retry_after_s"] == 7


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nothing", "/nothing", "/v1/places/no-uuid", "/v1/check-ins/%F0"]
)
def test_where_there_is_nothing(world: World, path: str) -> None:
    problem = problem_in(world.client.get(path))
    assert (problem["status"], problem["type"]) == (404, "/v1/problems/not-found")
    assert "/v1/docs" in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/topics", {"GET", "POST"}),
        ("GET", "/v1/check-ins/batch", {"POST"}),
        ("PATCH", "/v1/me", {"GET"}),
        ("POST", "/v1/me/consents/offers", {"GET", "PUT", "DELETE"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    world: World, method: str, path: str, allowed: set[str]
) -> None:
    answer = world.client.open(path, method=method)
    assert problem_in(answer)["type"] == "/v1/problems/wrong-method"
    # RFC 9110, section 15.5.6, asks for them in a header; people read the message.
    assert allowed <= set(answer.headers["Allow"].split(", "))
    assert all(each in answer.get_json(force=True)["detail"] for each in allowed)


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT secret", {}, psycopg2.OperationalError("host=secret")),
        TimeoutError("QueuePool limit"),
    ],
    ids=type,
)
def test_a_database_that_is_away_is_told_as_such(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(database.engine.pool, "connect", failing(error))
    answer = world.client.get("/v1/topics")
    problem = problem_in(answer)
    assert (problem["status"], problem["type"]) == (503, "/v1/problems/unavailable")
    assert answer.headers["Retry-After"]
    assert "secret" not in answer.get_data(as_text=True)


def test_a_fault_of_ours_tells_nobody_what_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.topics.queries.topics_after", failing(RuntimeError("the secret of the house")))
    answer = world.client.get("/v1/topics")
    assert problem_in(answer)["type"] == "/v1/problems/failed"
    assert "secret" not in answer.get_data(as_text=True)
