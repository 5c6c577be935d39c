"""A small client of our own HTTP API, as a phone would have it: keep-alive, retries with the same key, no hurry when
told to wait."""

import http.client
import json
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

TIMEOUT_S = 60.0
_TRIES = 7
_LATER = frozenset({429, 503})
_LONGEST_WAIT_S = 10.0
_BROKEN = (OSError, http.client.HTTPException)
Json = dict[str, Any]


class NoServer(Exception):
    """Nothing answers there; the message says what to do."""


class Refused(Exception):
    """The server said no; `problem` is the object it gave (RFC 9457)."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem

    @property
    def slug(self) -> str:
        """The problem's name for machines, such as not-found."""
        return str(self.problem.get("type", "")).rpartition("/")[2] or str(self.status)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; a POST gets a key of its own unless it has one."""

    method: str
    path: str
    body: Json | None = None
    token: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    link: str | None
    retry_after_s: float

    def json(self) -> Json:
        """What it says; NoServer where that is not how Hereabouts speaks."""
        try:
            said = json.loads(self.body) if self.body else {}
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise NoServer(
                f"What answers ({self.status}) is not Hereabouts. Is this the address of script/server?"
            )
        return said


class Api:
    """The API at a base URL such as http://127.0.0.1:8000; greenlets and threads may share it."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._at = urlsplit(self.url)
        if self._at.scheme not in {"http", "https"} or not self._at.hostname:
            raise NoServer(f"{url} is no server's address; write it as http://127.0.0.1:8000")
        self._free: queue.LifoQueue[http.client.HTTPConnection] = queue.LifoQueue()

    def close(self) -> None:
        """Let go of the connections that are kept for the next requests."""
        with suppress(queue.Empty):
            while True:
                self._free.get_nowait().close()

    def reach(self) -> None:
        """Return if the server is there and ready; NoServer at once if not, Refused where it says why."""
        try:
            answer = self._sent(Request("GET", "/readyz"))
        except _BROKEN as error:
            raise self._silent(error) from None
        if "ready" not in answer.json():
            raise NoServer(
                f"What answers at {self.url} is not Hereabouts. Is this the address of script/server?"
            )
        if answer.status >= 400:
            raise Refused(
                answer.status, {"title": "It is not ready", "detail": str(answer.json()["failing"])}
            )

    def get(self, path: str, token: str | None = None, **query: object) -> Json:
        """Read; Refused, NoServer."""
        said = urlencode({name: each for name, each in query.items() if each is not None})
        return self.ask(Request("GET", f"{path}?{said}" if said else path, None, token))

    def post(self, path: str, body: Json, token: str | None = None, key: str | None = None) -> Json:
        """Make something, once however often it has to be sent; Refused, NoServer."""
        return self.ask(Request("POST", path, body, token, key or str(uuid4())))

    def put(self, path: str, token: str | None = None, body: Json | None = None) -> Json:
        """Set something, whatever is there; Refused, NoServer."""
        return self.ask(Request("PUT", path, body, token))

    def delete(self, path: str, token: str | None = None) -> Json:
        """End something; Refused, NoServer."""
        return self.ask(Request("DELETE", path, None, token))

    def pages(self, path: str, token: str | None = None, **query: object) -> Iterator[Json]:
        """All parts of a list, in order."""
        following: str | None = f"{path}?{urlencode({'limit': 100, **query})}"
        while following:
            answer = self._answer(Request("GET", following, None, token))
            yield answer.json()
            following = _next(answer.link)

    def text(self, path: str) -> str:
        """What stands at an address that is not JSON; Refused, NoServer."""
        return self._answer(Request("GET", path)).body.decode()

    def ask(self, request: Request) -> Json:
        """The answer's JSON, empty where there is none; Refused, NoServer."""
        return self._answer(request).json()

    def _answer(self, request: Request) -> _Answer:
        for attempt in range(1, _TRIES + 1):
            try:
                answer = self._sent(request)
            except _BROKEN as error:
                if attempt == _TRIES:
                    raise self._silent(error) from None
                # What one kept connection met, the others have met as well: begin anew with all of them.
                self.close()
                time.sleep(0.05 * 2**attempt)
                continue
            if answer.status not in _LATER or attempt == _TRIES:
                break
            time.sleep(min(answer.retry_after_s, _LONGEST_WAIT_S))
        if answer.status >= 400:
            raise Refused(answer.status, answer.json())
        return answer

    def _silent(self, error: Exception) -> NoServer:
        return NoServer(f"{self.url} does not answer ({error}). Is script/server running?")

    def _sent(self, request: Request) -> _Answer:
        headers = {"Content-Type": "application/json"} if request.body is not None else {}
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        if request.key:
            headers["Idempotency-Key"] = request.key
        if request.method == "PUT" and request.body is not None:
            headers["If-Match"] = "*"
        said = None if request.body is None else json.dumps(request.body).encode()
        with self._connection() as connection:
            connection.request(request.method, request.path, said, headers)
            came = connection.getresponse()
            wait = float(came.headers.get("Retry-After", 1))
            return _Answer(came.status, came.read(), came.headers.get("Link"), wait)

    @contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        try:
            connection = self._free.get_nowait()
        except queue.Empty:
            kind = http.client.HTTPSConnection if self._at.scheme == "https" else http.client.HTTPConnection
            connection = kind(self._at.hostname or "127.0.0.1", self._at.port, timeout=TIMEOUT_S)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._free.put(connection)


def _next(link: str | None) -> str | None:
    """The address of the next part, from a Link header (RFC 8288) as our API writes it."""
    return link[1 : link.index(">")] if link and 'rel="next"' in link else None
