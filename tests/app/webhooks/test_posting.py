"""Sending to whatever an address may lead to: slow, huge, dripping, redirecting, resetting, inner, another's."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import gevent
import pytest
import trustme

from app.webhooks import posting
from app.webhooks.posting import Address, Post, resolved
from app.webhooks.rules import Outcome, Reason, is_public
from tests.app.webhooks.shop import (
    AUTHORITY,
    HOST,
    OK,
    Answering,
    Shop,
    a_shop,
    drips,
    post_to,
    pours,
    resets,
    stalls,
    status,
    trusting,
)

URL = f"https://{HOST}/hooks?of=us"
TAKEN = Outcome(None, 204)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
A_BOMB = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1000000000000\r\n\r\n"


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop() as shop:
        yield shop


def test_a_message_arrives_as_it_was_signed(shop: Shop) -> None:
    body = '{"type":"wish.opened","a":"Gràcia"}'
    assert post_to(shop.address)(URL, {"webhook-id": "1"}, body) == TAKEN
    (got,) = shop.got
    assert (got.line, got.body.decode()) == ("POST /hooks?of=us HTTP/1.1", body)
    assert {name: got.headers[name] for name in ("host", "webhook-id", "content-type")} == {
        "host": HOST,
        "webhook-id": "1",
        "content-type": "application/json",
    }


ANSWERS = {
    b"HTTP/1.1 200 OK\r\n\r\nfine": Outcome(None, 200),
    status("202 Accepted", body=b"x" * 100_000): Outcome(None, 202),
    status("301 Moved Permanently", "Location: https://127.0.0.1/"): Outcome(Reason.ANSWERED, 301),
    status("307 Temporary Redirect", f"Location: {URL}"): Outcome(Reason.ANSWERED, 307),
    status("410 Gone"): Outcome(Reason.ANSWERED, 410),
    status("429 Too Many Requests", "Retry-After: 60"): Outcome(Reason.ANSWERED, 429, "60"),
    status("500 Oh"): Outcome(Reason.ANSWERED, 500),
    b"HTTP/1.1 100 Continue\r\n\r\n" + OK: TAKEN,
    b"": Outcome(Reason.NOT_HTTP),
    b"220 mail.example ESMTP\r\n": Outcome(Reason.NOT_HTTP),
    b"HTTP/1.1 2000 OK\r\n\r\n": Outcome(Reason.NOT_HTTP),
    b"HTTP/1.1 OK\r\n\r\n": Outcome(Reason.NOT_HTTP),
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n": Outcome(Reason.NOT_HTTP),
    b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 20_000 + b"\r\n\r\n": Outcome(None, 200),
    b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 20_000 + b"\r\n") * 2 + b"\r\n": Outcome(Reason.NOT_HTTP),
    b"HTTP/1.1 200 " + b"x" * 1_000_000: Outcome(Reason.NOT_HTTP),
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000: Outcome(Reason.NOT_HTTP),
    b"\x00" * 100: Outcome(Reason.NOT_HTTP),
}


@pytest.mark.parametrize("said", ANSWERS)
def test_an_answer_is_what_its_first_line_says_and_no_redirect_is_followed(shop: Shop, said: bytes) -> None:
    shop.answers(said)
    assert post_to(shop.address)(URL, {}, "{}") == ANSWERS[said]
    assert len(shop.got) == 1


BAD_SERVERS: list[tuple[Answering, Outcome]] = [
    (stalls(30), Outcome(Reason.SLOW)),
    (drips(OK, 0.2), Outcome(Reason.SLOW)),
    (drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0.0001), Outcome(Reason.SLOW)),
    (pours(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), Outcome(None, 200)),
    (pours(A_BOMB, b"\x1f\x8b" + b"\x00" * 65536), Outcome(None, 200)),
    (resets, Outcome(Reason.NOT_HTTP)),
]


@pytest.mark.parametrize(("answering", "outcome"), BAD_SERVERS)
def test_no_server_keeps_us_longer_than_it_may(shop: Shop, answering: Answering, outcome: Outcome) -> None:
    shop.answering = answering
    began = time.monotonic()
    assert post_to(shop.address, total_s=1.0)(URL, {}, "{}") == outcome
    assert time.monotonic() - began < 2.0


def test_who_never_ends_the_handshake_is_slow_and_others_go_on_meanwhile() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ticks = gevent.spawn(lambda: [gevent.sleep(0.1) for _ in range(5)])
        assert post_to(silent.getsockname(), total_s=1.0)(URL, {}, "{}") == Outcome(Reason.SLOW)
        assert ticks.dead


def test_where_nobody_listens_is_unreachable_and_the_next_address_is_tried(shop: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody: Address = server.getsockname()
    assert post_to(nobody)(URL, {}, "{}") == Outcome(Reason.UNREACHABLE)
    assert post_to(nobody, shop.address)(URL, {}, "{}") == TAKEN


def test_an_address_that_says_nothing_leaves_time_for_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        assert post_to(full.getsockname(), shop.address)(URL, {}, "{}") == TAKEN


def test_a_name_without_addresses_is_none() -> None:
    assert post_to()(URL, {}, "{}") == Outcome(Reason.NO_ADDRESS)
    missing = Post(resolved, is_public, trusting())
    assert missing("https://nobody.invalid/", {}, "{}") == Outcome(Reason.NO_ADDRESS)
    too_long_a_label = Post(lambda host, port: resolved("a" * 64 + ".invalid", port), is_public, trusting())
    assert too_long_a_label(URL, {}, "{}") == Outcome(Reason.NO_ADDRESS)


@pytest.mark.parametrize(
    "inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%eth0"]
)
def test_one_inner_address_among_many_is_one_too_many(shop: Shop, inner: str) -> None:
    answers: list[Address] = [("93.184.216.34", 443), (inner, shop.address[1])]
    for order in (answers, answers[::-1]):
        post = Post(lambda host, port, order=order: order, is_public, trusting())  # type: ignore[misc]
        assert post(URL, {}, "{}") == Outcome(Reason.INTERNAL)
    assert shop.got == []


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_for_once(shop: Shop) -> None:
    asked: list[str] = []

    def rebinds(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [shop.address] if len(asked) == 1 else [("10.0.0.1", 443)]

    assert Post(rebinds, lambda address: True, trusting())(URL, {}, "{}") == TAKEN
    assert asked == [HOST]


def test_without_anything_given_this_machine_is_not_called(shop: Shop) -> None:
    assert Post()("https://localtest.invalid/", {}, "{}").reason in {Reason.NO_ADDRESS, Reason.INTERNAL}
    local = Post(resolve=lambda host, port: resolved("localhost", shop.address[1]))
    assert local(URL, {}, "{}") == Outcome(Reason.INTERNAL)
    assert shop.got == []


@pytest.mark.parametrize(("name", "authority"), [("other.example", AUTHORITY), (HOST, trustme.CA())])
def test_who_cannot_prove_to_be_the_name_is_told_nothing(name: str, authority: trustme.CA) -> None:
    with a_shop(name, authority) as another:
        assert post_to(another.address)(URL, {}, "{}") == Outcome(Reason.UNTRUSTED)
        assert another.got == []


def test_who_speaks_no_tls_is_told_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def greet() -> None:
            with suppress(OSError):
                connection, _ = plain.accept()
                connection.sendall(OK)
                time.sleep(0.2)
                connection.close()

        threading.Thread(target=greet, daemon=True).start()
        assert post_to(plain.getsockname())(URL, {}, "{}") == Outcome(Reason.UNTRUSTED)
