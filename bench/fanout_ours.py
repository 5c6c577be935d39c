"""Our outboxes in a Flask-SocketIO application: groups of them, messages for one group after the other."""

import gc
import json
import os
from itertools import count

import gevent
from flask import Flask, request
from flask_socketio import SocketIO

from realtime.engine import OUTBOX, install
from realtime.frames import event_frame
from realtime.outbox import Outbox

GROUPS = int(os.environ["GROUPS"])
TEMPLATE = json.loads(os.environ["MESSAGE"])

application = Flask(__name__)
socketio = SocketIO(
    application, async_mode="gevent", transports=["websocket"], ping_interval=3600, manage_session=False
)
install(socketio.server)
groups: list[dict[str, Outbox]] = [{} for _ in range(GROUPS)]
in_turn = count()


@socketio.on("connect")  # type: ignore[untyped-decorator]
def join(auth: object = None) -> None:
    """The group whose turn it is."""
    groups[next(in_turn) % GROUPS][_sid()] = request.environ[OUTBOX]


@socketio.on("disconnect")  # type: ignore[untyped-decorator]
def leave(reason: str) -> None:
    """Whichever group it was in."""
    for group in groups:
        group.pop(_sid(), None)


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


@application.post("/settle")
def settle() -> str:
    """Leaves no garbage to be weighed."""
    gc.collect()
    return ""


@application.post("/send")
def send() -> str:
    """Writes `count` messages, each to the group whose turn it is."""
    for number in range(int(request.args["count"])):
        frame = event_frame("check_in", {"id": f"{number:012d}", **TEMPLATE})
        for outbox in groups[number % GROUPS].values():
            outbox.write(frame)
        gevent.sleep(0)
    return ""
