"""Where engine.io meets our sockets: its WebSocket driver, its queue and its pings give way to the outbox.

python-engineio gives every client three greenlets (request, writer, pings) and an unbounded queue, and its
simple-websocket driver cuts frames for a slow reader. Here a connection is one shallow greenlet that reads;
whatever engine.io says goes through the connection's Outbox at once, in one order with the frames of fan-out.

What this relies on is private to python-engineio 4.15 and pinned by tests/realtime/test_engine.py:

- `Server._async["websocket"]` makes an object of (bound `Socket._websocket_handler`, server), which is called
  as a WSGI application; a StopIteration from it reaches gunicorn, which then forgets the connection;
- `Socket.queue` is all that `Socket.send` and `Socket.close` write to: `put(packet)`, at the end `put(None)`,
  and `join()`;
- the "connect" event comes after `Server.sockets[sid]` is set and before the first `Socket.schedule_ping()`;
- `Socket.last_ping` is None while a ping is scheduled, then the time.time() at which it was sent;
- `Socket.connected` and `upgraded` say that the transport is a WebSocket; `Socket.receive(Packet)` hears it.
"""

import io
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from weakref import ref

import gevent
import socketio
from engineio.exceptions import EngineIOError
from engineio.packet import PING, Packet
from gevent.socket import socket as Socket
from wsproto.frame_protocol import CloseReason

from realtime.outbox import Ending, Limits, Outbox
from realtime.websocket import NotAWebSocket, WebSocket, accepted

OUTBOX = "hereabouts.outbox"
MAX_MESSAGE_BYTES = 64 * 1024


def install(
    server: socketio.Server, *, max_message_bytes: int = MAX_MESSAGE_BYTES, limits: Limits | None = None
) -> Counter[Ending]:
    """Makes a Socket.IO server (gevent, WebSocket transport alone) speak through outboxes, before it serves.

    A handler finds its connection's Outbox in the WSGI environment, under OUTBOX. Returned is a count of the
    connections that ended, by reason, which goes on counting. ValueError for a server of another kind.
    """
    engine_server = server.eio
    if engine_server.async_mode != "gevent" or list(engine_server.transports) != ["websocket"]:
        raise ValueError("the outbox needs SocketIO(async_mode='gevent', transports=['websocket'])")
    endings: Counter[Ending] = Counter()
    outbox = partial(Outbox, endings=endings, limits=limits or Limits())
    # Engine.io announces this limit to clients; clients that keep to it are never cut off.
    engine_server.max_http_buffer_size = max_message_bytes
    engine_server._async = engine_server._async | {"websocket": partial(_Driver, outbox=outbox)}
    _greet(engine_server)
    return endings


def strangers(server: socketio.Server) -> set[str]:
    """Connections whose client has not said who it is (Socket.IO's CONNECT), by their engine.io id."""
    return {sid for sid in server.eio.sockets if server.manager.sid_from_eio_sid(sid, "/") is None}


def dismiss_all(server: socketio.Server, within_s: float) -> bool:
    """Lets everybody go before the process does: what is in hand is finished and answered.

    Nothing more is heard and each is told 1001. Gunicorn itself waits for no socket: call it from the hook
    `worker_exit`. False where some took longer than `within_s`.
    """
    sockets = server.eio.sockets
    for engine in list(sockets.values()):
        engine.queue.dismiss()
    give_up_at = time.monotonic() + within_s
    while sockets and time.monotonic() < give_up_at:
        gevent.sleep(0.01)
    return not sockets


class _Driver:
    """What engine.io calls to open a WebSocket: it takes the socket over; gunicorn lets the request go."""

    def __init__(self, handler: Any, server: Any, *, outbox: Callable[[Socket], Outbox]) -> None:
        self._engine = handler.__self__
        self._outbox = outbox
        self._max_message_bytes: int = server.max_http_buffer_size

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            answer = accepted(environ)
        except NotAWebSocket as error:
            self._engine.close(wait=False, abort=True, reason=self._engine.server.reason.TRANSPORT_ERROR)
            start_response(error.status, [*error.headers, ("Content-Type", "text/plain")])
            return [str(error).encode()]
        socket = _taken_over(environ)
        outbox = environ[OUTBOX] = self._outbox(socket)
        outbox.write(answer)
        websocket = WebSocket(socket, outbox, self._max_message_bytes)
        _speak_through(websocket, self._engine)
        gevent.spawn_raw(_converse, self._engine, websocket)
        # To gunicorn this means: answer nothing and forget the request.
        raise StopIteration


def _taken_over(environ: dict[str, Any]) -> Socket:
    """The connection as a socket of our own; the environment keeps nothing that keeps the request."""
    theirs = environ.pop("gunicorn.socket", None)
    if type(theirs) is not Socket:
        raise RuntimeError(
            "sockets need gunicorn's gevent worker (-k gevent), with TLS ended by the proxy before it"
        )
    environ["wsgi.input"] = io.BytesIO()
    for name in ("wsgi.early_hints", "eventlet.input"):
        environ.pop(name, None)
    return Socket(fileno=theirs.detach())


def _speak_through(websocket: WebSocket, engine: Any) -> None:
    queued, engine.queue = engine.queue, _Straight(websocket)
    while not queued.empty():
        engine.queue.put(queued.get())
    engine.connected = engine.upgraded = True


def _converse(engine: Any, websocket: WebSocket) -> None:
    """Hears one client until either side ends it, then lets engine.io clean up."""
    try:
        for message in iter(websocket.wait, None):
            engine.receive(Packet(encoded_packet=message))
    except (ValueError, RecursionError, EngineIOError):
        websocket.close(CloseReason.PROTOCOL_ERROR, "this is not Engine.IO 4")
        websocket.wait()
    finally:
        engine.close(wait=False, abort=True, reason=engine.server.reason.TRANSPORT_CLOSE)
        engine.server.sockets.pop(engine.sid, None)
        # It holds the engine that holds it; without it both go at once, not with the next garbage collection.
        del engine.schedule_ping
        websocket.hang_up()


class _Straight:
    """Stands where engine.io keeps a client's queue: what is put in is written at once, None says goodbye."""

    __slots__ = ("_websocket",)

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    def put(self, packet: Packet | None) -> None:
        if packet is None:
            self._websocket.close()
        else:
            self._websocket.send(packet.encode())

    def join(self) -> None:
        """Nothing is ever left to wait for."""

    def dismiss(self) -> None:
        self._websocket.dismiss()


def _greet(server: Any) -> None:
    """Comes before whatever engine.io does to a client that connects."""
    pings = _Pings(server.ping_interval)
    connect = server.handlers["connect"]

    def connected(sid: str, environ: dict[str, Any]) -> Any:
        if not _asks_for_upgrade(environ):
            return "'Connection: Upgrade' is missing: does a proxy in between take it away?"
        engine = server.sockets[sid]
        engine.schedule_ping = partial(pings.schedule, engine)
        return connect(sid, environ)

    server.on("connect", connected)


def _asks_for_upgrade(environ: dict[str, Any]) -> bool:
    # Engine.io looks for it too late: it would fail with a 500 and keep the session.
    return "upgrade" in [token.strip() for token in environ.get("HTTP_CONNECTION", "").lower().split(",")]


class _Pings:
    """Pings everybody from one greenlet, where engine.io starts one for each ping of each client."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        # In the order of their time, as all wait equally long. Weak, so that none who left is kept here.
        self._due: deque[tuple[float, ref[Any]]] = deque()

    def schedule(self, engine: Any) -> None:
        if engine.last_ping is None:
            return
        engine.last_ping = None
        self._due.append((time.monotonic() + self._interval_s, ref(engine)))
        if len(self._due) == 1:
            gevent.spawn(self._run)

    def _run(self) -> None:
        while self._due:
            due, reference = self._due[0]
            gevent.sleep(max(0.0, due - time.monotonic()))
            self._due.popleft()
            engine = reference()
            if engine is not None and not engine.closing and not engine.closed:
                engine.last_ping = time.time()
                engine.send(Packet(PING))
            # Else it would live on here until somebody else's ping is due.
            del engine
