"""Where a reader reads, whose key is good for what, and bodies that cannot be."""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.app.tag.tags import NONCE, Till, a_till, code_of
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Someone, World, point


@pytest.mark.parametrize(
    ("position", "outcome"), [(CAFE, "ok"), (NEAR_CAFE, "ok"), (None, "ok"), (FAR_AWAY, "too-far")]
)
def test_a_till_that_stands_somewhere_reads_there(
    world: World, ana: Someone, position: Any, outcome: str
) -> None:
    till = a_till(world, position=point(CAFE))
    more = {"position": point(position)} if position else {}
    assert till.outcome(code_of(ana), **more) == outcome


def test_a_key_reads_for_its_own_reader_alone(world: World, ana: Someone, till: Till) -> None:
    colleague, stranger = a_till(world, till.business), a_till(world)
    body = {"readings": [{"code": code_of(ana), "nonce": NONCE}]}
    for other in (colleague, stranger):
        refused = till.asks(body, key=other.key)
        assert (refused.status_code, refused.get_json()["type"]) == (403, "/v1/problems/not-allowed")
    assert till.asks(body, reader=str(uuid4())).status_code == 403
    assert till.asks(body).get_json()["answers"][0]["outcome"] == "ok"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "hbr_",
        "hb1_" + "A" * 75,
        "hbr_" + "A" * 54,
        "hbr_" + "A" * 53,
        "nonsense",
        "hbr_" + "A" * 54 + "x",
    ],
)
def test_a_key_that_is_none_reads_nothing(till: Till, key: str) -> None:
    refused = till.asks({"readings": [{"code": "x", "nonce": NONCE}]}, key=key)
    assert (refused.status_code, refused.get_json()["type"]) == (401, "/v1/problems/not-signed-in")


def test_a_key_of_which_one_letter_is_another_reads_nothing(till: Till) -> None:
    changed = till.key[:30] + ("A" if till.key[30] != "A" else "B") + till.key[31:]
    assert till.asks({"readings": [{"code": "x", "nonce": NONCE}]}, key=changed).status_code == 401


def test_a_persons_token_is_no_key_and_a_key_no_token(world: World, ana: Someone, till: Till) -> None:
    body = {"readings": [{"code": "x", "nonce": NONCE}]}
    assert till.asks(body, key=world.founder.token).status_code == 401
    assert Someone(ana.client, "", "", till.key).is_refused("GET", "/me")["status"] == 401


def test_an_answer_kept_for_a_retry_is_its_readers_own(world: World, ana: Someone, till: Till) -> None:
    body, key = {"readings": [{"code": code_of(ana), "nonce": NONCE}]}, secrets.token_hex(8)
    first = till.asks(body, Idempotency_Key=key)
    again = till.asks(body, Idempotency_Key=key)
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (first.get_json(), "true")
    other = a_till(world)
    assert till.asks(body, key=other.key, Idempotency_Key=key).status_code == 403


BODIES: list[Any] = [
    {},
    [],
    {"readings": []},
    {"readings": [{}]},
    {"readings": [{"code": "x"}]},
    {"readings": [{"nonce": NONCE}]},
    {"readings": [{"code": "x", "nonce": "short"}]},
    {"readings": [{"code": "x", "nonce": "n" * 65}]},
    {"readings": [{"code": "x", "nonce": "n\x00nnnnnnn"}]},
    {"readings": [{"code": "x" * 201, "nonce": NONCE}]},
    {"readings": [{"code": 1, "nonce": NONCE}]},
    {"readings": [{"code": "x", "nonce": NONCE, "read_at": "yesterday"}]},
    {"readings": [{"code": "x", "nonce": NONCE, "read_at": "2026-01-01T00:00:00"}]},
    {"readings": [{"code": "x", "nonce": NONCE, "position": [1, 2]}]},
    {"readings": [{"code": "x", "nonce": NONCE, "person": "ana"}]},
    {"readings": [{"code": "x", "nonce": NONCE + str(n)} for n in range(1_001)]},
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_cannot_be_changes_nothing(
    till: Till, rows: Callable[[], dict[str, int]], body: Any
) -> None:
    before = rows()
    assert till.asks(body).status_code == 422
    assert rows() == before


@pytest.mark.parametrize("read_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])
def test_times_at_the_ends_of_time_are_only_out_of_time(ana: Someone, till: Till, read_at: str) -> None:
    assert till.outcome(code_of(ana), read_at=read_at) == "expired"
