"""Sends a message to an address that somebody else chose: only to the Internet, and never for long.

The name is resolved once; every address of it must be one that may be called, and exactly those are connected to, while
TLS holds the server to the name. Redirects are not followed, and no more is read than the head of the answer. Sockets
are gevent's own, so that the clock on the wall bounds it all, whoever drips or stalls, and nobody else waits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from ssl import PROTOCOL_TLS_CLIENT, SSLError
from typing import Any

import gevent
from gevent import socket, ssl
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import SSLError as BadTls

from app.webhooks.rules import Outcome, Reason, Target, is_public

TOTAL_S = 10.0
#: Within which an address that says nothing leaves time for the next.
CONNECT_S = 3.0
MOST_OCTETS = 32 * 1024
#: Names with more addresses are tried at the first of them.
MOST_ADDRESSES = 4
Address = tuple[str, int]
#: The addresses of a name and port; raises OSError where there are none.
Resolve = Callable[[str, int], Sequence[Address]]


def resolved(host: str, port: int) -> Sequence[Address]:
    """What the machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((str(each[4][0]), port) for each in found))


def trusted() -> "Tls":
    """TLS as this machine trusts it (1.2 at least), on gevent's sockets."""
    context = Tls(PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context


@dataclass(frozen=True, slots=True)
class Post:
    """How messages are sent. Tests give it a resolver, addresses and certificates of their own."""

    resolve: Resolve = resolved
    may_reach: Callable[[str], bool] = is_public
    tls: "Tls" = field(default_factory=trusted)
    total_s: float = TOTAL_S

    def __call__(self, url: str, headers: Mapping[str, str], body: str) -> Outcome:
        """Send it once, and say what came of it."""
        said = {
            **headers,
            "Content-Type": "application/json",
            "User-Agent": "Hereabouts-Webhooks/1",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        timer = gevent.Timeout.start_new(self.total_s)
        try:
            return self._sent(Target.of(url), said, body.encode())
        except gevent.Timeout as late:
            if late is not timer:
                raise
            return Outcome(Reason.SLOW)
        finally:
            timer.close()

    def _sent(self, target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
        try:
            addresses = self.resolve(target.host, target.port)
        except (OSError, UnicodeError):
            return Outcome(Reason.NO_ADDRESS)
        # One inner address among them is enough to tell that somebody tries something.
        if not all(self.may_reach(host) for host, _ in addresses):
            return Outcome(Reason.INTERNAL)
        outcome = Outcome(Reason.NO_ADDRESS)
        for address in addresses[:MOST_ADDRESSES]:
            outcome = self._sent_to(address, target, headers, body)
            if outcome.reason is not Reason.UNREACHABLE:
                break
        return outcome

    def _sent_to(self, address: Address, target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
        with closing(_Pinned(address, target, self.tls)) as connection:
            try:
                connection.connect()
            except (SSLError, BadTls):
                return Outcome(Reason.UNTRUSTED)
            except (OSError, HTTPError):
                return Outcome(Reason.UNREACHABLE)
            return _asked(connection, target, headers, body)


def _asked(connection: "_Pinned", target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
    try:
        connection.request("POST", target.path, body, headers, preload_content=False, decode_content=False)
        answer = connection.getresponse()
        return Outcome.of(answer.status, answer.headers.get("Retry-After"))
    # What is no HTTP, or ends in the middle, is told apart by nobody but whoever runs the server.
    except (OSError, HTTPError, HTTPException, ValueError):
        return Outcome(Reason.NOT_HTTP)


class _Pinned(HTTPSConnection):
    """A connection to one address, in the name of a host."""

    def __init__(self, address: Address, target: Target, tls: "Tls") -> None:
        super().__init__(target.host, target.port, ssl_context=tls, cert_reqs="CERT_REQUIRED")
        self._address = address

    def _new_conn(self) -> Any:
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        with _closed_unless_done(made):
            made.settimeout(CONNECT_S)
            made.connect(self._address)
            made.settimeout(None)
        return made


class _Brief(ssl.SSLSocket):
    """Reads no more than the head of an answer needs; without a bound it may have a hundred lines of 64 KiB."""

    left = MOST_OCTETS

    def recv_into(self, *said: Any, **more: Any) -> int:
        got: int = super().recv_into(*said, **more)
        self.left -= got
        if self.left < 0:
            raise ConnectionAbortedError
        return got


class Tls(ssl.SSLContext):
    """TLS whose handshake leaves nothing open when it is cut short."""

    sslsocket_class = _Brief

    def wrap_socket(self, sock: Any, *, server_hostname: str) -> Any:  # type: ignore[override]
        """As urllib3 asks for it, and with the handshake done."""
        made = super().wrap_socket(sock, do_handshake_on_connect=False, server_hostname=server_hostname)
        with _closed_unless_done(made):
            made.do_handshake()
        return made


@contextmanager
def _closed_unless_done(made: Any) -> Iterator[None]:
    try:
        yield
    # The end of our time is no Exception.
    except BaseException:
        made.close()
        raise
