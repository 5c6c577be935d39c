"""The express lane answers as Flask does: the same requests sent both ways over real connections."""

import json
from collections.abc import Iterator

import pytest

from tests.app.tricky import ODD, PLAIN, REFUSED, but, with_
from tests.app.wire import DETOUR, Sent, said
from tests.served import Phone, Served, serving


@pytest.fixture(scope="module")
def served(database_url: str) -> Iterator[Served]:
    """The whole program."""
    with serving(database_url) as served:
        yield served


@pytest.fixture(scope="module")
def token(served: Served) -> str:
    return Phone(served, "ana").token


def wired(sent: Sent, token: str, key: str, *more: bytes) -> bytes:
    return sent.wire(token, *more).replace(b"{key}", f"{sent.named} {key}".replace(" ", "-").encode())


@pytest.mark.parametrize("sent", [*PLAIN, *REFUSED], ids=str)
def test_both_ways_give_one_answer(served: Served, token: str, sent: Sent) -> None:
    by_lane = said(served, [wired(sent, token, "lane")])
    by_flask = said(served, [wired(sent, token, "flask", DETOUR)])
    assert by_lane is not None
    assert by_flask is not None
    assert (by_lane.by_lane, by_flask.by_lane) == (True, False)
    assert by_lane.told == by_flask.told
    assert by_lane.status == sent.status, by_lane.body


@pytest.mark.parametrize("sent", ODD, ids=str)
def test_what_is_odd_goes_on_to_those_who_know_it(served: Served, token: str, sent: Sent) -> None:
    plainly = said(served, [wired(sent, token, "lane")])
    by_flask = said(served, [wired(sent, token, "flask", DETOUR)])
    assert plainly is not None
    assert by_flask is not None
    assert not plainly.by_lane
    assert plainly.told == by_flask.told
    assert plainly.status == sent.status, plainly.body


@pytest.mark.parametrize("sent", [each for each in (*REFUSED, *ODD) if each.status >= 400], ids=str)
def test_every_refusal_is_a_problem(served: Served, token: str, sent: Sent) -> None:
    """Also of what is no request at all (RFC 9457)."""
    refused = said(served, [wired(sent, token, "problem")])
    assert refused is not None
    assert refused.headers["content-type"] == "application/problem+json"
    assert json.loads(refused.body)["status"] == refused.status == sent.status


@pytest.mark.parametrize("way", [(), (DETOUR,)], ids=["by the lane", "by Flask"])
def test_one_key_is_one_check_in_by_whichever_way(served: Served, token: str, way: tuple[bytes, ...]) -> None:
    keyed = Sent("a key", 201, headers=with_(b"Idempotency-Key: {key}"))
    other = Sent("a key", 422, headers=keyed.headers, body=but(text="another"))
    key = f"once{len(way)}"
    first = said(served, [wired(keyed, token, key, *way)])
    assert first is not None
    for again in ((), (DETOUR,)):
        replayed = said(served, [wired(keyed, token, key, *again)])
        assert replayed is not None
        assert (replayed.status, replayed.body) == (201, first.body)
        assert replayed.headers["location"] == first.headers["location"]
        assert replayed.headers["idempotency-replayed"] == "true"
        reused = said(served, [wired(other, token, key, *again)])
        assert reused is not None
        assert json.loads(reused.body)["type"] == "/v1/problems/idempotency-key-reused"
