"""Puts the sockets beside the application: who may connect, what they say, what they hear."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn

import gevent
import msgspec
import prometheus_client
import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO

from app import clock
from app.communities import queries as communities
from app.errors import NotSignedIn, Refusal
from app.http.callers import Bearer
from app.http.calls import House
from app.http.problems import problem_of
from app.presence import queries as presence
from app.relations import queries as relations
from realtime.bus import PostgresBus
from realtime.conversing import Conversing
from realtime.counting import Counting
from realtime.cursors import Heard
from realtime.engine import OUTBOX, dismiss_all, install, strangers
from realtime.fanout import SOCKETS, Fanout
from realtime.outbox import Ending
from realtime.roster import Listener, Roster, Somebody
from realtime.speaking import Speaking
from realtime.talking import FAILED, Answer, Talk, answered
from realtime.tallying import Tallying

#: Also how long a client may take to say who it is: it is let go the second time we look.
SETTLE_EVERY_S = 10.0
#: How long what is in hand on sockets may take when the process goes.
FAREWELL_S = 3.0
#: What clients say, and what their token must be good for.
SAYINGS = {
    "watch": "check-ins:read",
    "unwatch": "check-ins:read",
    "position": "positions:write",
    "check_in": "check-ins:write",
    "check_out": "positions:write",
}
log = structlog.get_logger()
ENDED = prometheus_client.Counter("hereabouts_sockets_ended", "Sockets that closed", ["how"])


class Json:
    """JSON for Socket.IO's packets: ids and times are written as everywhere else."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """As text."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(said: str | bytes, **_: Any) -> Any:
        """From text; ValueError where it is none."""
        return msgspec.json.decode(said)


def attach(app: Flask) -> SocketIO:
    """Serve Socket.IO (protocol 5, WebSocket alone) at /socket.io/ of this application."""
    house: House = app.extensions["hereabouts"]
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],
        # Said one after another on a socket, done one after another: order is kept and a flood slows only itself.
        async_handlers=False,
        cors_allowed_origins=list(house.settings.cors_origins) or None,
        json=Json,
        manage_session=False,
        logger=_quiet_logger(),
        engineio_logger=_quiet_logger(),
    )
    endings = install(socketio.server)
    app.extensions["hereabouts.farewells"].append(lambda: dismiss_all(socketio.server, FAREWELL_S))
    Sockets(app, house, socketio).serve()
    gevent.spawn(look_after_for_ever, socketio.server, endings)
    return socketio


class Sockets:
    """The sockets of one process."""

    def __init__(self, app: Flask, house: House, socketio: SocketIO) -> None:
        self._app = app
        self._house = house
        self._socketio = socketio
        self._roster = Roster()
        self._fanout = Fanout(self._roster, Heard.since(clock.now()), self._hang_up)
        self._counting = Counting(self._roster, house.database)
        extensions = app.extensions
        topics = extensions["hereabouts.topics"]
        self._talk = Talk(house, extensions["hereabouts.intake"], topics, self._fanout, self._counting)

    def serve(self) -> None:
        """Take what clients say, and hear what happens."""
        self._socketio.on_event("connect", self._connected)
        self._socketio.on_event("disconnect", self._disconnected)
        for name, scope in SAYINGS.items():
            self._socketio.on_event(name, self._hearing(name, scope, getattr(self._talk, name)))
        self._fanout.follow(self._house.signals)
        Conversing(self._fanout).follow(self._house.signals)
        Speaking(self._fanout).follow(self._house.signals)
        Tallying(self._roster).follow(self._house.signals)
        self._counting.follow(self._house.signals)
        self._house.signals.after_gap(self._lost)
        if self._house.settings.bus == "postgres":
            self._ride()
        gevent.spawn(self._settle_for_ever)

    def _ride(self) -> None:
        bus = PostgresBus(self._house.settings.database_url, self._house.signals)
        self._house.signals.carrier = bus
        self._app.extensions["hereabouts.checks"]["bus"] = bus.check
        bus.start()

    def _connected(self, auth: object = None) -> None:
        bearer = self._bearer(auth)
        outbox = request.environ[OUTBOX]
        sid: str = request.sid  # type: ignore[attr-defined]
        somebody = self._roster.somebody(bearer.person_id) or Somebody(bearer.person_id)
        self._roster.enter(Listener(sid, bearer, somebody, outbox))
        SOCKETS.set(len(self._roster))
        self._learn(somebody)
        # A token revoked while we were reading was not on the roster when its signal came.
        try:
            self._house.bearers.bearer_of(_token(auth))
        except Refusal as refusal:
            self._disconnected()
            raise Refused(problem_of(refusal)) from refusal

    def _bearer(self, auth: object) -> Bearer:
        try:
            return self._house.bearers.bearer_of(_token(auth))
        except Refusal as refusal:
            raise Refused(problem_of(refusal)) from refusal

    def _learn(self, somebody: Somebody) -> None:
        """Read what decides what someone may know and will hear; again, if any of it changed meanwhile."""
        while True:
            changes = somebody.changes
            with self._house.database.reading() as session:
                chosen = communities.community_ids_of(session, somebody.id)
                here = presence.location_ids_of(session, somebody.id, clock.now())
                apart = relations.apart_of(session, somebody.id)
                circles = relations.circles_with(session, somebody.id)
                mutes = relations.mutes_of(session, somebody.id)
            if changes == somebody.changes:
                somebody.chosen, somebody.here, somebody.apart = set(chosen), here, apart
                somebody.circles, somebody.mutes = circles, mutes if any(mutes.values()) else None
                return

    def _disconnected(self, reason: object = None) -> None:
        self._roster.exit(request.sid)  # type: ignore[attr-defined]
        SOCKETS.set(len(self._roster))

    def _hearing(
        self, name: str, scope: str, say: Callable[[Listener, object], Answer]
    ) -> Callable[..., Answer]:
        def heard(said: object = None, *_: object) -> Answer:
            listener = self._roster.listener(request.sid)  # type: ignore[attr-defined]
            try:
                answer = answered(say, listener, said, scope)
            # The socket must outlive a fault of ours, and its client must be told.
            except Exception as error:
                log.error("a message failed", said=name, exc_info=error)
                answer = FAILED
            log.info("message", said=name, status=answer.get("status", 200), person=str(listener.person.id))
            return answer

        return heard

    def _hang_up(self, listener: Listener) -> None:
        self._socketio.server.disconnect(listener.sid)

    def _lost(self) -> None:
        """Messages may have been lost: everybody resumes by cursor, and gets them from the tables."""
        self._fanout.heard.restart(clock.now())
        for listener in self._roster.everyone():
            self._hang_up(listener)

    def _settle_for_ever(self) -> None:
        while True:
            gevent.sleep(SETTLE_EVERY_S)
            self._fanout.heard.settle(clock.now())


def look_after_for_ever(server: Any, endings: Counter[Ending], every_s: float = SETTLE_EVERY_S) -> NoReturn:
    """Let go of clients that never say who they are, and count how connections ended."""
    suspects: set[str] = set()
    counted: Counter[Ending] = Counter()
    while True:
        gevent.sleep(every_s)
        still = strangers(server)
        for sid in still & suspects:
            server.eio.disconnect(sid)
        suspects = still
        for ending, count in (endings - counted).items():
            ENDED.labels(ending.value).inc(count)
        counted = endings.copy()


class _Quiet(logging.Handler):
    """Says where the socket libraries failed, and how; their own words may quote what a client sent."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        kind = record.exc_info[0] if record.exc_info else None
        log.error("a socket failed", at=f"{record.filename}:{record.lineno}", error=kind and kind.__name__)


def _quiet_logger() -> logging.Logger:
    logger = logging.getLogger("hereabouts.sockets")
    logger.propagate = False
    logger.setLevel(logging.ERROR)
    logger.handlers = [_Quiet()]
    return logger


def _token(auth: object) -> str:
    token = auth.get("token") if isinstance(auth, dict) else None
    if not isinstance(token, str):
        raise NotSignedIn("Connect with auth {token: …}, a token from POST /v1/sessions.")
    return token
