"""What finds out who hears a message: our index and koncorde, each in a process of its own, asked alike."""

import gc
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psutil

from bench import processes
from bench.install import installed, node
from geo import Circle, Position
from realtime.matching import Watch, WatchIndex

# A command and its numbers, to an answer: "add" and "remove" (first, count), "match" (first, count), "memory_kb".
Ask = Callable[..., Any]
Start = Callable[[Path], AbstractContextManager[Ask]]


@contextmanager
def ours(workload: Path) -> Iterator[Ask]:
    """Our index, empty at first, with a file of watches and messages."""
    with processes.child(_serve, workload) as control:

        def ask(*command: Any) -> Any:
            control.send(command)
            return processes.answer_of(control)

        yield ask


@contextmanager
def koncorde(workload: Path) -> Iterator[Ask]:
    """Koncorde, empty at first, with the same file."""
    script = installed("koncorde") / "match.cjs"
    command = processes.mortal([node(), "--expose-gc", str(script), str(workload)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(*command: Any) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            print(json.dumps(command), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        try:
            yield ask
        finally:
            process.terminate()


def _serve(control: Connection, workload: Path) -> None:
    matcher = _Ours(workload)
    # What was read is no garbage; without this every collection would look through it.
    gc.collect()
    gc.freeze()
    while True:
        command, *given = control.recv()
        control.send((True, getattr(matcher, command)(*given)))


class _Ours:
    """Every watch has a listener of its own, named by its number."""

    def __init__(self, workload: Path) -> None:
        read = json.loads(workload.read_text())
        self._index: WatchIndex[int] = WatchIndex()
        self._watches = [_watch(**each) for each in read["watches"]]
        self._messages = [
            (Position(each["lat"], each["lon"]), (_topic(each["topic"]),)) for each in read["messages"]
        ]

    def add(self, first: int, count: int) -> dict[str, float]:
        with _Cost(count) as cost:
            for number, watch in enumerate(self._watches[first : first + count], first):
                self._index.add(number, "here", watch)
        return cost.told

    def remove(self, first: int, count: int) -> dict[str, float]:
        with _Cost(count) as cost:
            for number in range(first, first + count):
                self._index.remove(number)
        return cost.told

    def match(self, first: int, count: int) -> dict[str, Any]:
        told = self._messages[first : first + count]
        with _Cost(count) as cost:
            heard = [self._index.audience("check_in", at, topics, ()) for at, topics in told]
        return {**cost.told, "heard": [list(each) for each in heard]}

    def memory_kb(self) -> float:
        gc.collect()
        memory: int = psutil.Process().memory_info().rss
        return memory / 1000


class _Cost:
    """Microseconds, by the clock and of the processor, of each of so many."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.told: dict[str, float] = {}

    def __enter__(self) -> "_Cost":
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        spent = time.perf_counter() - self._began[0], time.process_time() - self._began[1]
        self.told = {
            name: 1e6 * each / self._count for name, each in zip(("us", "cpu_us"), spent, strict=True)
        }


def _watch(lat: float, lon: float, radius_m: float, topics: list[str]) -> Watch:
    return Watch(Circle(Position(lat, lon), radius_m), frozenset(map(_topic, topics)))


def _topic(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)
