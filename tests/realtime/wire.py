"""A server under test, and a client that says exactly what it is told to, right or wrong."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wsproto.frame_protocol import FrameProtocol, Opcode

ROOT = Path(__file__).parents[2]
# Below the range from which the system gives out ports by itself.
PORTS = range(22000, 22100)
START_S, GIVE_UP_S = 60.0, 20.0
GUNICORN = [
    "--worker-class=gevent",
    "--no-control-socket",
    "--log-level=warning",
    "--graceful-timeout=1",
    "tests.realtime.socket_app:application",
]
NO_HEADERS: Mapping[str, str] = {}


class Server:
    """A gunicorn with one gevent worker on a port of its own."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address

    def post(self, path: str) -> Any:
        return self.ask(path, "POST", GIVE_UP_S)

    def state(self) -> Any:
        return self.ask("/state", "GET", GIVE_UP_S)

    def ask(self, path: str, method: str, patience_s: float) -> Any:
        host, port = self.address
        request = urllib.request.Request(f"http://{host}:{port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=patience_s) as answer:
            return json.load(answer)


@contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """Runs tests/realtime/socket_app.py; whatever it complains about on its way fails the test."""
    with listening() as listener, tempfile.TemporaryFile("w+") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-b", f"fd://{listener.fileno()}", *GUNICORN],
            cwd=ROOT,
            env=os.environ | environment,
            pass_fds=[listener.fileno()],
            stderr=log,
        )
        try:
            server = Server(listener.getsockname())
            server.ask("/state", "GET", START_S)
            yield server
        finally:
            worker.terminate()
            worker.wait(GIVE_UP_S)
            log.seek(0)
            complaints = log.read()
    assert "Traceback" not in complaints, complaints


def listening() -> socket.socket:
    for port in PORTS:
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.close()
            continue
        listener.listen(1024)
        return listener
    raise RuntimeError(f"no port is free in {PORTS}")


class Closed(Exception):
    """The server said goodbye with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code


class Wire:
    """One client. Like a browser, wsproto judges each frame of the server: ParseFailed if it is broken."""

    def __init__(
        self, server: Server, *, receive_buffer: int = 0, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(GIVE_UP_S)
        self.socket.connect(server.address)
        self._protocol = FrameProtocol(client=True, extensions=[])
        self.answer = self._open(headers)

    def _open(self, headers: Mapping[str, str]) -> bytes:
        all_headers = {
            "Host": "localhost",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
        } | dict(headers)
        lines = [f"{name}: {value}" for name, value in all_headers.items() if value]
        request = ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", *lines, "", ""]
        self.socket.sendall("\r\n".join(request).encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, rest = received.partition(b"\r\n\r\n")
        self._protocol.receive_bytes(rest)
        return head

    def join(self) -> "Wire":
        """Opens the Socket.IO session."""
        assert self.hear().startswith("0{")
        self.say("40")
        assert self.hear().startswith("40{")
        return self

    def say(self, message: str | bytes) -> None:
        self.socket.sendall(self._protocol.send_data(message))

    def ask(self, number: int, event: str, *arguments: object) -> None:
        """Sends an event that wants an acknowledgement of this number."""
        self.say(f"42{number}" + json.dumps([event, *arguments]))

    def hear(self) -> Any:
        """The next message. Closed where the server said goodbye, EOFError where it went without."""
        pieces: list[Any] = []
        while True:
            for frame in self._protocol.received_frames():
                if frame.opcode is Opcode.CLOSE:
                    raise Closed(*frame.payload)
                if frame.opcode in (Opcode.PING, Opcode.PONG):
                    return frame
                pieces.append(frame.payload)
                if frame.message_finished:
                    return type(pieces[0])().join(pieces)
            self._protocol.receive_bytes(self._receive())

    def hear_event(self) -> tuple[str, Any]:
        """The next event, as its name and its argument; an acknowledgement is the event "ack"."""
        message = self.hear()
        if message.startswith("43"):
            start = message.index("[")
            return "ack", (int(message[2:start]), *json.loads(message[start:]))
        assert message.startswith("42"), message[:80]
        name, argument = json.loads(message[2:])
        return name, argument

    def _receive(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        return data

    def reset(self) -> None:
        """Goes at once, without a word, as a phone does whose network is gone and back."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
