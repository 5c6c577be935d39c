"""The first process of a PostgreSQL server: whether it lives, and clearing up after one that was killed."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

# Linux gives no process this number, yet PostgreSQL takes it for one: one that is gone.
NOBODY = 4194304
PATIENCE_S = 10


def runs(data: Path) -> bool:
    """Whether a server has this data folder; the number in its pid file may meanwhile be somebody else's."""
    number = _noted(data)
    return number is not None and _serves(number, data)


def make_way(data: Path, sockets: Path) -> None:
    """Clear away what a server that no longer runs would stop the next one with."""
    _end_orphans(data)
    for left in sockets.glob(".s.PGSQL.*"):
        left.unlink()
    if _noted(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
    else:
        _name_nobody(data / "postmaster.pid")


def _noted(data: Path) -> int | None:
    """The number in the pid file; None without one, or if it was never written to the end."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _name_nobody(pid_file: Path) -> None:
    """Put a number that is surely dead in a pid file; PostgreSQL reads in it what memory may be in use."""
    _, *others = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(NOBODY), *others]))


def _end_orphans(data: Path) -> None:
    """End what a killed server left behind: it holds shared memory that the next one must not meet."""
    patience = time.monotonic() + PATIENCE_S
    while orphans := [number for number in _everybody() if _serves(number, data)]:
        sent = signal.SIGQUIT if time.monotonic() < patience else signal.SIGKILL
        for number in orphans:
            with suppress(ProcessLookupError):
                os.kill(number, sent)
        time.sleep(0.05)


def _everybody() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _serves(number: int, data: Path) -> bool:
    try:
        program = Path(os.readlink(f"/proc/{number}/exe")).name
        return program.startswith("postgres") and Path(f"/proc/{number}/cwd").samefile(data)
    except OSError:
        return False
