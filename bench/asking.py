"""One client that asks over a kept connection and waits for each answer before it goes on."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from bench.service import Address, Refused

PATIENCE_S = 120.0


@dataclass(frozen=True)
class Answered:
    """What was answered, and the monotonic seconds at which it was asked and was all there."""

    said: Any
    sent_at: float
    answered_at: float

    @property
    def ms(self) -> float:
        """How long it took."""
        return (self.answered_at - self.sent_at) * 1000


@dataclass(frozen=True)
class Asking:
    """A connection, used by one at a time."""

    connection: HTTPConnection

    def ask(
        self,
        method: str,
        path: str,
        token: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Asks; Refused where the answer is not a good one."""
        said = None if body is None else json.dumps(body, separators=(",", ":"))
        given = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})}
        sent_at = time.monotonic()
        self.connection.request(method, f"/v1{path}", said, given)
        answer = self.connection.getresponse()
        heard = answer.read()
        answered_at = time.monotonic()
        if answer.status >= 400:
            raise Refused(f"{method} {path}: {answer.status} {heard.decode(errors='replace')}")
        return Answered(json.loads(heard) if heard else None, sent_at, answered_at)


@contextmanager
def asking(address: Address) -> Iterator[Asking]:
    """A connection for as long as the block lasts."""
    with closing(HTTPConnection(*address, timeout=PATIENCE_S)) as connection:
        yield Asking(connection)
