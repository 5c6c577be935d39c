"""Servers such as webhooks may lead to: real ones, with TLS, on this machine."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import trustme

from app.webhooks.posting import Address, Post, Tls

HOST = "shop.example"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"
#: Answers a request whose bytes were read; returns when it is done.
Answering = Callable[[ssl.SSLSocket, "Got"], None]


@dataclass(frozen=True)
class Got:
    """A request that came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Shop:
    """A server that remembers what it was sent."""

    address: Address
    answering: Answering
    got: list[Got] = field(default_factory=list)
    #: How many are being answered, and how many were at the same time at the most.
    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, *said: bytes) -> None:
        """One after another, and the last from then on."""
        left = list(said)

        def answer(connection: ssl.SSLSocket, got: Got) -> None:
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])

        self.answering = answer


AUTHORITY = trustme.CA()


def trusting(authority: trustme.CA = AUTHORITY) -> Tls:
    context = Tls(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


def post_to(*addresses: Address, total_s: float = 5.0) -> Post:
    """Calls servers on this machine, whatever name they have."""
    return Post(lambda host, port: addresses, lambda address: address == "127.0.0.1", trusting(), total_s)


def status(line: str, *headers: str, body: bytes = b"") -> bytes:
    head = [f"HTTP/1.1 {line}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@contextmanager
def a_shop(name: str = HOST, authority: trustme.CA = AUTHORITY) -> Iterator[Shop]:
    """Takes everything, until told otherwise."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    with socket.create_server(("127.0.0.1", 0)) as server:
        shop = Shop(server.getsockname(), lambda connection, got: connection.sendall(OK))
        threading.Thread(target=_serve, args=(server, tls, shop), daemon=True).start()
        yield shop


def _serve(server: socket.socket, tls: ssl.SSLContext, shop: Shop) -> None:
    with suppress(OSError):
        while True:
            plain, _ = server.accept()
            threading.Thread(target=_talk, args=(plain, tls, shop), daemon=True).start()


def _talk(plain: socket.socket, tls: ssl.SSLContext, shop: Shop) -> None:
    # Whoever calls may hang up at any time.
    with suppress(OSError, ssl.SSLError), tls.wrap_socket(plain, server_side=True) as connection:
        got = _read(connection)
        with shop.lock:
            shop.got.append(got)
            shop.now += 1
            shop.most = max(shop.most, shop.now)
        try:
            shop.answering(connection, got)
        finally:
            with shop.lock:
                shop.now -= 1


def _read(connection: ssl.SSLSocket) -> Got:
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(4096) or _hung_up()
    head, _, body = read.partition(b"\r\n\r\n")
    line, *said = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in said)}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(4096) or _hung_up()
    return Got(line, headers, body)


def _hung_up() -> bytes:
    raise ConnectionError


def stalls(seconds: float) -> Answering:
    """Answers after so long."""

    def answer(connection: ssl.SSLSocket, got: Got) -> None:
        time.sleep(seconds)
        connection.sendall(OK)

    return answer


def drips(said: bytes, every_s: float) -> Answering:
    """Answers byte by byte."""

    def answer(connection: ssl.SSLSocket, got: Got) -> None:
        for each in said:
            connection.sendall(bytes([each]))
            time.sleep(every_s)

    return answer


def pours(head: bytes, more: bytes) -> Answering:
    """Answers without end."""

    def answer(connection: ssl.SSLSocket, got: Got) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(more)

    return answer


def resets(connection: ssl.SSLSocket, got: Got) -> None:
    """Hangs up in the middle of a line."""
    connection.sendall(b"HTTP/1.1 2")
    connection.shutdown(socket.SHUT_RDWR)
