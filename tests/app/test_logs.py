"""The log: one line of JSON for each request, with an id; never a position, a text or a token."""

import io
import json
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from app import logs
from app.express import Express
from tests.app.canaries import FORGED, HERE, PRIVATE, SAID, WORD, a_check_in, about_requests
from tests.app.tag.tags import a_till, code_of
from tests.world import Json, Someone, World, point

Lines = Callable[[], list[Json]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What the application has written, as its own log writes it."""
    before, written = structlog.get_config(), io.BytesIO()
    stdout = io.TextIOWrapper(written, "utf-8", write_through=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stdout)
        logs.configure()
    structlog.configure(**structlog.get_config() | {"cache_logger_on_first_use": False})
    for name, module in list(sys.modules.items()):
        # A logger that has written before this test would go on where it wrote.
        if name.startswith("app.") and hasattr(module, "log"):
            monkeypatch.setattr(module, "log", structlog.get_logger())
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.configure(**before)
    stdout.close()


def nothing_private(written: object) -> None:
    for private in PRIVATE:
        assert private not in str(written)


Asked = tuple[str, str, Any, str | None, int]
ASKED: dict[str, Asked] = {
    "a check-in": ("POST", "/check-ins", a_check_in(), "/v1/check-ins", 201),
    "many": ("POST", "/check-ins/batch", {"check_ins": [a_check_in(), SAID]}, "/v1/check-ins/batch", 200),
    "a text too long": ("POST", "/check-ins", a_check_in(text=SAID * 99), "/v1/check-ins", 422),
    "a word too much": ("POST", "/check-ins", a_check_in(**{SAID: SAID}), "/v1/check-ins", 422),
    "no JSON": ("POST", "/check-ins", SAID, "/v1/check-ins", 422),
    "a position": ("POST", "/me/positions", {"position": point(HERE)}, "/v1/me/positions", 200),
    "a place": ("POST", "/places", {"name": SAID, "position": point(HERE)}, "/v1/places", 201),
    "a feed": (
        "GET",
        f"/check-ins?lat={HERE.lat}&lon={HERE.lon}&radius=500",
        None,
        "/v1/check-ins",
        200,
    ),
    "places near": ("GET", f"/places?lat={HERE.lat}&lon={HERE.lon}", None, "/v1/places", 200),
    "a mistake": ("GET", f"/places?lat={HERE.lat}&lon=999{SAID}", None, "/v1/places", 422),
    "a person": ("GET", f"/people/{SAID}", None, "/v1/people/<handle>", 404),
    "nothing": ("GET", f"/nothing/{SAID}?lat={HERE.lat}", None, None, 404),
    "a wrong method": ("DELETE", f"/places?lat={HERE.lat}", None, None, 405),
    "a password": ("POST", "/sessions", {"handle": SAID, "password": WORD}, "/v1/sessions", 401),
    "a forgotten password": (
        "POST",
        "/password-resets",
        {"who": f"nobody-{SAID}"},
        "/v1/password-resets",
        202,
    ),
    "a link": (
        "PUT",
        "/password-resets",
        {"secret": SAID, "password": WORD},
        "/v1/password-resets",
        403,
    ),
    "an address": (
        "PUT",
        "/me/email",
        {"email": f"{SAID}@mail.example", "password": WORD},
        "/v1/me/email",
        403,
    ),
    "a consent": (
        "GET",
        f"/oauth/authorizations?client_id={SAID}&state={SAID}&response_type=code",
        None,
        "/v1/oauth/authorizations",
        422,
    ),
    "a passkey": (
        "POST",
        "/passkey-sessions",
        {"challenge_id": "01a20157-9db7-7000-ad4d-b6a6b1e1eb5c", "credential": {"rawId": SAID}},
        "/v1/passkey-sessions",
        401,
    ),
    "signing up": ("POST", "/people", {"handle": SAID, "password": WORD}, "/v1/people", 201),
}


@pytest.mark.parametrize("asked", ASKED)
def test_each_request_has_one_line_and_nothing_private_in_it(world: World, lines: Lines, asked: str) -> None:
    method, path, body, route, status = ASKED[asked]
    ana = world.person("Ana")
    before = len(lines())
    answer = ana.asks(method, path, body)
    written = lines()[before:]
    (line,) = about_requests(written)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["status"], line["level"]) == (method, status, "info")
    assert line["status"] == answer.status_code
    assert line["route"] == route or route is None
    assert 0 <= line["ms"] < 60_000
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() is not None
    nothing_private(written)
    assert ana.token not in str(written)


def test_who_asked_is_told_by_id(world: World, lines: Lines) -> None:
    ana = world.person("Ana")
    ana.gets("/me")
    world.client.get("/v1/topics")
    ana_s, nobody_s = about_requests(lines())[-2:]
    assert ana_s["person"] == ana.id
    assert "person" not in nobody_s, "nor is it left over from the request before"
    assert ana_s["request_id"] != nobody_s["request_id"]


@pytest.mark.parametrize("said", [{"Authorization": f"Bearer {FORGED}"}, {"Authorization": FORGED}])
def test_a_forged_token_is_not_written_down(world: World, lines: Lines, said: dict[str, str]) -> None:
    assert world.client.post("/v1/check-ins", json=a_check_in(), headers=said).status_code == 401
    assert about_requests(lines())[-1]["status"] == 401
    nothing_private(lines())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a-name-of-the-phones", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("ümlaut", False),
    ],
)
def test_a_phone_may_name_its_request(world: World, lines: Lines, said: str, kept: bool) -> None:
    answer = world.client.get("/v1/topics", headers={"X-Request-Id": said})
    assert (answer.headers["X-Request-Id"] == said) is kept
    assert about_requests(lines())[-1]["request_id"] == answer.headers["X-Request-Id"]


def test_a_code_of_a_client_is_not_written_down(world: World, lines: Lines) -> None:
    said = {"grant_type": "authorization_code", "client_id": SAID, "code": WORD, "code_verifier": SAID}
    assert world.client.post("/oauth/token", data=said).status_code in {400, 401}
    assert about_requests(lines())[-1]["route"] == "/oauth/token"
    nothing_private(lines())


def test_what_a_till_reads_is_not_written_down_nor_of_whom(world: World, lines: Lines) -> None:
    ana, till = world.person("Ana"), a_till(world)
    code, before = code_of(ana), len(lines())
    answer = till.reads(code, nonce="a-canary-of-a-nonce", position=point(HERE))
    (line,) = about_requests(lines()[before:])
    assert (line["route"], line["status"]) == ("/v1/readers/<uuid:reader_id>/readings", 200)
    assert answer["reading"]["handle"] == ana.handle
    for private in (code, till.key, "a-canary", ana.handle, ana.id, "12.34567"):
        assert private not in str(lines()[before:])


def test_a_fault_is_told_by_where_it_was_and_not_by_what_it_says(
    world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> object:
        raise RuntimeError(f"{SAID} at {HERE} with {FORGED}")

    monkeypatch.setattr("app.places.queries.places_near", breaks)
    answer = world.client.get(f"/v1/places?lat={HERE.lat}&lon={HERE.lon}")
    assert answer.status_code == 500
    (fault,) = [line for line in lines() if line["event"] == "request failed"]
    assert (fault["level"], fault["error"], fault["route"]) == ("error", "RuntimeError", "/v1/places")
    assert any("breaks" in frame for frame in fault["at"])
    assert fault["request_id"] == answer.headers["X-Request-Id"]
    nothing_private(lines())


def test_nor_is_what_the_database_quotes(world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL repeats what it could not read, and SQLAlchemy what it was given."""

    def breaks(session: Any, *_: object) -> object:
        return session.execute(
            text("SELECT CAST(:said AS integer), :here"), {"said": SAID, "here": str(HERE)}
        )

    monkeypatch.setattr("app.places.queries.places_near", breaks)
    assert world.client.get(f"/v1/places?lat={HERE.lat}&lon={HERE.lon}").status_code == 500
    nothing_private(lines())


def sent(app: Flask, ana: Someone, body: bytes, *headers: str, token: str | None = None) -> bytes:
    """The answer of the express lane, over a pair of sockets."""
    phone, server = socket.socketpair()
    head = (
        "POST /v1/check-ins HTTP/1.1",
        "Host: town.example",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Authorization: Bearer {token or ana.token}",
        *headers,
    )
    with phone, server:
        phone.sendall("\r\n".join((*head, "", "")).encode() + body)
        phone.shutdown(socket.SHUT_WR)
        Express(app).serve(server, lambda: True)
        return phone.recv(65_536)


EXPRESS: dict[str, tuple[Any, str | None, int]] = {
    "a check-in": (a_check_in(), None, 201),
    "a text too long": (a_check_in(text=SAID * 99), None, 422),
    "no JSON": (SAID, None, 422),
    "a forged token": (a_check_in(), FORGED, 401),
}


@pytest.mark.parametrize("asked", EXPRESS)
def test_the_express_lane_writes_the_same_line(app: Flask, world: World, lines: Lines, asked: str) -> None:
    body, token, status = EXPRESS[asked]
    ana = world.person("Ana")
    before = len(lines())
    answer = sent(app, ana, json.dumps(body).encode(), "X-Request-Id: named", token=token)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    (line,) = about_requests(lines()[before:])
    before = len(lines())
    headers = {"X-Request-Id": "named", "Authorization": f"Bearer {token or ana.token}"}
    world.client.post("/v1/check-ins", json=body, headers=headers)
    (flasks,) = about_requests(lines()[before:])
    unlike = {"ms", "timestamp"}
    assert {name: said for name, said in line.items() if name not in unlike} == {
        name: said for name, said in flasks.items() if name not in unlike
    }
    nothing_private(lines())


def test_a_fault_in_the_express_lane_is_told_alike(
    app: Flask, world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> object:
        raise RuntimeError(SAID)

    monkeypatch.setattr("app.checkins.intake.Intake.check_in", breaks)
    ana = world.person("Ana")
    assert sent(app, ana, json.dumps(a_check_in()).encode()).startswith(b"HTTP/1.1 500 ")
    (fault,) = [line for line in lines() if line["event"] == "request failed"]
    assert (fault["error"], fault["route"]) == ("RuntimeError", "/v1/check-ins")
    nothing_private(lines())
