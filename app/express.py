"""The express lane: `POST /v1/check-ins` read straight off the connection, without the web framework.

It takes only requests of the plainest form, as phones send them; whatever is unusual (another address, another
header, a chunked or large body) goes on untouched to gunicorn and Flask, and so does the rest of that connection.
What it answers is what Flask would answer; a test holds the two together.
"""

import functools
import re
import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from socket import MSG_PEEK
from typing import NamedTuple, Protocol

import structlog
from flask import Flask

from app.checkins.intake import Intake, shown
from app.errors import Failed, NotSignedIn, Refusal, WrongMediaType
from app.http import problems
from app.http.bodies import send_json
from app.http.callers import Bearer, Bearers, allow, token_in
from app.http.calls import House
from app.http.idempotency import REPLAYED
from app.http.limits import Left, check
from app.http.operations import to_json
from app.logs import request_id_of
from app.origin import Origin

REQUEST_LINE = b"POST /v1/check-ins HTTP/1.1\r\n"
LONGEST_HEAD = 4096
LARGEST_BODY = 16_384
_END = b"\r\n\r\n"
_KNOWN = frozenset(
    b"accept accept-encoding accept-language authorization connection content-length content-type host "
    b"idempotency-key user-agent x-request-id "
    # What proxies add.
    b"forwarded via x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-real-ip".split()
)
_HEADER = re.compile(rb"([A-Za-z-]+):[ \t]*([ -~]*?)[ \t]*\Z")
ROUTE = "/v1/check-ins"
SCOPE = "check-ins:write"
_REPLAYED = "".join(f"{name}: {value}\r\n" for name, value in REPLAYED.items()).encode()
log = structlog.get_logger()


class Connection(Protocol):
    """What the lane needs of a socket."""

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Some bytes, or none at the end."""

    def send(self, data: bytes, /) -> int:
        """Some of it: how many bytes."""

    def sendall(self, data: bytes, /) -> None:
        """All of it."""


class Request(NamedTuple):
    """A check-in as it was sent."""

    headers: dict[bytes, str]
    body: bytes
    address: str


class Express:
    """The lane of one application."""

    def __init__(self, app: Flask) -> None:
        house: House = app.extensions["hereabouts"]
        self._intake: Intake = app.extensions["hereabouts.intake"]
        self._bearers: Bearers = house.bearers
        self._limits = house.limits
        self._proxies = house.settings.proxies

    def serve(self, connection: Connection, going_on: Callable[[], bool], address: str = "") -> bool:
        """Answer check-ins until something else comes, which is left unread: True; or until the end: False."""
        while going_on():
            seen = connection.recv(LONGEST_HEAD, MSG_PEEK)
            if not seen:
                return False
            head = plain_head(seen)
            if head is None:
                return True
            body = _body(connection, head)
            if body is None:
                return False
            answer = self._answer(Request(head.headers, body, address))
            # It nearly always fits at once, and to see that costs less than to make sure.
            if (sent := connection.send(answer)) < len(answer):
                connection.sendall(answer[sent:])
        return False

    def _answer(self, request: Request) -> bytes:
        began = time.perf_counter()
        # The request before this on the same connection may have been somebody else's.
        structlog.contextvars.clear_contextvars()
        request_id = request_id_of(request.headers.get(b"x-request-id", ""))
        status, answer, person = self._tried(request, request_id)
        log.info(
            "request",
            method="POST",
            route=ROUTE,
            status=status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            request_id=request_id,
            **person,
        )
        return answer

    def _tried(self, request: Request, request_id: str) -> tuple[int, bytes, dict[str, str]]:
        person: dict[str, str] = {}
        lines: list[str] = []
        try:
            bearer = self._bearer(request, lines)
            person = {"person": str(bearer.person_id)}
            self._count(self._limits.of_device(bearer.person_id, bearer.session_id), lines)
            allow(bearer, SCOPE)
            return 201, self._made(bearer, request, request_id, lines), person
        except problems.REFUSED as error:
            refusal = problems.refusal_of(error)
        # As in Flask's handler: the client hears of a fault, the log says where.
        except Exception as error:
            log.error("request failed", route=ROUTE, request_id=request_id, exc_info=error)
            refusal = Failed(problems.OUR_FAULT)
        return refusal.status, refused(refusal, request_id, *lines), person

    def _bearer(self, request: Request, lines: list[str]) -> Bearer:
        try:
            return self._bearers.bearer_of(token_in(request.headers.get(b"authorization", "")))
        except NotSignedIn:
            forwarded = request.headers.get(b"x-forwarded-for", "")
            origin = Origin.forwarded(request.address, forwarded, self._proxies)
            self._count(self._limits.of_network(origin), lines)
            raise

    @staticmethod
    def _count(left: Left | None, lines: list[str]) -> None:
        if left:
            lines += [f"{name}: {value}" for name, value in left.fields]
            check(left)

    def _made(self, bearer: Bearer, request: Request, request_id: str, lines: list[str]) -> bytes:
        media_type = request.headers.get(b"content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise WrongMediaType(send_json(media_type))
        made = self._intake.check_in(bearer, request.body, request.headers.get(b"idempotency-key"))
        body = to_json(shown(made))
        head = (
            f"HTTP/1.1 201 Created\r\nDate: {_date(int(time.time()))}\r\nContent-Type: application/geo+json\r\n"
            f"Content-Length: {len(body)}\r\nLocation: {ROUTE}/{made.check_in.id}\r\nX-Request-Id: {request_id}\r\n"
        )
        said = "".join(f"{line}\r\n" for line in lines)
        return b"".join((head.encode(), said.encode(), b"" if made.first else _REPLAYED, b"\r\n", body))


class Head(NamedTuple):
    """The head of a plain check-in: how long it is, with its end, and how long the body after it."""

    length: int
    body_length: int
    headers: dict[bytes, str]


def plain_head(seen: bytes) -> Head | None:
    """The head of the request that begins here; None where it is not for this lane, or not here as a whole."""
    end = seen.find(_END)
    if end < 0 or not seen.startswith(REQUEST_LINE):
        return None
    headers = _headers(seen[:end])
    length = None if headers is None else _length(headers)
    if headers is None or length is None:
        return None
    return Head(end + len(_END), length, headers)


def _body(connection: Connection, head: Head) -> bytes | None:
    """Take the request off the connection; None where it ends before the body does."""
    wanted = head.length + head.body_length
    taken = connection.recv(wanted)
    while len(taken) < wanted:
        more = connection.recv(wanted - len(taken))
        if not more:
            return None
        taken += more
    return taken[head.length :]


def _headers(head: bytes) -> dict[bytes, str] | None:
    """The headers by lower-case name; None where one is unknown, doubled or oddly written."""
    headers: dict[bytes, str] = {}
    for line in head.split(b"\r\n")[1:]:
        found = _HEADER.match(line)
        name = found[1].lower() if found else b""
        if found is None or name not in _KNOWN or name in headers:
            return None
        headers[name] = found[2].decode("ascii")
    return headers


def _length(headers: dict[bytes, str]) -> int | None:
    said = headers.get(b"content-length", "")
    if b"host" not in headers or headers.get(b"connection", "keep-alive").lower() != "keep-alive":
        return None
    if not said.isdecimal() or len(said) > 5:
        return None
    return int(said) if int(said) <= LARGEST_BODY else None


@functools.lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def refused(refusal: Refusal, request_id: str, *more: str) -> bytes:
    """A whole answer that says no, with more header lines where they are needed."""
    answer = problems.respond(refusal)
    answer.headers["X-Request-Id"] = request_id
    lines = [
        f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}",
        f"Date: {_date(int(time.time()))}",
    ]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join((*lines, *more, "", "")).encode() + answer.get_data()
