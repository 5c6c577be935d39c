"""Thousands of watchers in one process: each socket watches, every push is noted with its time."""

from __future__ import annotations

import gc
import select
import socket
import time
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from bench import processes
from bench.service import Address, Dialogue
from bench.websocket import CLOSE, PING, PONG, TEXT, FrameReader, client_frame, upgrade_request

AT_A_TIME = 64
CONNECT_S = 300.0
STRAGGLERS_S = 0.3


@dataclass
class Heard:
    """Every push in the order it came: who got it, of which check-in, at which monotonic second."""

    watcher: array[int] = field(default_factory=lambda: array("l"))
    number: array[int] = field(default_factory=lambda: array("l"))
    at: array[float] = field(default_factory=lambda: array("d"))
    lost_sockets: int = 0


class Listeners:
    """The watchers of one service, all of them watching."""

    def __init__(self, control: Connection) -> None:
        self._control = control

    def count(self) -> int:
        """How many pushes came since the last `collect`."""
        answer: int = self._ask("count")
        return answer

    def collect(self) -> Heard:
        """All pushes since the last `collect`."""
        answer: Heard = self._ask("collect")
        return answer

    def settle(self, expected: int, patience_s: float) -> Heard:
        """All pushes, once `expected` came and stragglers had time, or no news for `patience_s` seconds."""
        had, news_at = -1, time.monotonic()
        while (count := self.count()) < expected and time.monotonic() < news_at + patience_s:
            if count > had:
                had, news_at = count, time.monotonic()
            time.sleep(0.05)
        # A push too many comes after the last one due, if at all.
        time.sleep(STRAGGLERS_S)
        return self.collect()

    def _ask(self, question: str) -> Any:
        self._control.send(question)
        return processes.answer_of(self._control)


@contextmanager
def listening(address: Address, dialogue: Dialogue, sockets: int) -> Iterator[Listeners]:
    """Opens the sockets, waits until each of them watches, and closes them with the block."""
    with processes.child(_listen, address, dialogue, sockets) as control:
        processes.answer_of(control)
        yield Listeners(control)


class _Watcher:
    __slots__ = ("head", "is_open", "is_watching", "number", "reader", "socket")

    def __init__(self, number: int, address: Address, path: str) -> None:
        self.number = number
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(upgrade_request(f"{address[0]}:{address[1]}", path))
        self.socket.setblocking(False)
        self.reader = FrameReader()
        self.head, self.is_open, self.is_watching = b"", False, False

    def say(self, *messages: bytes) -> None:
        for message in messages:
            self.socket.sendall(client_frame(message))

    def frames(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The frames in what came, after the answer to the upgrade was read away."""
        if self.is_open:
            return self.reader.feed(data)
        self.head += data
        answer, blank, data = self.head.partition(b"\r\n\r\n")
        if blank and not answer.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(f"no WebSocket: {answer.splitlines()[0]!r}")
        self.is_open = bool(blank)
        return self.reader.feed(data) if blank else iter(())


class _Crowd:
    """All watchers of the process, and what they heard."""

    def __init__(self, address: Address, dialogue: Dialogue, sockets: int) -> None:
        self.address, self.dialogue = address, dialogue
        self.heard = Heard()
        self.watching = 0
        self.waiting = deque(range(sockets))
        self.watchers: dict[int, _Watcher] = {}
        self.poll = select.epoll()

    def connect_some(self) -> None:
        """Keeps AT_A_TIME watchers on their way, so that no listen queue overflows."""
        while self.waiting and len(self.watchers) - self.watching < AT_A_TIME:
            watcher = _Watcher(self.waiting.popleft(), self.address, self.dialogue.path)
            self.watchers[watcher.socket.fileno()] = watcher
            self.poll.register(watcher.socket.fileno(), select.EPOLLIN)

    def answer(self, question: str) -> int | Heard:
        """The number of pushes so far, or all of them, which are then forgotten."""
        if question == "count":
            return len(self.heard.at)
        heard, self.heard = self.heard, Heard()
        return heard

    def receive(self, descriptor: int) -> None:
        """Takes what came for one watcher; nothing where it was lost meanwhile."""
        if (watcher := self.watchers.get(descriptor)) is None:
            return
        try:
            data = watcher.socket.recv(262144)
        except ConnectionResetError:
            data = b""
        at = time.monotonic()
        if not data:
            self._lose(watcher)
        was_open = watcher.is_open
        for opcode, payload in watcher.frames(data):
            self._hear(watcher, opcode, payload, at)
        if watcher.is_open and not was_open:
            watcher.say(*self.dialogue.hello(watcher.number))

    def _hear(self, watcher: _Watcher, opcode: int, payload: bytes, at: float) -> None:
        if opcode == TEXT and (number := self.dialogue.number_heard(payload)) is not None:
            self.heard.watcher.append(watcher.number)
            self.heard.number.append(number)
            self.heard.at.append(at)
        elif opcode == TEXT:
            watcher.say(*self.dialogue.answer(watcher.number, payload))
            if not watcher.is_watching and self.dialogue.is_watching(watcher.number, payload):
                watcher.is_watching = True
                self.watching += 1
        elif opcode == PING:
            watcher.socket.sendall(client_frame(payload, PONG))
        elif opcode == CLOSE:
            self._lose(watcher)

    def _lose(self, watcher: _Watcher) -> None:
        if self.watchers.pop(watcher.socket.fileno(), None):
            self.heard.lost_sockets += 1
            watcher.socket.close()


def _listen(control: Connection, address: Address, dialogue: Dialogue, sockets: int) -> None:
    gc.disable()
    crowd = _Crowd(address, dialogue, sockets)
    _gather(crowd, sockets)
    control.send((True, sockets))
    crowd.poll.register(control.fileno(), select.EPOLLIN)
    while True:
        for descriptor, _ in crowd.poll.poll():
            if descriptor == control.fileno():
                control.send((True, crowd.answer(control.recv())))
            else:
                crowd.receive(descriptor)


def _gather(crowd: _Crowd, sockets: int) -> None:
    deadline = time.monotonic() + CONNECT_S
    while crowd.watching < sockets:
        crowd.connect_some()
        for descriptor, _ in crowd.poll.poll(1.0):
            crowd.receive(descriptor)
        if (lost := crowd.heard.lost_sockets) or time.monotonic() > deadline:
            raise ConnectionError(f"{crowd.watching} of {sockets} watch, {lost} were closed")
