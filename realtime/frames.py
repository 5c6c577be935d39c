"""WebSocket frames as a server sends them (RFC 6455 §5): unmasked, so the same bytes serve every client."""

import msgspec

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_FINAL = 0x80
_CONTROL_BYTES = 125


def text_frame(payload: bytes) -> bytes:
    """One whole text message of UTF-8."""
    return _frame(TEXT, payload)


def binary_frame(payload: bytes) -> bytes:
    """One whole binary message."""
    return _frame(BINARY, payload)


def ping_frame(payload: bytes = b"") -> bytes:
    """A ping; ValueError above 125 bytes."""
    return _control_frame(PING, payload)


def pong_frame(payload: bytes = b"") -> bytes:
    """The answer to a ping, with the ping's payload; ValueError above 125 bytes."""
    return _control_frame(PONG, payload)


def close_frame(code: int, reason: str = "") -> bytes:
    """The last frame of a conversation. A reason that does not fit is cut, never within a character."""
    room = _CONTROL_BYTES - 2
    told = reason.encode()[:room].decode(errors="ignore").encode()
    return _control_frame(CLOSE, code.to_bytes(2, "big") + told)


def event_frame(event: str, data: object) -> bytes:
    """An event of Socket.IO (protocol 5, namespace "/") in a frame: encode once, write to many.

    `data` is its one argument: anything msgspec can encode, or `bytes` that are JSON already and stay so.
    """
    argument = msgspec.Raw(data) if isinstance(data, bytes) else data
    return text_frame(b"42" + msgspec.json.encode((event, argument)))


def _control_frame(opcode: int, payload: bytes) -> bytes:
    if len(payload) > _CONTROL_BYTES:
        raise ValueError(f"a control frame holds at most {_CONTROL_BYTES} bytes, not {len(payload)}")
    return _frame(opcode, payload)


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((_FINAL | opcode, size)) + payload
    if size < 65536:
        return bytes((_FINAL | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_FINAL | opcode, 127)) + size.to_bytes(8, "big") + payload
