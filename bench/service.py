"""What a benchmark asks of a service, be it ours or a peer."""

from collections.abc import Sequence
from typing import Protocol

from bench.city import CheckIn, Watch

Address = tuple[str, int]
Dealt = Sequence[Sequence[Watch]]


class Refused(Exception):
    """A service answered a watcher with an error instead of a watch."""


class Dialogue(Protocol):
    """How watchers speak over their sockets: plain data, as it crosses into another process."""

    @property
    def path(self) -> str:
        """Where the WebSocket is."""

    def hello(self, watcher: int) -> Sequence[bytes]:
        """What a watcher says as soon as its socket is open."""

    def answer(self, watcher: int, message: bytes) -> Sequence[bytes]:
        """What it says to a message, often nothing. Refused where the message is an error."""

    def is_watching(self, watcher: int, message: bytes) -> bool:
        """Whether this message says that everything the watcher asked for is being watched."""

    def number_heard(self, message: bytes) -> int | None:
        """The number of the check-in that this message pushes; None for any other message."""


class Service(Protocol):
    """A running service: where it is, how one speaks to it, what it stored and what it used."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    @property
    def address(self) -> Address:
        """Where it listens, for HTTP and for WebSockets."""

    @property
    def most_per_s(self) -> int:
        """More check-ins than this it never takes in a second: so many are prepared."""

    def post(self, check_in: CheckIn) -> bytes:
        """The whole HTTP request that posts a check-in."""

    def dialogue(self, dealt: Dealt) -> Dialogue:
        """The dialogue of watchers who ask for these watches, a list for each socket."""

    def stored(self) -> int:
        """How many check-ins its tables hold, counted."""

    def cpu_s(self) -> float:
        """Seconds of processor time its processes used so far, its database not counted."""
