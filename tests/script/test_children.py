"""What a script started ends with it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from script.setup import children

ROOT = Path(__file__).parents[2]
#: Also where whoever runs the tests goes on when somebody hangs up (nohup), which is handed down.
SCRIPT = """
import os, signal, sys, time
from script.setup import children
signal.signal(signal.SIGHUP, signal.SIG_DFL)
children.stop_when_asked()
with children.beside(["sh", "-c", sys.argv[1]], os.environ, patience_s=5) as child:
    # At once, as the program beside it writes to the same pipe.
    os.write(1, f"{child.pid}\\n".encode())
    time.sleep(60)
"""
ALONE = "echo runs; exec sleep 60"
WITH_A_CHILD_OF_ITS_OWN = "sleep 60 & echo runs; wait"
TIDY = "trap 'sleep 0.5; echo tidied; exit' TERM; sleep 60 & echo runs; wait"
Script = subprocess.Popen[str]


@pytest.fixture
def script() -> Iterator[Callable[[str], tuple[Script, int]]]:
    """Starts a script with a program beside it; the script, and the number of the program's group."""
    started: list[Script] = []

    def start(program: str) -> tuple[Script, int]:
        command = [sys.executable, "-c", SCRIPT, program]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout
        said = {started[-1].stdout.readline() for _ in ("its number", "that it runs")}
        return started[-1], int((said - {"runs\n"}).pop())

    yield start
    for each in started:
        each.kill()
        each.communicate()


def is_gone(group: int, within_s: float = 10) -> bool:
    patience = time.monotonic() + within_s
    while (living := any(_lives_in(group, entry) for entry in Path("/proc").glob("[0-9]*"))) and (
        time.monotonic() < patience
    ):
        time.sleep(0.02)
    return not living


def _lives_in(group: int, process: Path) -> bool:
    """Whether a process is of the group, and not just waiting for somebody to note that it ended."""
    try:
        state, _, its_group, *_ = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(its_group) == group and state != "Z"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_script_that_is_asked_to_stop_takes_along_all_it_started(script, sent: signal.Signals) -> None:
    running, group = script(WITH_A_CHILD_OF_ITS_OWN)
    running.send_signal(sent)
    assert running.wait(10) == 128 + sent
    assert is_gone(group)


def test_a_script_that_is_killed_takes_along_what_ran_beside_it(script) -> None:
    running, group = script(ALONE)
    running.kill()
    assert is_gone(group)


def test_being_told_twice_does_not_keep_it_from_tidying_up(script) -> None:
    running, group = script(TIDY)
    running.send_signal(signal.SIGINT)
    time.sleep(0.2)
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 128 + signal.SIGINT
    assert running.stdout.read() == "tidied\n"
    assert is_gone(group)


def test_a_program_that_does_not_listen_is_made_to_end() -> None:
    with children.beside(["sh", "-c", "trap '' TERM; sleep 60 & wait"], os.environ, patience_s=0.2) as child:
        time.sleep(0.1)
    assert child.returncode == -signal.SIGKILL
    assert is_gone(child.pid)


def test_exit_codes_are_passed_on() -> None:
    assert children.at_the_terminal(["sh", "-c", "exit 7"], os.environ) == 7
