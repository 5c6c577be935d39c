"""As much of RFC 6455 as a lean client of our benchmarks needs."""

from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
# A mask of zeroes leaves the payload as it is: the server still unmasks, the client saves the work.
_MASK = b"\0\0\0\0"


def upgrade_request(host: str, path: str) -> bytes:
    """The request that opens a WebSocket, without extensions."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def client_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One whole frame as a client sends it."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + _MASK + payload


class FrameReader:
    """Cuts what a server sends into frames, wherever the network cut it."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The frames complete by now, as (opcode, payload); ValueError at a fragment, which no peer sends."""
        data = self._rest + data if self._rest else data
        start = 0
        while (bounds := _payload_bounds(data, start)) is not None:
            first, end = bounds
            if not data[start] & 0x80:
                raise ValueError("a fragmented frame; the benchmark expects whole ones")
            yield data[start] & 0x0F, data[first:end]
            start = end
        self._rest = data[start:]


def _payload_bounds(data: bytes, start: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `start` begins and ends; None while it is not all here."""
    if len(data) < start + 2:
        return None
    size, first = data[start + 1], start + 2
    if size > 127:
        raise ValueError("a masked frame from a server")
    if size >= 126:
        width = 2 if size == 126 else 8
        first += width
        if len(data) < first:
            return None
        size = int.from_bytes(data[first - width : first], "big")
    return (first, first + size) if len(data) >= first + size else None
