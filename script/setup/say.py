"""What the scripts tell the person at the terminal, and how long work shows that it goes on."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

QUIET_S = 20


class NotReady(SystemExit):
    """Something is missing that only a person can mend; its message says what was tried and what to do."""


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def work(
    what: str,
    command: Sequence[str],
    log: Path,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a long command into `log`, showing the seconds; NotReady, with its last words, if it fails."""
    with log.open("ab") as output:
        began = output.seek(0, 2)
        with subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as process:
            try:
                _watch(what, process)
            finally:
                process.terminate()
    if process.returncode:
        raise NotReady(f"{what} failed. The whole output is in {log}; it ends:\n{end_of(log, began)}")


def _watch(what: str, process: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    every_s = 1 if sys.stdout.isatty() else QUIET_S
    while process.poll() is None:
        try:
            process.wait(every_s)
        except subprocess.TimeoutExpired:
            _show(f"  {what} … {time.monotonic() - began:.0f} s")
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


def _show(line: str) -> None:
    if sys.stdout.isatty():
        print(f"\r{line}", end="", flush=True)
    else:
        say(line)


def end_of(log: Path, began: int = 0, lines: int = 15) -> str:
    """The last lines of a log, looking no further back than byte `began`."""
    with log.open("rb") as written:
        written.seek(began)
        text = written.read().decode(errors="replace")
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
