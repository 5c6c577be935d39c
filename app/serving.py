"""How gunicorn serves the application: its gevent worker, with the express lane in front of it."""

from contextlib import suppress
from typing import Any

import gevent
from gunicorn.workers.ggevent import GeventWorker

from app.express import Express


class Worker(GeventWorker):  # type: ignore[misc]
    """Serves check-ins by the express lane, everything else as gunicorn does."""

    def load_wsgi(self) -> None:
        """Load the application, and lay the lane beside it."""
        super().load_wsgi()
        self._express = Express(self.wsgi)

    def run(self) -> None:
        """Serve until told to stop; then finish what is in hand and say goodbye."""
        super().run()
        for farewell in self.wsgi.extensions["hereabouts.farewells"]:
            farewell()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """One connection, from its first byte to its last."""
        client.setblocking(1)
        usual = False
        with suppress(OSError, gevent.Timeout):
            usual = self._express.serve(_Patient(client, self.cfg.keepalive), lambda: self.alive)
        if usual:
            super().handle(listener, client, addr)
        else:
            client.close()


class _Patient:
    """A connection that is waited for, but not for ever."""

    def __init__(self, client: Any, patience_s: float) -> None:
        self._receive = client.recv
        self._patience_s = patience_s
        self._send = client.send
        self._send_rest = client.sendall

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As a socket's; raises gevent.Timeout."""
        with gevent.Timeout(self._patience_s):
            data: bytes = self._receive(size, flags)
            return data

    def sendall(self, data: bytes) -> None:
        """As a socket's; an answer nearly always fits at once."""
        sent = self._send(data)
        if sent < len(data):
            self._send_rest(data[sent:])
