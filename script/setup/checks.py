"""What script/lint and script/test check: each to its end, even when one before it found something."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .children import at_the_terminal
from .folders import ROOT
from .say import say

#: Four processes are as many as one cluster has connections for. The tests of a file share a database.
_ON_ALL_CORES = ("--numprocesses=logical", "--maxprocesses=4", "--dist=loadfile")


@dataclass(frozen=True)
class Check:
    """Something that can be wrong, and the command that finds out."""

    name: str
    command: Sequence[str]


def scripts() -> list[str]:
    """The scripts themselves, which no linter takes for Python by their names."""
    files = sorted(path for path in (ROOT / "script").iterdir() if path.is_file() and not path.suffix)
    return [
        str(path.relative_to(ROOT)) for path in files if path.read_text().startswith("#!/usr/bin/env python3")
    ]


def linters(fix: bool = False) -> list[Check]:
    """All checks that run none of the project's code; with `fix`, what a linter can mend is mended."""
    files = [".", *scripts()]
    return [
        Check("style", ["ruff", "check", *(["--fix"] if fix else []), *files]),
        Check("format", ["ruff", "format", *([] if fix else ["--check"]), *files]),
        Check("types", ["mypy"]),
        Check("types of scripts", ["mypy", "--scripts-are-modules", "script/setup", *scripts()]),
        Check("imports", ["lint-imports"]),
    ]


def tests(arguments: Sequence[str]) -> Check:
    """The test suite, on all cores if all of it is asked for; it also takes the migrations up, down and up again."""
    return Check("tests", ["python", "-m", "pytest", *(arguments or _ON_ALL_CORES)])


def run(checks: Sequence[Check], env: Mapping[str, str]) -> int:
    """Run all checks, then say how each went. 0 if nothing was found, else 1."""
    results = [(check, *_run(check, env)) for check in checks]
    say("")
    for check, code, seconds in results:
        say(f"{check.name:18}{'passed' if code == 0 else 'FAILED'} {seconds:6.0f} s")
    return int(any(code for _, code, _ in results))


def _run(check: Check, env: Mapping[str, str]) -> tuple[int, float]:
    say(f"── {check.name}: {' '.join(check.command)}")
    began = time.monotonic()
    return at_the_terminal(check.command, env), time.monotonic() - began
