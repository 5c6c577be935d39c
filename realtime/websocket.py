"""The server's side of one WebSocket (RFC 6455): wsproto reads, the outbox writes, no greenlet of its own."""

from collections.abc import Mapping
from contextlib import suppress
from socket import AF_UNIX, IPPROTO_TCP, SHUT_RD, TCP_NOTSENT_LOWAT
from typing import Any

import gevent
import h11
from gevent.socket import socket as Socket
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection
from wsproto.frame_protocol import CloseReason, Frame, FrameProtocol, Opcode, ParseFailed
from wsproto.utilities import RemoteProtocolError

from realtime.frames import binary_frame, close_frame, pong_frame, text_frame
from realtime.outbox import Ending, Outbox

# How long the other side may take to hear our goodbye and close.
LINGER_S = 5.0
_READ_BYTES = 16 * 1024
# The kernel would hoard megabytes for a reader who sleeps, uncounted; they are to wait in the outbox instead.
_UNSENT_BYTES = 128 * 1024


class NotAWebSocket(Exception):
    """The request opens no WebSocket as RFC 6455 §4.2.1 has it; `status` and `headers` say so over HTTP."""

    def __init__(self, rejection: RejectConnection) -> None:
        super().__init__("the request does not open a WebSocket: see RFC 6455, section 4.2.1")
        self.status = "426 Upgrade Required" if rejection.status_code == 426 else "400 Bad Request"
        self.headers = [(name.decode(), value.decode()) for name, value in rejection.headers]


def accepted(environ: Mapping[str, Any]) -> bytes:
    """The answer that opens the WebSocket, without extension or subprotocol; NotAWebSocket where none can."""
    connection = WSConnection(ConnectionType.SERVER)
    try:
        connection.initiate_upgrade_connection(_headers(environ), "/")
    except RemoteProtocolError as error:
        hint = error.event_hint
        raise NotAWebSocket(hint if isinstance(hint, RejectConnection) else RejectConnection()) from error
    except (h11.LocalProtocolError, UnicodeError) as error:
        raise NotAWebSocket(RejectConnection()) from error
    return connection.send(AcceptConnection())


def _headers(environ: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    wanted = (
        "HTTP_HOST",
        "HTTP_UPGRADE",
        "HTTP_CONNECTION",
        "HTTP_SEC_WEBSOCKET_KEY",
        "HTTP_SEC_WEBSOCKET_VERSION",
    )
    return [
        (name.removeprefix("HTTP_").replace("_", "-").encode(), environ[name].encode("latin-1"))
        for name in wanted
        if name in environ
    ]


class WebSocket:
    """One open WebSocket: `wait` in one greenlet, `send` and `close` in any."""

    __slots__ = (
        "_dismissed",
        "_goodbye",
        "_max_message_bytes",
        "_pieces",
        "_protocol",
        "_size",
        "_socket",
        "outbox",
    )

    def __init__(self, socket: Socket, outbox: Outbox, max_message_bytes: int) -> None:
        self._socket = socket
        self._protocol = FrameProtocol(client=False, extensions=[])
        self._max_message_bytes = max_message_bytes
        self._pieces: list[Any] = []
        self._size = 0
        self._goodbye: gevent.Greenlet[..., None] | None = None
        self._dismissed = False
        self.outbox = outbox
        if socket.family != AF_UNIX:
            socket.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, _UNSENT_BYTES)

    def wait(self) -> str | bytes | None:
        """The next whole message; None when the conversation is over, whoever ended it.

        A client that breaks the protocol is told: 1007 for bad UTF-8, 1009 for a message too long, else 1002.
        """
        try:
            while self.outbox.ended is None:
                message = self._next_message()
                if message is not None:
                    return message
                self._receive()
        except ParseFailed as failure:
            self.close(failure.code, str(failure))
        self._hear_out()
        return None

    def send(self, message: str | bytes) -> None:
        """Writes a text or a binary message; nothing happens once the conversation is over."""
        frame = binary_frame(message) if isinstance(message, bytes) else text_frame(message.encode())
        self.outbox.write(frame)

    def close(self, code: int = CloseReason.NORMAL_CLOSURE, reason: str = "") -> None:
        """Says goodbye after all that was sent, and hangs up after LINGER_S where the other side does not."""
        if self.outbox.ended is None:
            self.outbox.close(close_frame(code, reason))
            self._goodbye = gevent.spawn_later(LINGER_S, self.outbox.end, Ending.CLOSED)

    def dismiss(self) -> None:
        """Hears nothing more; once `wait` is asked again it says that we are going away (1001)."""
        self._dismissed = True
        with suppress(OSError):
            self._socket.shutdown(SHUT_RD)

    def hang_up(self) -> None:
        """Gives the socket back to the system."""
        self.outbox.end(Ending.CLOSED)
        if self._goodbye is not None:
            self._goodbye.kill(block=False)
        self._socket.close()

    def _next_message(self) -> str | bytes | None:
        for frame in self._protocol.received_frames():
            if frame.opcode.iscontrol():
                self._answer(frame)
            elif (message := self._put_together(frame)) is not None:
                return message
        return None

    def _answer(self, frame: Frame) -> None:
        payload: Any = frame.payload
        if frame.opcode is Opcode.PING:
            self.outbox.write(pong_frame(payload))
        elif frame.opcode is Opcode.CLOSE:
            code, _ = payload
            self.close(CloseReason.NORMAL_CLOSURE if code == CloseReason.NO_STATUS_RCVD else code)

    def _put_together(self, frame: Frame) -> str | bytes | None:
        piece: Any = frame.payload
        self._size += len(piece.encode() if isinstance(piece, str) and not piece.isascii() else piece)
        if self._size > self._max_message_bytes:
            raise ParseFailed(
                f"at most {self._max_message_bytes} bytes a message", CloseReason.MESSAGE_TOO_BIG
            )
        if piece:
            self._pieces.append(piece)
        if not frame.message_finished:
            return None
        message: str | bytes = ("" if frame.opcode is Opcode.TEXT else b"").join(self._pieces)
        self._pieces, self._size = [], 0
        return message

    def _receive(self) -> None:
        if not self._dismissed and (data := self._read()):
            self._protocol.receive_bytes(data)
        elif self._dismissed:
            self.close(CloseReason.GOING_AWAY)
        else:
            self.outbox.end(Ending.LEFT)

    def _hear_out(self) -> None:
        # A socket closed with unread bytes resets, and a reset may overtake our last frame.
        while self._read():
            pass

    def _read(self) -> bytes:
        # Where data is there already gevent reads on without a pause: a busy client would starve the others.
        gevent.sleep(0)
        try:
            return self._socket.recv(_READ_BYTES)
        except OSError:
            return b""
