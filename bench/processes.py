"""Processes of a benchmark: servers that never outlive it, work in a process of its own, what both cost."""

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
WORKSHOP = ROOT / "var" / "bench"
FIRST_PORT, LAST_PORT = 24000, 24099
START_S, STOP_S = 60.0, 15.0

_spawning = multiprocessing.get_context("spawn")


class DidNotStart(Exception):
    """A server of the benchmark did not begin to answer; the message ends with what it last said."""


def mortal(command: Sequence[str]) -> list[str]:
    """The command, to be ended by the kernel when the benchmark dies."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else list(command)


@contextmanager
def server(
    name: str,
    command: Sequence[str],
    port: int,
    extra_env: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> Iterator[int]:
    """Runs a server in the folder until the block ends; yields its pid once the port answers."""
    log = WORKSHOP / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as said:
        started = subprocess.Popen(
            mortal(command),
            cwd=folder,
            env={**os.environ, **(extra_env or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(started, name, port, log)
            yield started.pid
        finally:
            _stop(started)


def _stop(started: subprocess.Popen[bytes]) -> None:
    """Ends a process and all below it: politely first, by force after STOP_S."""
    family = _family(started.pid)
    started.terminate()
    _, alive = psutil.wait_procs(family, timeout=STOP_S)
    for process in alive:
        process.kill()
    started.wait()


def free_port() -> int:
    """A TCP port of the benchmark's own range that nobody listens on."""
    for port in range(FIRST_PORT, LAST_PORT + 1):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port between {FIRST_PORT} and {LAST_PORT}; end what listens there")


def cpu_s(pid: int) -> float:
    """Seconds of user and system time of a process, those below it, and those of them that ended already."""
    total = 0.0
    for process in _family(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def in_own_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns, done in a fresh process so that its garbage and ours do not meet."""
    with child(_report, work, arguments) as control:
        return answer_of(control)


@contextmanager
def child(work: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    """A fresh Python process running `work(control, *arguments)`; it is ended with the block."""
    ours, theirs = _spawning.Pipe()
    process = _spawning.Process(target=_without_interrupt, args=(work, theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(timeout=1)
        process.kill()
        process.join()


def answer_of(control: Connection) -> Any:
    """The next answer of a child; RuntimeError with the child's own traceback where it failed."""
    try:
        good, answer = control.recv()
    except EOFError:
        raise RuntimeError("a process of the benchmark ended without an answer") from None
    if not good:
        raise RuntimeError(f"in a process of the benchmark:\n{answer}")
    return answer


def _without_interrupt(work: Callable[..., None], control: Connection, *arguments: Any) -> None:
    # Ctrl-C reaches the whole group; the parent alone decides in which order things end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work(control, *arguments)
    except (BrokenPipeError, EOFError):
        return
    except Exception:
        control.send((False, traceback.format_exc()))


def _report(control: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    control.send((True, work(*arguments)))


def _family(pid: int) -> list[psutil.Process]:
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _wait_for(started: subprocess.Popen[bytes], name: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and started.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise DidNotStart(f"{name} does not answer on port {port}:\n{log.read_text(errors='replace')[-2000:]}")
