"""A thousand Socket.IO clients in one process that only count bytes: the server is measured, not they."""

import os
import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench import processes
from bench.service import Address
from bench.websocket import client_frame, upgrade_request

PATH = "/socket.io/?EIO=4&transport=websocket"
# After the last byte due, so long for one too many.
STRAGGLERS_S = 0.2
_BUFFER = bytearray(1 << 20)


@dataclass
class Heard:
    """What all sockets heard together, in how many seconds, and what the first of them heard."""

    octets: int
    seconds: float
    first: bytes
    lost_sockets: int


class Crowd:
    """The clients of one server, in the order in which they connected."""

    def __init__(self, control: Connection) -> None:
        self._control = control

    def listen(self, octets: int, patience_s: float) -> None:
        """Begins to count, until so much came or none for `patience_s` seconds; then ask what was `heard`."""
        self._control.send((octets, patience_s))

    def heard(self) -> Heard:
        """What came since `listen`."""
        heard: Heard = processes.answer_of(self._control)
        return heard


@contextmanager
def crowd(address: Address, size: int, core: int) -> Iterator[Crowd]:
    """That many clients on one processor core, all connected; they leave with the block."""
    with processes.child(_listen, address, size, core) as control:
        processes.answer_of(control)
        yield Crowd(control)


def _listen(control: Connection, address: Address, size: int, core: int) -> None:
    os.sched_setaffinity(0, {core})
    sockets = [_joined(address) for _ in range(size)]
    control.send((True, "connected"))
    while True:
        octets, patience_s = control.recv()
        control.send((True, _count(sockets, octets, patience_s)))


def _joined(address: Address) -> socket.socket:
    joined = socket.create_connection(address, timeout=10)
    joined.sendall(upgrade_request("localhost", PATH))
    _wait_for(joined, b'"sid"')
    joined.sendall(client_frame(b"40"))
    _wait_for(joined, b'"sid"')
    joined.setblocking(False)
    return joined


def _wait_for(joined: socket.socket, sign: bytes) -> None:
    heard = b""
    while sign not in heard:
        if not (data := joined.recv(4096)):
            raise ConnectionError(f"the server hung up after {heard!r}")
        heard += data


def _count(sockets: Sequence[socket.socket], octets: int, patience_s: float) -> Heard:
    poll = select.epoll()
    # One bound method a socket saves two look-ups at every packet.
    read = {each.fileno(): each.recv_into for each in sockets}
    for descriptor in read:
        poll.register(descriptor, select.EPOLLIN)
    heard, first = Heard(0, 0.0, b"", 0), sockets[0].fileno()
    began_at = ended_at = 0.0
    while events := poll.poll(patience_s if heard.octets < octets else STRAGGLERS_S):
        began_at = began_at or time.perf_counter()
        for descriptor, _ in events:
            count = read[descriptor](_BUFFER)
            heard.octets += count
            if descriptor == first:
                heard.first += _BUFFER[:count]
            if not count:
                heard.lost_sockets += 1
                poll.unregister(descriptor)
        ended_at = time.perf_counter()
    heard.seconds = ended_at - began_at
    poll.close()
    return heard
