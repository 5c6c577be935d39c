"""B4: one message to 20 of 1,000 sockets, beside Socket.IO on Node.js and Flask-SocketIO as it comes."""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import psutil

from bench import processes
from bench.crowd import Crowd, Heard, crowd
from bench.install import installed, node
from bench.machine import Steal
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, interleave
from realtime.frames import event_frame

SOCKETS, AUDIENCE = 1_000, 20
GROUPS = SOCKETS // AUDIENCE
MESSAGES = 5_000
WARM_UP = 500
PATIENCE_S = 20.0
# A check-in as it is told to watchers; an id of fixed length comes before it.
MESSAGE = {
    "saying": "Coffee on the corner, who is around?",
    "activity": "riding",
    "topics": ["interest:cycling"],
    "where": {"type": "Point", "coordinates": [2.15899, 41.38879]},
    "checked_in_at": "2026-11-22T12:00:00Z",
}
OURS, NODE, STOCK = "hereabouts", "socket.io on Node.js", "stock Flask-SocketIO"
FLOORS = {NODE: 1.0, STOCK: 2.0}


def run(rounds: int) -> dict[str, Any]:
    """Everything that was found, plain enough for JSON: a finding for each of the two peers."""
    return {finding.peer: asdict(finding) for finding in findings(rounds)}


def findings(rounds: int) -> list[Finding]:
    """Ours beside each peer, all measured in the same interleaved rounds."""
    with ExitStack() as until_done:
        trials = {name: until_done.enter_context(trial(name)) for name in (OURS, NODE, STOCK)}
        measured = interleave({name: trial.measure for name, trial in trials.items()}, rounds)
    return [_finding(peer, {OURS: measured[OURS], peer: measured[peer]}) for peer in (NODE, STOCK)]


def _finding(peer: str, measured: Mapping[str, Sequence[Figures]]) -> Finding:
    figures = (
        Figure("deliveries_per_s", "messages delivered", "a second", "more", floor=FLOORS[peer]),
        Figure("cpu_us", "server's processor time", "µs a delivery", "less"),
        Figure("socket_kb", "memory of an idle socket", "kB", "less"),
    )
    return Finding(
        name="B4",
        peer=peer,
        sizes={"sockets": SOCKETS, "audience": AUDIENCE, "messages": MESSAGES, "octets": len(_frame(0))},
        rows=rows_of(measured, peer, figures),
        rounds=measured,
        faults=_faults(measured),
    )


def _faults(measured: Mapping[str, Sequence[Figures]]) -> list[str]:
    return [
        f"{name}, round {number}: {round['wrong']:.0f} things were not as they should be"
        for name, rounds in measured.items()
        for number, round in enumerate(rounds, 1)
        if round["wrong"]
    ]


@dataclass
class Trial:
    """One server with its crowd, connected and waiting."""

    port: int
    pid: int
    clients: Crowd
    socket_kb: float

    def measure(self, _: int) -> Figures:
        """One round: all messages, every octet heard, and what the server's processor spent."""
        steal, before = Steal(), processes.cpu_s(self.pid)
        heard = self.send(MESSAGES)
        spent = processes.cpu_s(self.pid) - before
        deliveries = MESSAGES * AUDIENCE
        return {
            "deliveries_per_s": deliveries / heard.seconds,
            "cpu_us": spent / deliveries * 1e6,
            "socket_kb": self.socket_kb,
            "wrong": float(_wrong(heard, MESSAGES)),
            "steal": steal.share(),
        }

    def send(self, count: int) -> Heard:
        """Has the server write so many messages, and the crowd hear them."""
        self.clients.listen(count * AUDIENCE * len(_frame(0)), PATIENCE_S)
        _post(self.port, f"/send?count={count}")
        return self.clients.heard()


def _wrong(heard: Heard, count: int) -> int:
    """How much is amiss: octets missing or too many, sockets lost, what the first heard not as it was sent."""
    due = b"".join(_frame(number) for number in range(0, count, GROUPS))
    octets = count * AUDIENCE * len(_frame(0))
    return abs(heard.octets - octets) + heard.lost_sockets + (heard.first != due)


def _frame(number: int) -> bytes:
    return event_frame("check_in", {"id": f"{number:012d}", **MESSAGE})


@contextmanager
def trial(name: str) -> Iterator[Trial]:
    """A contestant on the first processor core, its crowd on the last; both warm, and its memory weighed."""
    port, cores = processes.free_port(), sorted(os.sched_getaffinity(0))
    connect = partial(crowd, ("127.0.0.1", port), core=cores[-1])
    told = {"MESSAGE": json.dumps(MESSAGE), "GROUPS": str(GROUPS)}
    command = ["taskset", "--cpu-list", str(cores[0]), *COMMANDS[name](port)]
    with processes.server(f"fanout {name}", command, port, told) as pid:
        with connect(size=GROUPS) as clients:
            Trial(port, pid, clients, 0.0).send(GROUPS)
        before = _weighed_kb(port, pid)
        with connect(size=SOCKETS) as clients:
            each_kb = (_weighed_kb(port, pid) - before) / SOCKETS
            ready = Trial(port, pid, clients, each_kb)
            ready.send(WARM_UP)
            yield ready


def _weighed_kb(port: int, pid: int) -> float:
    """What the server and its workers hold, once those who left are forgotten and garbage is gone."""
    time.sleep(1)
    _post(port, "/settle")
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.memory_info().rss for process in family) / 1000


def _post(port: int, path: str) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method="POST")
    urllib.request.urlopen(request, timeout=10 * PATIENCE_S).close()


def _gunicorn(application: str, port: int) -> list[str]:
    options = ["--worker-class=gevent", "--no-control-socket", "--worker-connections=2000", "--timeout=300"]
    return [sys.executable, "-m", "gunicorn", *options, f"--bind=127.0.0.1:{port}", application]


def _node(port: int) -> list[str]:
    server = installed("socketio_node") / "server.mjs"
    return [node(), "--expose-gc", str(server), str(port), str(GROUPS)]


COMMANDS: dict[str, Callable[[int], list[str]]] = {
    OURS: partial(_gunicorn, "bench.fanout_ours:application"),
    NODE: _node,
    STOCK: partial(_gunicorn, "bench.peers.stock_flask_socketio:application"),
}
