"""Check-ins as bytes on a connection, and the answers read back byte by byte."""

import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from typing import NamedTuple

from tests.served import Served

PATIENCE_S = 10.0
LINE = b"POST /v1/check-ins HTTP/1.1"
BODY = b'{"position": {"type": "Point", "coordinates": [2.1561, 41.4036]}, "text": "hello"}'
TOKEN = b"Authorization: Bearer {token}"
TYPE = b"Content-Type: application/json"
USUAL = (b"Host: town.example", TOKEN, TYPE)
#: A header that the express lane does not know, so that the request goes on to gunicorn and Flask.
DETOUR = b"X-Detour: 1"
_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT[0-9:.]+Z")


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def by_lane(self) -> bool:
        """Whether the express lane gave it: gunicorn says who it is, or that it hangs up."""
        return self.headers.keys().isdisjoint({"server", "connection"})

    @property
    def told(self) -> tuple[int, dict[str, str], bytes]:
        """All that a client may rely on, with ids and times left out."""
        apart = {"server", "connection", "date", "content-length"}
        kept = {
            name: _anonymous(said.encode()).decode()
            for name, said in self.headers.items()
            if name not in apart
        }
        return self.status, kept, _anonymous(self.body)


def _anonymous(said: bytes) -> bytes:
    return _TIME.sub(b"<time>", _ID.sub(b"<id>", said))


@dataclass(frozen=True)
class Sent:
    """A request, what should become of it, and whether the lane takes it."""

    named: str
    status: int
    lane: bool = True
    line: bytes = LINE
    headers: tuple[bytes, ...] = USUAL
    body: bytes = BODY
    #: Said beside the headers above, where no other length is.
    length: bytes | None = b"Content-Length: %d"

    def __str__(self) -> str:
        return self.named

    def wire(self, token: str, *more: bytes) -> bytes:
        """The bytes, with these headers at the end."""
        length = [self.length.replace(b"%d", b"%d" % len(self.body))] if self.length else []
        lines = [self.line, *self.headers, *length, *more, b"", b""]
        return b"\r\n".join(lines).replace(b"{token}", token.encode()) + self.body


class Line:
    """One connection to a server."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file: BufferedReader = connection.makefile("rb")

    def say(self, *pieces: bytes) -> None:
        """Send piece by piece, each a packet of its own; a server may hang up before the last."""
        with suppress(ConnectionError):
            for number, piece in enumerate(pieces):
                if number:
                    time.sleep(0.001)
                self.connection.sendall(piece)

    def end(self) -> None:
        """Say that nothing more will come."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)

    def answer(self) -> Answer | None:
        """The next answer; None where there is none because the server hung up."""
        try:
            first = self._file.readline()
        except ConnectionError:
            return None
        if not first:
            return None
        version, status, _ = first.decode("ascii").split(" ", 2)
        assert version in {"HTTP/1.1", "HTTP/1.0"}
        headers: dict[str, str] = {}
        while line := self._file.readline().decode("latin-1").rstrip("\r\n"):
            name, _, said = line.partition(": ")
            assert name.lower() not in headers, f"{name} is said twice"
            headers[name.lower()] = said
        if status == "100":
            return self.answer()
        return Answer(int(status), headers, self._file.read(int(headers["content-length"])))

    def answers(self) -> list[Answer]:
        """All that come until the server hangs up."""
        return list(iter(self.answer, None))

    def close(self) -> None:
        self._file.close()
        self.connection.close()


@contextmanager
def calling(served: Served) -> Iterator[Line]:
    """A connection to a server, for as long as it is needed."""
    connection = socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), PATIENCE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line = Line(connection)
    try:
        yield line
    finally:
        line.close()


def said(served: Served, pieces: Sequence[bytes]) -> Answer | None:
    """The answer to what is sent over a connection of its own."""
    with calling(served) as line:
        line.say(*pieces)
        return line.answer()
