"""Programs that a script runs: they end with it, however it ends."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from .folders import ROOT

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CLEAN_UP_S = 15


class Stopped(SystemExit):
    """Somebody asked the script to stop; its code is the one shells expect."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


def stop_when_asked() -> None:
    """Turn the first signal to stop into Stopped; from then on nothing may hurry the stopping."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _: FrameType | None) -> None:
    for every in SIGNALS:
        signal.signal(every, signal.SIG_IGN)
    raise Stopped(number)


def mortal(command: Sequence[str]) -> list[str]:
    """The command, told to end by the kernel when this process dies; not even begun if it died meanwhile."""
    unless_orphaned = ["sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid())]
    return ["setpriv", "--pdeathsig", "TERM", *unless_orphaned, *command]


def at_the_terminal(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a program that shares the terminal: Ctrl-C reaches it too, and it may clean up. Its exit code."""
    with subprocess.Popen(mortal(command), env=env, cwd=ROOT) as child:
        try:
            return child.wait()
        except Stopped as asked:
            _let_it_clean_up(child, asked)
            raise


def in_conversation(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a program for which Ctrl-C does not mean the end. Its exit code."""
    with subprocess.Popen(mortal(command), env=env, cwd=ROOT) as child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return child.wait()
        finally:
            child.terminate()


def _let_it_clean_up(child: subprocess.Popen[bytes], asked: Stopped) -> None:
    if asked.number != signal.SIGINT:
        child.send_signal(signal.SIGINT)
    try:
        child.wait(CLEAN_UP_S)
    except subprocess.TimeoutExpired:
        child.terminate()


@contextmanager
def beside(
    command: Sequence[str], env: Mapping[str, str], patience_s: float
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs during the block, then is asked to end and, after a while, made to."""
    child = subprocess.Popen(mortal(command), env=env, cwd=ROOT, stdin=subprocess.DEVNULL, process_group=0)
    try:
        yield child
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience_s)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
