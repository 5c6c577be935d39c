"""A lean client that posts prepared requests over keep-alive connections and times every answer."""

from __future__ import annotations

import gc
import random
import select
import socket
import time
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bench.service import Address

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Load:
    """How hard to push: the next request as soon as an answer came, or `per_second` on average.

    Phones do not take turns, so the second way waits as a Poisson process does, every time the same.
    """

    address: Address
    connections: int
    seconds: float
    per_second: float | None = None


@dataclass(frozen=True)
class Answers:
    """What became of the requests in their order: status, and monotonic seconds when sent and answered.

    The arrays are as long as the number of requests that were sent; the others were not needed.
    """

    status: array[int] = field(default_factory=lambda: array("H"))
    sent_at: array[float] = field(default_factory=lambda: array("d"))
    answered_at: array[float] = field(default_factory=lambda: array("d"))

    def note(self, status: int, sent_at: float, answered_at: float) -> None:
        """Adds a request."""
        self.status.append(status)
        self.sent_at.append(sent_at)
        self.answered_at.append(answered_at)

    @property
    def seconds(self) -> float:
        """From the first request sent to the last answer."""
        return max(self.answered_at) - self.sent_at[0] if self.sent_at else 0.0

    def latencies_ms(self) -> list[float]:
        """How long each answer took."""
        return [
            (answered - sent) * 1000 for sent, answered in zip(self.sent_at, self.answered_at, strict=True)
        ]


class _Client:
    __slots__ = ("received", "request", "socket", "wanted")

    def __init__(self, address: Address) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.request, self.received, self.wanted = -1, b"", 0

    def send(self, number: int, request: bytes) -> None:
        self.request = number
        if self.socket.send(request) != len(request):
            raise OSError("a request did not fit the socket's buffer at once")

    def status(self, data: bytes) -> int | None:
        """The status once the whole answer is here; None before."""
        if not data:
            raise ConnectionError("the service closed a connection in the middle of a request")
        self.received += data
        if not self.wanted:
            head, blank, _ = self.received.partition(b"\r\n\r\n")
            if not blank:
                return None
            self.wanted = len(head) + 4 + _content_length(head)
        if len(self.received) < self.wanted:
            return None
        status = int(self.received[9:12])
        self.received, self.wanted = b"", 0
        return status


def send(load: Load, requests: Sequence[bytes]) -> Answers:
    """Sends until the time is up or the requests are, then waits for the answers still due."""
    gc.disable()
    clients = {
        client.socket.fileno(): client for client in (_Client(load.address) for _ in range(load.connections))
    }
    try:
        return _drive(load, requests, clients)
    finally:
        for client in clients.values():
            client.socket.close()


def _drive(load: Load, requests: Sequence[bytes], clients: dict[int, _Client]) -> Answers:
    answers = Answers()
    poll = select.epoll()
    for descriptor in clients:
        poll.register(descriptor, select.EPOLLIN)
    free = deque(clients.values())
    stop = time.monotonic() + load.seconds
    due = _due(load, len(requests))
    while True:
        wait = _send_due(stop, due, requests, free, answers)
        if wait is None and len(free) == len(clients):
            return answers
        for descriptor, _ in poll.poll(PATIENCE_S if wait is None else wait):
            if _receive(clients[descriptor], answers):
                free.append(clients[descriptor])
        if time.monotonic() > stop + PATIENCE_S:
            raise TimeoutError(f"answers were still missing {PATIENCE_S:.0f} s after the last request")


def _due(load: Load, count: int) -> Sequence[float]:
    """When each request may be sent, in monotonic seconds; nothing where each may be at once."""
    if load.per_second is None:
        return ()
    chance = random.Random(count)
    waits = (chance.expovariate(load.per_second) for _ in range(count))
    return list(accumulate(waits, initial=time.monotonic()))


def _send_due(
    stop: float, due: Sequence[float], requests: Sequence[bytes], free: deque[_Client], answers: Answers
) -> float | None:
    """Sends what is due on the free connections; seconds until more is, None when nothing will be."""
    now = time.monotonic()
    while (number := len(answers.sent_at)) < len(requests) and now < stop:
        if due and due[number] > now:
            return due[number] - now
        if not free:
            return PATIENCE_S
        # Taken before the system call, as the phone waits for that too.
        now = time.monotonic()
        answers.note(0, now, 0.0)
        free.popleft().send(number, requests[number])
    return None


def _receive(client: _Client, answers: Answers) -> bool:
    """Takes what came; whether the answer is complete."""
    status = client.status(client.socket.recv(65536))
    if status is None:
        return False
    answers.status[client.request] = status
    answers.answered_at[client.request] = time.monotonic()
    return True


def _content_length(head: bytes) -> int:
    _, name, rest = head.lower().partition(b"content-length:")
    if not name:
        raise ValueError("an answer without Content-Length; the benchmark reads no other")
    return int(rest.split(b"\r\n", 1)[0])
