"""How gunicorn serves the application: its gevent worker, with the express lane in front of it."""

import gc
from contextlib import suppress
from typing import Any

import structlog
from gunicorn.http.errors import ParseException
from gunicorn.workers.ggevent import GeventWorker

from app.errors import Failed, Malformed
from app.express import Express, refused
from app.http import problems
from app.logs import request_id_of

_NO_REQUEST = "This is no HTTP/1.1 request (RFC 9112). Nothing was done."
log = structlog.get_logger()


class Worker(GeventWorker):  # type: ignore[misc]
    """Serves check-ins by the express lane, everything else as gunicorn does."""

    def load_wsgi(self) -> None:
        """Load the application, and lay the lane beside it."""
        super().load_wsgi()
        self._express = Express(self.wsgi)

    def run(self) -> None:
        """Serve until told to stop; then finish what is in hand and say goodbye."""
        _spare_the_garbage_collector()
        super().run()
        for farewell in self.wsgi.extensions["hereabouts.farewells"]:
            farewell()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Refuse what is no request as a problem. Neither it nor gunicorn's words about it are written down."""
        theirs = isinstance(exc, (ParseException, OSError))
        refusal = Malformed(_NO_REQUEST) if theirs else Failed(problems.OUR_FAULT)
        request_id = request_id_of("")
        error = type(exc).__name__
        log.info("request", route=None, status=refusal.status, request_id=request_id, error=error)
        with suppress(OSError):
            client.sendall(refused(refusal, request_id, "Connection: close"))

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """One connection, from its first byte to its last."""
        # It is waited for, but not for ever.
        client.settimeout(self.cfg.keepalive)
        usual = False
        with suppress(OSError):
            # A socket of this machine has no address.
            address = addr[0] if isinstance(addr, tuple) else ""
            usual = self._express.serve(client, lambda: self.alive, address)
        if usual:
            client.setblocking(1)
            super().handle(listener, client, addr)
        else:
            client.close()


def _spare_the_garbage_collector() -> None:
    """Have it look at what requests leave, and not again and again at the program, which stays.

    A full collection holds everybody up, for as long as there are objects to look at.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
