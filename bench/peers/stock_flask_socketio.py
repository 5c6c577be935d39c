"""Flask-SocketIO as it comes (gevent, simple-websocket): rooms of sockets, messages to room after room."""

import gc
import json
import os
from itertools import count

import gevent
from flask import Flask, request
from flask_socketio import SocketIO, join_room

GROUPS = int(os.environ["GROUPS"])
TEMPLATE = json.loads(os.environ["MESSAGE"])

application = Flask(__name__)
socketio = SocketIO(
    application, async_mode="gevent", transports=["websocket"], ping_interval=3600, manage_session=False
)
in_turn = count()


@socketio.on("connect")  # type: ignore[untyped-decorator]
def join(auth: object = None) -> None:
    """The room whose turn it is."""
    join_room(f"group-{next(in_turn) % GROUPS}")


@application.post("/settle")
def settle() -> str:
    """Leaves no garbage to be weighed."""
    gc.collect()
    return ""


@application.post("/send")
def send() -> str:
    """Emits `count` messages, each to the room whose turn it is."""
    for number in range(int(request.args["count"])):
        message = {"id": f"{number:012d}", **TEMPLATE}
        socketio.emit("check_in", message, to=f"group-{number % GROUPS}")
        gevent.sleep(0)
    return ""
