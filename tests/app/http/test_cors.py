"""Browsers of other origins: let in by a setting, and by none unless it is set (Fetch standard, CORS)."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.express import plain_head
from app.factory import create_app
from app.settings import SettingMissing, Settings
from tests.world import CAFE, World, point

MINE, OTHER = "https://town.example", "https://elsewhere.example"
WANTED = "authorization,content-type,idempotency-key,if-none-match,x-request-id"
Opened = Callable[..., FlaskClient]


@pytest.fixture
def opened(database_url: str) -> Iterator[Opened]:
    """An application that lets these origins in."""
    apps: list[Flask] = []

    def opened(*origins: str) -> FlaskClient:
        said = {"HEREABOUTS_DATABASE_URL": database_url, "HEREABOUTS_CORS_ORIGINS": " ".join(origins)}
        apps.append(create_app(Settings.from_environment(said)))
        return apps[-1].test_client(use_cookies=False)

    yield opened
    for app in apps:
        app.extensions["hereabouts"].database.dispose()


def let_in(client: FlaskClient, origin: str, path: str = "/v1/communities") -> str | None:
    return client.get(path, headers={"Origin": origin}).headers.get("Access-Control-Allow-Origin")


def split(said: str | None) -> set[str]:
    return {each.strip().lower() for each in (said or "").split(",")}


@pytest.mark.parametrize(
    ("origins", "asks", "allowed"),
    [
        ((), MINE, None),
        ((MINE,), MINE, MINE),
        ((MINE,), OTHER, None),
        ((MINE, OTHER), OTHER, OTHER),
        ((MINE,), "null", None),
        ((MINE,), "http://town.example", None),
        ((MINE,), MINE + ":8443", None),
        ((MINE,), MINE + ".evil.example", None),
        ((MINE,), "https://evil.example/?" + MINE, None),
        ((MINE,), "https://townxexample", None),
        (("*",), OTHER, OTHER),
        (("*",), "null", "null"),
    ],
)
def test_who_is_let_in_is_a_setting(
    opened: Opened, origins: tuple[str, ...], asks: str, allowed: str | None
) -> None:
    assert let_in(opened(*origins), asks) == allowed


@pytest.mark.parametrize("asks", ["https://a.town.example.evil.example", "https://xtown.example"])
def test_a_star_in_an_origin_opens_no_other_door(opened: Opened, asks: str) -> None:
    """Nobody promised patterns; read as one, this would let in whoever ends their name cleverly."""
    try:
        client = opened("https://*.town.example")
    except SettingMissing:
        return
    assert let_in(client, asks) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
def test_a_browser_asks_first_and_is_told_what_it_may(opened: Opened, method: str) -> None:
    asked = {
        "Origin": MINE,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": WANTED,
    }
    answer = opened(MINE).options("/v1/check-ins", headers=asked)
    assert answer.status_code in {200, 204}
    assert answer.headers["Access-Control-Allow-Origin"] == MINE
    assert method.lower() in split(answer.headers["Access-Control-Allow-Methods"])
    assert split(answer.headers["Access-Control-Allow-Headers"]) == split(WANTED)
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_whoever_is_not_let_in_is_told_nothing_when_asking_first(opened: Opened) -> None:
    for client, origin in ((opened(MINE), OTHER), (opened(), MINE)):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = client.options("/v1/check-ins", headers=asked)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_without_the_setting_nothing_is_said(world: World) -> None:
    answer = world.founder.asks("GET", "/me", Origin=MINE)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_a_page_may_read_what_it_needs_beside_the_body(opened: Opened, world: World) -> None:
    answer = opened(MINE).get("/v1/me", headers={"Origin": MINE, **world.founder.headers})
    assert split(answer.headers["Access-Control-Expose-Headers"]) == {
        "etag",
        "link",
        "location",
        "idempotency-replayed",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "x-request-id",
    }
    # No cookie ever says who one is, so no page needs to send any.
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origins", [(MINE, OTHER), ("*",)])
def test_what_differs_by_origin_and_by_token_is_kept_apart_by_both(
    opened: Opened, origins: tuple[str, ...]
) -> None:
    answer = opened(*origins).get("/v1/communities", headers={"Origin": OTHER})
    assert split(",".join(answer.headers.get_all("Vary"))) == {"origin", "authorization"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/me", 401),
        ("GET", "/v1/places", 422),
        ("PATCH", "/v1/me", 405),
        ("POST", "/v1/check-ins", 401),
    ],
)
def test_a_page_may_read_why_it_was_refused(opened: Opened, method: str, path: str, status: int) -> None:
    answer = opened(MINE).open(path, method=method, headers={"Origin": MINE})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, MINE)


def test_a_page_of_another_origin_checks_in(opened: Opened, world: World) -> None:
    headers = {"Origin": MINE, **world.founder.headers}
    answer = opened(MINE).post("/v1/check-ins", json={"position": point(CAFE)}, headers=headers)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (201, MINE)


def test_the_express_lane_leaves_other_origins_to_those_who_know_them() -> None:
    head = b"POST /v1/check-ins HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
    assert plain_head(head + b"\r\n") is not None
    assert plain_head(head + f"Origin: {MINE}\r\n\r\n".encode()) is None
