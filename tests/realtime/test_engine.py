import hashlib
import inspect
import select
import socket
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import engineio
import engineio.async_drivers.gevent
import engineio.base_socket
import engineio.socket
import pytest
import socketio
import websocket

from realtime.engine import install
from tests.realtime.wire import GIVE_UP_S, Closed, Server, Wire, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so before we give up; asked a hundred times a second."""
    give_up_at = time.monotonic() + GIVE_UP_S
    while not is_so():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.01)
    return True


def test_the_socketio_client_of_python_is_understood(server: Server) -> None:
    heard: list[Any] = []
    with socketio.SimpleClient(request_timeout=GIVE_UP_S) as client:
        client.connect(f"http://localhost:{server.address[1]}", transports=["websocket"])
        heard.append(client.call("echo", {"where": "Gràcia"}, timeout=GIVE_UP_S))
        heard.append(client.call("echo", b"\x00\xff", timeout=GIVE_UP_S))
        server.post("/push?count=3&size=10&pause=0")
        heard += [client.receive(timeout=GIVE_UP_S)[1]["number"] for _ in range(3)]
    assert heard == [{"where": "Gràcia"}, b"\x00\xff", 0, 1, 2]


def test_a_plain_websocket_client_is_understood(server: Server) -> None:
    host, port = server.address
    client = websocket.create_connection(f"ws://{host}:{port}/socket.io/?EIO=4&transport=websocket")
    assert client.recv().startswith("0{")
    client.send("40")
    assert client.recv().startswith("40{")
    client.send('421["echo",7]')
    assert client.recv() == "431[7]"
    client.close()


def leave_politely(wire: Wire) -> None:
    wire.socket.sendall(b"\x88\x82\0\0\0\0\x03\xe8")
    with pytest.raises(Closed):
        wire.hear()
    wire.socket.close()


def leave_socketio(wire: Wire) -> None:
    wire.say("41")
    wire.say("1")
    with pytest.raises(Closed):
        wire.hear()
    wire.socket.close()


LEAVINGS: list[Callable[[Wire], None]] = [
    leave_politely,
    leave_socketio,
    Wire.reset,
    lambda wire: wire.socket.close(),
    lambda wire: wire.socket.shutdown(socket.SHUT_WR) or wire.socket.close(),
]


def test_who_leaves_leaves_nothing_behind(server: Server) -> None:
    leave_politely(Wire(server).join())
    before = server.state()
    for _ in range(40):
        for leave in LEAVINGS:
            leave(Wire(server).join())
    held = ("engines", "environs", "greenlets", "descriptors")
    # Greenlets and descriptors of requests that are just ending come and go.
    assert eventually(lambda: all(server.state()[thing] <= before[thing] for thing in held))


def test_who_goes_in_the_middle_of_a_message_disturbs_nobody(server: Server) -> None:
    with Wire(server) as other:
        other.join()
        for _ in range(5):
            goer = Wire(server, receive_buffer=4096).join()
            server.post("/push?count=5&size=100000&pause=0")
            goer.socket.recv(1000)
            goer.reset()
            assert [other.hear_event()[1]["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
        assert eventually(lambda: bool(server.state()["engines"] == 1))


def test_the_application_hears_that_somebody_left_and_why(server: Server) -> None:
    before = server.state()["leavings"].get("client disconnect", 0)
    leave_socketio(Wire(server).join())
    assert eventually(lambda: bool(server.state()["leavings"].get("client disconnect") == before + 1))


def test_the_server_says_goodbye_before_it_hangs_up(server: Server) -> None:
    with Wire(server) as wire:
        wire.join()
        server.post("/hang-up")
        assert wire.hear() == "1", "engine.io's own word for it comes first"
        with pytest.raises(Closed) as closed:
            wire.hear()
        assert closed.value.code == 1000


def test_going_away_finishes_what_is_in_hand(server: Server) -> None:
    with Wire(server) as busy, Wire(server) as idle:
        busy.join()
        idle.join()
        busy.ask(1, "think")
        assert server.state()["engines"] == 2
        busy.ask(2, "echo", "not in hand yet")
        assert server.post("/dismiss") == {"done": True}
        assert busy.hear_event() == ("ack", (1, "thought"))
        for wire in (busy, idle):
            with pytest.raises(Closed) as closed:
                wire.hear()
            assert closed.value.code == 1001


def test_who_answers_pings_stays_and_who_does_not_is_let_go() -> None:
    with serving(PING_INTERVAL_S="0.1", PING_TIMEOUT_S="1") as server, Wire(server) as lively:
        lively.join()
        with Wire(server) as silent:
            silent.join()
            for _ in range(5):
                silent.say("3")
            assert silent.hear() == "2", (
                "one ping, and no other before it is answered, whatever was said before"
            )
            while not select.select([silent.socket], [], [], 0)[0]:
                answer_pings(lively, 1)
            with pytest.raises(Closed) as closed:
                silent.hear()
            assert closed.value.code == 1000
        lively.say('421["echo",1]')
        while (message := lively.hear()) == "2":
            lively.say("3")
        assert message == "431[1]"
        assert server.state()["leavings"] == {"ping timeout": 1}


def answer_pings(wire: Wire, count: int) -> None:
    for _ in range(count):
        assert wire.hear() == "2"
        wire.say("3")


def test_pings_take_no_greenlet_each() -> None:
    with serving(PING_INTERVAL_S="0.2") as server:
        wires = [Wire(server).join() for _ in range(20)]
        assert server.state()["greenlets"] < 2 * len(wires)
        for wire in wires:
            answer_pings(wire, 1)
            wire.socket.close()


@pytest.mark.parametrize("options", [{"transports": ["polling", "websocket"]}, {"async_mode": "threading"}])
def test_a_server_of_another_kind_is_refused(options: dict[str, Any]) -> None:
    kind = {"async_mode": "gevent", "transports": ["websocket"]} | options
    with pytest.raises(ValueError, match="transports="):
        install(socketio.Server(**kind))


# What realtime/engine.py relies on. When an upgrade changes one of these, read what changed against the list
# at the top of that module, then renew the digest.
RELIED_ON: list[tuple[Any, str]] = [
    (engineio.base_socket.BaseSocket, "d787ee3666d08b7a"),
    (engineio.socket.Socket, "275926e457711513"),
    (engineio.Server._handle_connect, "049f7c2b2c239080"),
    (engineio.Server.handle_request, "79302edd007fcce6"),
    (engineio.Server._service_task, "9492b7b0d652907d"),
]


@pytest.mark.parametrize(("part", "digest"), RELIED_ON, ids=[part.__qualname__ for part, _ in RELIED_ON])
def test_what_we_rely_on_in_engineio_has_not_changed(part: Any, digest: str) -> None:
    assert hashlib.sha256(inspect.getsource(part).encode()).hexdigest()[:16] == digest, (
        f"python-engineio {version('python-engineio')} has another {part.__qualname__}"
    )


def test_a_stranger_is_known_until_it_says_who_it_is(server: Server) -> None:
    before = server.state()["strangers"]
    host, port = server.address
    client = websocket.create_connection(f"ws://{host}:{port}/socket.io/?EIO=4&transport=websocket")
    assert client.recv().startswith("0{")
    assert eventually(lambda: server.state()["strangers"] == before + 1)
    client.send("40")
    assert client.recv().startswith("40{")
    assert server.state()["strangers"] == before
    client.close()


def test_who_never_says_who_it_is_is_let_go_and_the_others_stay() -> None:
    with serving(LOOK_EVERY_S="0.2") as server, Wire(server) as known, Wire(server) as stranger:
        known.join()
        assert stranger.hear().startswith("0{")
        assert stranger.hear() == "1"
        with pytest.raises(Closed):
            stranger.hear()
        assert eventually(lambda: sum(server.state()["counted"].values()) == 1)
        known.ask(1, "echo", "still here")
        assert known.hear() == '431["still here"]'
