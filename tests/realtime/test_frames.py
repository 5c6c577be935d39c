import json
from datetime import UTC, datetime
from typing import Any

import pytest
import socketio.packet
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol, Opcode

from realtime.frames import binary_frame, close_frame, event_frame, ping_frame, pong_frame, text_frame

# Either side of every step in how a length is written.
SIZES = [0, 1, 125, 126, 127, 65535, 65536, 200_000]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def heard(frame: bytes) -> tuple[Opcode, Any]:
    """What a client makes of the bytes, by wsproto; one whole frame and nothing after it."""
    client = FrameProtocol(client=True, extensions=[])
    client.receive_bytes(frame)
    (only,) = client.received_frames()
    assert only.message_finished
    return only.opcode, only.payload


@pytest.mark.parametrize("size", SIZES)
def test_a_client_hears_the_text(size: int) -> None:
    assert heard(text_frame(b"x" * size)) == (Opcode.TEXT, "x" * size)


@pytest.mark.parametrize("size", SIZES)
def test_a_client_hears_the_bytes(size: int) -> None:
    assert heard(binary_frame(b"\xff" * size)) == (Opcode.BINARY, b"\xff" * size)


@settings(deadline=None)
@given(st.text())
def test_frames_are_what_the_library_would_write(text: str) -> None:
    library = FrameProtocol(client=False, extensions=[])
    assert text_frame(text.encode()) == library.send_data(text)
    assert ping_frame(text.encode()[:125]) == library.ping(text.encode()[:125])
    assert pong_frame(text.encode()[:125]) == library.pong(text.encode()[:125])


@settings(deadline=None)
@given(st.integers(3000, 4999), st.text())
def test_a_goodbye_tells_its_code_and_as_much_of_its_reason_as_fits(code: int, reason: str) -> None:
    opcode, (told_code, told_reason) = heard(close_frame(code, reason))
    assert (opcode, told_code) == (Opcode.CLOSE, code)
    assert reason.startswith(told_reason)
    assert told_reason == reason or len(told_reason.encode()) > 119


@pytest.mark.parametrize("frame", [ping_frame, pong_frame])
def test_a_control_frame_is_never_long(frame: Any) -> None:
    with pytest.raises(ValueError, match="at most 125 bytes"):
        frame(b"x" * 126)


@settings(deadline=None)
@given(st.text(), JSON)
def test_an_event_is_what_socketio_reads(name: str, data: Any) -> None:
    _, message = heard(event_frame(name, data))
    assert message[0] == "4"
    packet = socketio.packet.Packet(encoded_packet=message[1:])
    assert (packet.packet_type, packet.namespace or "/", packet.id) == (socketio.packet.EVENT, "/", None)
    assert packet.data == [name, data]


@settings(deadline=None)
@given(JSON)
def test_bytes_are_taken_for_json_that_is_ready(data: Any) -> None:
    assert event_frame("check_in", json.dumps(data).encode()) == text_frame(
        b'42["check_in",' + json.dumps(data).encode() + b"]"
    )


def test_times_go_out_as_rfc_3339() -> None:
    at = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    assert b'{"at":"2026-11-22T12:30:00Z"}' in event_frame("presence", {"at": at})
