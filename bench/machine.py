"""The machine a benchmark ran on, and how much of it others took meanwhile."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.install import NotInstalled, node

LIBRARIES = ("flask", "flask-socketio", "gevent", "gunicorn", "psycopg2-binary", "sqlalchemy", "h3")


def described() -> dict[str, str]:
    """What a reader needs to judge the figures; whatever cannot be found out is left out."""
    facts = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _from_file("/proc/cpuinfo", "model name"),
        "cores": str(os.cpu_count()),
        "memory": _from_file("/proc/meminfo", "MemTotal"),
        "system": _from_file("/etc/os-release", "PRETTY_NAME").strip('"'),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "node": _node_version(),
        "libraries": ", ".join(f"{library} {version(library)}" for library in LIBRARIES),
        "revision": _said(["git", "describe", "--always", "--dirty"]),
    }
    return {name: fact for name, fact in facts.items() if fact}


class Steal:
    """What share of the processors' time the machine's host gave to others since this was made."""

    def __init__(self) -> None:
        self._before = _ticks()

    def share(self) -> float:
        """From 0 to 1; 0 where the kernel does not say."""
        spent = [late - early for early, late in zip(self._before, _ticks(), strict=True)]
        everything = sum(spent)
        return spent[7] / everything if everything else 0.0


def _ticks() -> list[int]:
    try:
        first, *_ = Path("/proc/stat").read_text().splitlines()
    except FileNotFoundError:
        return []
    # Time of guests is counted a second time as user time, so only the first eight columns add up.
    return [int(column) for column in first.split()[1:9]]


def _from_file(path: str, name: str) -> str:
    file = Path(path)
    for line in file.read_text().splitlines() if file.exists() else ():
        if line.startswith(name):
            return line.replace(":", "=", 1).partition("=")[2].strip()
    return ""


def _node_version() -> str:
    try:
        return _said([node(), "--version"])
    except NotInstalled:
        return ""


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
