"""Whatever goes wrong inside, the express lane says it as Flask does; and whatever the body, both say the same."""

import json
import socket
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError, TimeoutError

from app.checkins.intake import Intake
from app.checkins.schemas import NewCheckInGiven
from app.errors import TooMany, Unavailable, kinds_of_refusal
from app.express import LARGEST_BODY, LONGEST_HEAD, Express, plain_head
from geo import BadArea, NotOnTheGlobe
from tests.app.wire import BODY, Answer, Line, Sent
from tests.world import Someone, World

NAME = b"X-Request-Id: mine"
Raises = Callable[[], object]


def raising(error: Exception) -> Raises:
    def fail() -> object:
        raise error

    return fail


FAULTS: dict[str, Raises] = {
    **{kind.slug: raising(kind("Do something else.")) for kind in kinds_of_refusal()},
    "too many, and when to come again": raising(TooMany("Later.", retry_after_s=7)),
    "away, and when to come again": raising(Unavailable("Later.", retry_after_s=3)),
    "a value": lambda: NewCheckInGiven.model_validate_json(b'{"position": null, "text": 7}'),
    "no JSON": lambda: NewCheckInGiven.model_validate_json(b"{"),
    "a position off the globe": raising(NotOnTheGlobe("there is no such latitude")),
    "no area": raising(BadArea("a ring has 4 positions or more")),
    "the database is away": raising(
        OperationalError("SELECT secret", {}, psycopg2.OperationalError("secret"))
    ),
    "no connection is free": raising(TimeoutError("QueuePool limit of size 5")),
    "a number too large": raising(OverflowError("secret")),
    "a mistake of ours": raising(RuntimeError("secret")),
}


class Both:
    """Ana's phone, which can send by either way."""

    def __init__(self, app: Flask, ana: Someone) -> None:
        self._express, self._client, self._token = Express(app), app.test_client(use_cookies=False), ana.token

    def by_lane(self, sent: Sent) -> Answer:
        phone, server = socket.socketpair()
        line = Line(phone)
        with server:
            line.say(sent.wire(self._token, NAME))
            line.end()
            assert self._express.serve(server, lambda: True) is False, "the lane takes it"
            answer = line.answer()
        line.close()
        assert answer is not None
        return answer

    def by_flask(self, sent: Sent) -> Answer:
        headers = [line.decode().partition(":") for line in (*sent.headers, NAME)]
        said = [(name, value.strip().replace("{token}", self._token)) for name, _, value in headers]
        answer = self._client.post("/v1/check-ins", data=sent.body, headers=said)
        kept = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, kept, answer.data)


@pytest.fixture
def both(app: Flask, world: World) -> Both:
    return Both(app, world.person("Ana"))


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_is_told_alike(both: Both, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def fails(*_: object) -> object:
        return FAULTS[fault]()

    monkeypatch.setattr(Intake, "check_in", fails)
    sent = Sent(fault, 0)
    by_lane, by_flask = both.by_lane(sent), both.by_flask(sent)
    assert by_lane.told == by_flask.told
    assert by_lane.headers["content-type"] == "application/problem+json"
    assert by_lane.status == json.loads(by_lane.body)["status"] >= 400
    assert by_lane.headers["x-request-id"] == "mine"
    assert b"secret" not in by_lane.body
    assert int(by_lane.headers["content-length"]) == len(by_lane.body)


WORDS = [
    "position",
    "text",
    "topics",
    "activity",
    "type",
    "coordinates",
    "Point",
    "fixed_at",
    "visibility",
    "me",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


def nearly_right(changes: dict[str, Any]) -> bytes:
    return json.dumps({**json.loads(BODY), **changes}).encode()


bodies = st.one_of(
    st.binary(max_size=60),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(
        st.sampled_from([*WORDS, "accuracy_m", "exactness", "sent_at"]), json_values, max_size=3
    ).map(nearly_right),
    st.tuples(st.integers(0, len(BODY)), st.binary(max_size=3)).map(
        lambda cut: BODY[: cut[0]] + cut[1] + BODY[cut[0] + 1 :]
    ),
)


def test_any_body_is_answered_alike(both: Both) -> None:
    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(body=bodies)
    def sends(body: bytes) -> None:
        sent = Sent("any", 0, body=body)
        by_lane, by_flask = both.by_lane(sent), both.by_flask(sent)
        assert by_lane.told == by_flask.told
        assert by_lane.status in {201, 400, 422}

    sends()


HEAD = b"POST /v1/check-ins HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"


@pytest.mark.parametrize(
    ("head", "plain"),
    [
        (HEAD + b"\r\n", True),
        (HEAD + b"\r\n{}POST /", True),
        (HEAD + b"Idempotency-Key: \r\n\r\n", True),
        (HEAD, False),
        (HEAD[:-1], False),
        (b"", False),
        (HEAD[1:] + b"\r\n", False),
        (b"\r\n" + HEAD + b"\r\n", False),
        (HEAD.replace(b"\r\n", b"\n") + b"\n", False),
        (HEAD.replace(b"Host: x\r\n", b"") + b"\r\n", False),
        (HEAD.replace(b": 2", b": +2") + b"\r\n", False),
        (HEAD.replace(b": 2", b": 2 2") + b"\r\n", False),
        (HEAD.replace(b": 2", b": 0x2") + b"\r\n", False),
        (HEAD.replace(b": 2", b": %d" % LARGEST_BODY) + b"\r\n", True),
        (HEAD.replace(b": 2", b": %d" % (LARGEST_BODY + 1)) + b"\r\n", False),
        (HEAD.replace(b": 2", b": 000002") + b"\r\n", False),
        (HEAD + b"Content-Length: 2\r\n\r\n", False),
        (HEAD + b"content-length: 3\r\n\r\n", False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", False),
        (HEAD + b"Expect: 100-continue\r\n\r\n", False),
        (HEAD + b"Upgrade: websocket\r\n\r\n", False),
        (HEAD + b"Connection: close\r\n\r\n", False),
        (HEAD + b"Connection: keep-alive, upgrade\r\n\r\n", False),
        (HEAD + b"Accept : x\r\n\r\n", False),
        (HEAD + b" folded\r\n\r\n", False),
        (HEAD + b"Accept: a\0b\r\n\r\n", False),
        (HEAD + b"Accept: a\rb\r\n\r\n", False),
        (HEAD + b"Accept: \xe9\r\n\r\n", False),
        (HEAD + b"Accept\r\n\r\n", False),
        (HEAD + b"Acc_ept: x\r\n\r\n", False),
    ],
)
def test_only_the_plainest_heads_are_for_the_lane(head: bytes, plain: bool) -> None:
    assert (plain_head(head[:LONGEST_HEAD]) is not None) is plain


def test_what_is_not_for_the_lane_is_left_unread(app: Flask) -> None:
    phone, server = socket.socketpair()
    with phone, server:
        phone.sendall(HEAD + b"Expect: 100-continue\r\n\r\n{}")
        assert Express(app).serve(server, lambda: True) is True
        assert server.recv(4096) == HEAD + b"Expect: 100-continue\r\n\r\n{}"


def test_a_server_that_is_to_stop_takes_no_more(app: Flask, world: World) -> None:
    """What is in hand is answered; the next on the same connection is not begun."""
    phone, server = socket.socketpair()
    going_on = iter([True, False])
    line = Line(phone)
    with server:
        line.say(Sent("two", 201).wire(world.person("Ana").token) * 2)
        line.end()
        assert Express(app).serve(server, lambda: next(going_on)) is False
    assert [answer.status for answer in line.answers()] == [201]
    line.close()
