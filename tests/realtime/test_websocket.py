"""What a client may and may not say, told to a real server byte by byte (RFC 6455, as Autobahn tests it)."""

import json
import socket
from collections import Counter
from collections.abc import Iterator

import gevent
import gevent.socket
import pytest
from wsproto.frame_protocol import Frame, Opcode

from realtime import websocket as module
from realtime.outbox import Ending, Limits, Outbox
from realtime.websocket import WebSocket
from tests.realtime.wire import Closed, Server, Wire, serving

FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10
MORE, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
LONGEST = 64 * 1024
ECHO = '420["echo",%s]'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server
        assert server.state()["engines"] == 0, "every connection of these tests has ended"


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with Wire(server) as wire:
        yield wire.join()


def masked(first: int, payload: bytes = b"", *, told_size: int | None = None) -> bytes:
    """A frame of a client, well-formed but for its first byte, its payload, or the size it tells."""
    size = len(payload) if told_size is None else told_size
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65536:
        head = bytes((first, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 0x80 | 127)) + size.to_bytes(8, "big")
    mask = b"\x37\xfa\x21\x3d"
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def goodbye(code: int, reason: bytes = b"") -> bytes:
    return masked(FIN | CLOSE, code.to_bytes(2, "big") + reason)


PROTOCOL_ERROR, NOT_UTF8, TOO_LONG = 1002, 1007, 1009
WRONG = {
    "a frame without mask": (b"\x81\x02hi", PROTOCOL_ERROR),
    "the first reserved bit, as compression would set it": (masked(FIN | RSV1 | TEXT, b"hi"), PROTOCOL_ERROR),
    "the second reserved bit": (masked(FIN | RSV2 | TEXT, b"hi"), PROTOCOL_ERROR),
    "the third reserved bit": (masked(FIN | RSV3 | PING), PROTOCOL_ERROR),
    "a reserved kind of data": (masked(FIN | 0x3, b"hi"), PROTOCOL_ERROR),
    "a reserved kind of control": (masked(FIN | 0xB), PROTOCOL_ERROR),
    "a ping in fragments": (masked(PING, b"hi"), PROTOCOL_ERROR),
    "a close in fragments": (masked(CLOSE, b"\x03\xe8"), PROTOCOL_ERROR),
    "a ping of 126 bytes": (masked(FIN | PING, b"x" * 126), PROTOCOL_ERROR),
    "a fragment of nothing": (masked(FIN | MORE, b"hi"), PROTOCOL_ERROR),
    "a message within a message": (masked(TEXT, b"h") + masked(FIN | TEXT, b"i"), PROTOCOL_ERROR),
    "a size written longer than it need be": (b"\x81\xfe\x00\x02\0\0\0\0hi", PROTOCOL_ERROR),
    "a size below zero": (b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0", PROTOCOL_ERROR),
    "a close of one byte": (masked(FIN | CLOSE, b"\x03"), PROTOCOL_ERROR),
    "a close with a code below all": (goodbye(999), PROTOCOL_ERROR),
    "a close with a code that is never sent": (goodbye(1006), PROTOCOL_ERROR),
    "a close with a reserved code": (goodbye(2999), PROTOCOL_ERROR),
    "a close with a code above all": (goodbye(5000), PROTOCOL_ERROR),
    "a close whose reason is not UTF-8": (goodbye(1000, b"\xff"), NOT_UTF8),
    "a text that is not UTF-8": (masked(FIN | TEXT, b"42\xff"), NOT_UTF8),
    "a text with a surrogate": (masked(FIN | TEXT, b"42\xed\xa0\x80"), NOT_UTF8),
    "a text that breaks off within a character": (masked(FIN | TEXT, b"42\xc3"), NOT_UTF8),
    "not UTF-8 in the second fragment": (masked(TEXT, b"42\xce") + masked(FIN | MORE, b"\xff"), NOT_UTF8),
    "a text one byte too long": (masked(FIN | TEXT, b"4" * (LONGEST + 1)), TOO_LONG),
    "too long, counted in bytes": (masked(FIN | TEXT, "€".encode() * (LONGEST // 3 + 1)), TOO_LONG),
    "too long in sum": (masked(TEXT, b"4" * 40_000) + masked(FIN | MORE, b"4" * 40_000), TOO_LONG),
    "the beginning of a gigabyte": (masked(FIN | BINARY, b"x" * 70_000, told_size=2**30), TOO_LONG),
    "a message that is no packet": (masked(FIN | TEXT, b"hello"), PROTOCOL_ERROR),
    "an empty message": (masked(FIN | TEXT), PROTOCOL_ERROR),
    "a packet that only servers send": (masked(FIN | TEXT, b"0{}"), PROTOCOL_ERROR),
    "JSON nested without end": (masked(FIN | TEXT, b"4" + b"[" * 50_000), PROTOCOL_ERROR),
}


@pytest.mark.parametrize(("said", "code"), WRONG.values(), ids=WRONG.keys())
def test_who_breaks_the_protocol_is_told_how_and_let_go(wire: Wire, said: bytes, code: int) -> None:
    wire.socket.sendall(said)
    with pytest.raises(Closed) as closed:
        wire.hear()
    assert closed.value.code == code
    assert wire.socket.recv(1) == b""


def test_who_says_far_too_much_is_heard_out_so_that_the_reason_arrives(wire: Wire) -> None:
    wire.socket.sendall(masked(FIN | BINARY, b"x" * 8_000_000, told_size=2**30))
    with pytest.raises(Closed) as closed:
        wire.hear()
    assert closed.value.code == TOO_LONG


def test_a_message_in_fragments_is_heard_whole(wire: Wire) -> None:
    said = (ECHO % '"naïve €"').encode()
    wire.socket.sendall(masked(TEXT, said[:18]))
    for byte in said[18:]:
        wire.socket.sendall(masked(MORE, bytes([byte])))
    wire.socket.sendall(masked(MORE) + masked(FIN | MORE))
    assert wire.hear_event() == ("ack", (0, "naïve €"))


def test_a_frame_that_arrives_byte_by_byte_is_heard_whole(wire: Wire) -> None:
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in masked(FIN | TEXT, (ECHO % "[1, 2]").encode()):
        wire.socket.sendall(bytes([byte]))
    assert wire.hear_event() == ("ack", (0, [1, 2]))


def test_many_messages_in_one_packet_are_all_heard_in_order(wire: Wire) -> None:
    said = [masked(FIN | TEXT, f'42{number}["echo",{number}]'.encode()) for number in range(100)]
    wire.socket.sendall(b"".join(said))
    assert [wire.hear_event() for _ in said] == [("ack", (number, number)) for number in range(100)]


def test_the_longest_message_is_heard(wire: Wire) -> None:
    filler = "x" * (LONGEST - len(ECHO % '""'))
    wire.say(ECHO % f'"{filler}"')
    assert wire.hear_event() == ("ack", (0, filler))


def test_binary_goes_both_ways(wire: Wire) -> None:
    wire.say('451-0["echo",{"_placeholder":true,"num":0}]')
    wire.say(b"\x00\xff")
    assert json.loads(wire.hear().removeprefix("461-0")) == [{"_placeholder": True, "num": 0}]
    assert wire.hear() == b"\x00\xff"


def test_a_ping_is_answered_even_within_a_message(wire: Wire) -> None:
    wire.socket.sendall(masked(TEXT, b'420["echo",'))
    wire.socket.sendall(masked(FIN | PONG, b"unasked") + masked(FIN | PING, b"still there?"))
    assert wire.hear() == Frame(Opcode.PONG, b"still there?", True, True)
    wire.socket.sendall(masked(FIN | MORE, b"1]"))
    assert wire.hear_event() == ("ack", (0, 1))


@pytest.mark.parametrize(("said", "answered"), [(goodbye(1000), 1000), (goodbye(4321), 4321)])
def test_a_goodbye_is_answered_in_kind(wire: Wire, said: bytes, answered: int) -> None:
    wire.socket.sendall(said)
    with pytest.raises(Closed) as closed:
        wire.hear()
    assert closed.value.code == answered
    assert wire.socket.recv(1) == b""


def test_a_goodbye_without_code_is_answered(wire: Wire) -> None:
    wire.socket.sendall(masked(FIN | CLOSE))
    with pytest.raises(Closed):
        wire.hear()


def test_nothing_said_after_a_goodbye_is_heard(wire: Wire) -> None:
    wire.socket.sendall(goodbye(1000) + masked(FIN | TEXT, (ECHO % "1").encode()))
    with pytest.raises(Closed):
        wire.hear()
    assert wire.socket.recv(1) == b""


def test_the_handshake_is_answered_as_the_rfc_computes_it(server: Server) -> None:
    with Wire(server, headers={"Sec-WebSocket-Extensions": "permessage-deflate"}) as wire:
        assert wire.answer.startswith(b"HTTP/1.1 101 ")
        # The key and its answer are the example of RFC 6455 §1.3.
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in wire.answer
        assert b"Extensions" not in wire.answer, "one frame serves all: none can be compressed for one"


BAD_HANDSHAKES = {
    "an older version": ({"Sec-WebSocket-Version": "8"}, b"426 ", b"Sec-WebSocket-Version: 13"),
    "no version": ({"Sec-WebSocket-Version": ""}, b"400 ", b""),
    "no key": ({"Sec-WebSocket-Key": ""}, b"400 ", b""),
    "no upgrade, as behind a careless proxy": ({"Connection": "keep-alive"}, b"401 ", b""),
}


@pytest.mark.parametrize(("headers", "status", "header"), BAD_HANDSHAKES.values(), ids=BAD_HANDSHAKES.keys())
def test_a_request_that_opens_no_websocket_is_refused_over_http(
    server: Server, headers: dict[str, str], status: bytes, header: bytes
) -> None:
    with Wire(server, headers=headers) as wire:
        assert wire.answer.startswith(b"HTTP/1.1 " + status)
        assert header.lower() in wire.answer.lower()


@pytest.fixture
def pair() -> Iterator[tuple[WebSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    inner = gevent.socket.socket(fileno=ours.detach())
    yield WebSocket(inner, Outbox(inner, Counter(), Limits()), LONGEST), theirs
    theirs.close()
    inner.close()


def test_who_does_not_answer_our_goodbye_is_cut_off(
    pair: tuple[WebSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINGER_S", 0.01)
    websocket, theirs = pair
    websocket.close()
    assert websocket.wait() is None
    assert theirs.recv(100) == b"\x88\x02\x03\xe8"
    assert theirs.recv(100) == b""


def test_a_client_who_talks_without_pause_starves_nobody(pair: tuple[WebSocket, socket.socket]) -> None:
    websocket, theirs = pair
    theirs.sendall(masked(FIN | TEXT, b"x" * 1000) * 100)
    theirs.shutdown(socket.SHUT_WR)
    talking = gevent.spawn(lambda: list(iter(websocket.wait, None)))
    turns_of_others = 0
    while not talking.ready():
        gevent.sleep(0)
        turns_of_others += 1
    assert len(talking.get()) == 100
    assert turns_of_others > 5


def test_the_end_without_goodbye_ends_the_wait(pair: tuple[WebSocket, socket.socket]) -> None:
    websocket, theirs = pair
    theirs.close()
    assert websocket.wait() is None
    assert websocket.outbox.ended is Ending.LEFT
