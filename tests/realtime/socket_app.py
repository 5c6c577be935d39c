"""A small Flask-SocketIO application for gunicorn: with our outboxes, or as it comes (STOCK=1)."""

import gc
import os
from collections import Counter
from typing import Any

import gevent
import greenlet
from flask import Flask, request
from flask_socketio import SocketIO
from gevent.event import Event

from realtime.attach import ENDED, look_after_for_ever
from realtime.engine import OUTBOX, dismiss_all, install, strangers
from realtime.frames import event_frame
from realtime.outbox import Ending, Limits, Outbox

application = Flask(__name__)
socketio = SocketIO(
    application,
    async_mode="gevent",
    transports=["websocket"],
    async_handlers=False,
    ping_interval=float(os.environ.get("PING_INTERVAL_S", "25")),
    ping_timeout=float(os.environ.get("PING_TIMEOUT_S", "20")),
)
outboxes: dict[str, Outbox] = {}
leavings: Counter[str] = Counter()
going_away = Event()
endings: Counter[Ending] = Counter()
if not os.environ.get("STOCK"):
    endings = install(
        socketio.server, limits=Limits(waiting_bytes=int(os.environ.get("WAITING_BYTES", "4194304")))
    )
    look_every_s = float(os.environ.get("LOOK_EVERY_S", "3600"))
    gevent.spawn(look_after_for_ever, socketio.server, endings, look_every_s)


@socketio.on("connect")
def connected(auth: object = None) -> None:
    if OUTBOX in request.environ:
        outboxes[request.sid] = request.environ[OUTBOX]


@socketio.on("disconnect")
def disconnected(reason: str) -> None:
    outboxes.pop(request.sid, None)
    leavings[reason] += 1


@socketio.on("echo")
def echo(said: Any) -> Any:
    return said


@socketio.on("push_then_answer")
def push_then_answer(number: int, size: int) -> int:
    outboxes[request.sid].write(numbered(number, size))
    return number


@socketio.on("think")
def think() -> str:
    """Takes until the server is told to go away, and a little longer."""
    going_away.wait()
    gevent.sleep(0.05)
    return "thought"


@application.post("/push")
def push() -> dict[str, int]:
    """Writes `count` numbered messages of `size` bytes to everybody, one every `pause` seconds."""
    count, size, pause = (request.args[name] for name in ("count", "size", "pause"))
    for number in range(int(count)):
        spread(number, int(size))
        gevent.sleep(float(pause))
    return {"most_waiting": max((outbox.waiting_bytes for outbox in outboxes.values()), default=0)}


def spread(number: int, size: int) -> None:
    if not outboxes:
        socketio.emit("numbered", {"number": number, "filler": "x" * size})
        return
    frame = numbered(number, size)
    for outbox in list(outboxes.values()):
        outbox.write(frame)


def numbered(number: int, size: int) -> bytes:
    return event_frame("numbered", {"number": number, "filler": "x" * size})


@application.post("/hang-up")
def hang_up() -> dict[str, bool]:
    """Closes every connection from the server's side, as engine.io does it."""
    socketio.server.eio.disconnect()
    return {"done": True}


@application.post("/dismiss")
def dismiss() -> dict[str, bool]:
    going_away.set()
    return {"done": dismiss_all(socketio.server, within_s=5)}


@application.get("/state")
def state() -> dict[str, Any]:
    gc.collect()
    return {
        "engines": len(socketio.server.eio.sockets),
        "environs": len(socketio.server.environ),
        "strangers": len(strangers(socketio.server)),
        "endings": endings,
        "counted": {each.value: ENDED.labels(each.value)._value.get() for each in Ending},
        "leavings": leavings,
        "waiting_bytes": [outbox.waiting_bytes for outbox in outboxes.values()],
        "greenlets": sum(isinstance(thing, greenlet.greenlet) for thing in gc.get_objects()),
        "descriptors": len(os.listdir("/proc/self/fd")),
    }
