"""The one place that writes to sockets: at once where the socket takes it, else later, in order, bounded."""

from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from socket import SHUT_RDWR, SHUT_WR
from typing import NamedTuple

import gevent
from gevent.socket import socket as Socket

# One send of this size costs little more than one of a single frame.
_BATCH_BYTES = 256 * 1024


class Limits(NamedTuple):
    """How far a reader may fall behind; whoever is further behind does better to resume from a cursor."""

    # Twenty of the largest messages (200 KB): a phone asleep for a moment survives a burst of them.
    waiting_bytes: int = 4 * 1024 * 1024
    # As many of a kilobyte, which is more than most need; tiny ones cost more than their bytes.
    waiting_frames: int = 4096


class Ending(StrEnum):
    """Why nothing more goes out."""

    BEHIND = "behind"  # The reader did not keep up and was dropped.
    BROKEN = "broken"  # The network failed while we wrote.
    CLOSED = "closed"  # One side said goodbye.
    LEFT = "left"  # The other side went without goodbye.


class Outbox:
    """What goes out to one client. Whatever is written arrives in order and whole, or the connection ends.

    All that is said to a client (fan-out, acknowledgements, pings) is written here and here only; else one
    frame would cut into another. Any greenlet may write and none is ever held up; threads may not.
    """

    __slots__ = ("_endings", "_limits", "_send", "_socket", "_straight", "_waiting", "ended", "waiting_bytes")

    def __init__(self, socket: Socket, endings: Counter[Ending], limits: Limits) -> None:
        self._socket = socket
        # The plain socket beneath gevent's, for gevent's own `send` makes the caller wait.
        self._send: Callable[[bytes], int] = socket._sock.send  # type: ignore[attr-defined]
        self._limits = limits
        self._endings = endings
        self._straight = True
        self._waiting: deque[bytes | memoryview] | None = None
        self.waiting_bytes = 0
        self.ended: Ending | None = None

    def write(self, frame: bytes) -> bool:
        """Takes a whole frame, or several joined, and never waits; False, at no cost, once the connection ended.

        A reader too far behind is dropped: it sees its stream end, and so does whoever reads on our side.
        """
        if not self._straight:
            return self._keep(frame)
        try:
            sent = self._send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.end(Ending.BROKEN)
            return False
        return sent == len(frame) or self._keep(memoryview(frame)[sent:])

    def close(self, frame: bytes) -> None:
        """Writes the last frame; what waits still goes out, then our side of the socket is shut."""
        if not self.write(frame):
            return
        self._mark(Ending.CLOSED)
        if self._waiting is None:
            self._shut(SHUT_WR)

    def end(self, why: Ending) -> None:
        """Shuts the socket both ways, at once; what waits is forgotten. The first reason counts."""
        self._mark(why)
        self._shut(SHUT_RDWR)

    def _mark(self, why: Ending) -> None:
        if self.ended is None:
            self.ended = why
            self._endings[why] += 1
        self._straight = False

    def _shut(self, how: int) -> None:
        with suppress(OSError):  # It may be shut already, from either side.
            self._socket.shutdown(how)

    def _keep(self, frame: bytes | memoryview) -> bool:
        if self.ended is not None:
            return False
        if self._waiting is None:
            self._waiting = deque()
            self._straight = False
            gevent.spawn(self._flush, self._waiting)
        elif self._is_behind(self._waiting):
            self.end(Ending.BEHIND)
            return False
        self._waiting.append(frame)
        self.waiting_bytes += len(frame)
        return True

    def _is_behind(self, waiting: deque[bytes | memoryview]) -> bool:
        # Asked before a frame is added: one large message drops nobody who kept up until then.
        return self.waiting_bytes > self._limits.waiting_bytes or len(waiting) >= self._limits.waiting_frames

    def _flush(self, waiting: deque[bytes | memoryview]) -> None:
        """Sends what waits, many frames at a time, in a greenlet that lives as long as the backlog."""
        try:
            while waiting:
                self._send_all(memoryview(_oldest(waiting)))
        except OSError:
            self.end(Ending.BROKEN)
        self._waiting = None
        self.waiting_bytes = 0
        self._straight = self.ended is None
        if self.ended is not None:
            self._shut(SHUT_WR)

    def _send_all(self, batch: memoryview) -> None:
        while batch:
            sent = self._socket.send(batch)
            self.waiting_bytes -= sent
            batch = batch[sent:]


def _oldest(waiting: deque[bytes | memoryview]) -> bytes:
    """Takes the oldest frames out, joined up to the size of a batch; a frame larger than that goes alone."""
    batch = [waiting.popleft()]
    room = _BATCH_BYTES - len(batch[0])
    while waiting and len(waiting[0]) <= room:
        room -= len(waiting[0])
        batch.append(waiting.popleft())
    return b"".join(batch)
