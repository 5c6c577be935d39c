"""A light Socket.IO client (protocol 5 over WebSocket) for hundreds of listeners in one gevent process."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import gevent
import msgspec
from gevent.event import AsyncResult
from websocket import ABNF, WebSocket, WebSocketException

from town.api import NoServer, Refused

PATIENCE_S = 60.0
_PATH = "/socket.io/?EIO=4&transport=websocket"
#: Engine.IO's packet types, as far as we meet them, before Socket.IO's.
_PING, _PONG, _MESSAGE = "2", "3", "4"
_CONNECT, _DISCONNECT, _EVENT, _ACK, _ERROR = "0", "1", "2", "3", "4"

#: What is told of a message: the monotonic second it came, its name, its argument as JSON.
Heard = Callable[[float, str, bytes], None]
_Event = tuple[str, msgspec.Raw]


class Wire:
    """One socket. `heard` is called with each message in the order they come; it must not wait."""

    def __init__(self, url: str, token: str, heard: Heard) -> None:
        at = urlsplit(url)
        self._heard = heard
        self._asked: dict[int, AsyncResult[Any]] = {}
        self._asking = 0
        #: Whether the server, or the way to it, ended the connection.
        self.lost = False
        self._closing = False
        self._socket = WebSocket(enable_multithread=True, skip_utf8_validation=True)
        self._socket.settimeout(PATIENCE_S)
        scheme = "wss" if at.scheme == "https" else "ws"
        try:
            self._socket.connect(f"{scheme}://{at.netloc}{_PATH}")  # type: ignore[no-untyped-call]
            self._open(token)
        except (OSError, WebSocketException) as error:
            raise NoServer(f"{url} takes no socket ({error}). Is script/server running?") from None
        self._greenlet = gevent.spawn(self._listen)

    def ask(self, event: str, said: object) -> Any:
        """Say something; the acknowledgement. Refused where it is a problem."""
        self._asking += 1
        answer = self._asked[self._asking] = AsyncResult()
        self._socket.send(f"{_MESSAGE}{_EVENT}{self._asking}{json.dumps([event, said])}")
        try:
            result = answer.get(timeout=PATIENCE_S)
        except gevent.Timeout:
            raise NoServer(f"No answer to {event} came within {PATIENCE_S:.0f} s.") from None
        if isinstance(result, dict) and str(result.get("type", "")).startswith("/v1/problems/"):
            raise Refused(int(result["status"]), result)
        return result

    def close(self) -> None:
        """Go, and wait until nothing more can come."""
        self._closing = True
        self._socket.close()
        self._greenlet.join(timeout=5)

    def _open(self, token: str) -> None:
        self._socket.recv()
        self._socket.send(f"{_MESSAGE}{_CONNECT}{json.dumps({'token': token})}")
        answer = str(self._socket.recv())
        if answer.startswith(_MESSAGE + _ERROR):
            problem = json.loads(answer[2:])
            problem = problem.get("data", problem)
            raise Refused(int(problem.get("status", 400)), problem)

    def _listen(self) -> None:
        try:
            while True:
                opcode, data = self._socket.recv_data()
                if opcode == ABNF.OPCODE_CLOSE:
                    break
                self._take(time.monotonic(), bytes(data))
        except (OSError, WebSocketException):
            pass
        self.lost = not self._closing

    def _take(self, at: float, packet: bytes) -> None:
        kind = packet[:2].decode()
        if kind == _MESSAGE + _EVENT:
            name, said = msgspec.json.decode(packet[2:], type=_Event)
            self._heard(at, name, bytes(said))
        elif kind == _MESSAGE + _ACK:
            number, bracket, rest = packet[2:].partition(b"[")
            self._asked.pop(int(number)).set(json.loads(bracket + rest)[0])
        elif kind[0] == _PING:
            self._socket.send(_PONG)
        elif kind == _MESSAGE + _DISCONNECT:
            self.lost = True
