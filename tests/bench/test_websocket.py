from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.websocket import PING, TEXT, FrameReader, client_frame

LENGTHS = [0, 1, 125, 126, 65535, 65536]


def server_frame(payload, opcode=TEXT):
    """As a server sends it: without a mask."""
    masked = client_frame(payload, opcode)
    head = len(masked) - len(payload) - 4
    return bytes((masked[0], masked[1] & 0x7F)) + masked[2:head] + payload


@pytest.mark.parametrize("length", LENGTHS)
def test_a_frame_of_any_length_comes_back_whole(length):
    assert list(FrameReader().feed(server_frame(b"x" * length))) == [(TEXT, b"x" * length)]


@given(
    payloads=st.lists(st.binary(max_size=300), max_size=6), cuts=st.lists(st.integers(0, 2000), max_size=8)
)
def test_frames_are_the_same_wherever_the_network_cuts(payloads, cuts):
    stream = b"".join(server_frame(payload, PING) for payload in payloads)
    reader, read, bounds = (
        FrameReader(),
        [],
        sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)}),
    )
    for start, end in pairwise(bounds):
        read += reader.feed(stream[start:end])
    assert read == [(PING, payload) for payload in payloads]


@pytest.mark.parametrize(("frame", "why"), [(b"\x01\x01a", "fragmented"), (client_frame(b"a"), "masked")])
def test_what_no_server_should_send_is_refused(frame, why):
    with pytest.raises(ValueError, match=why):
        list(FrameReader().feed(frame))
