"""Locks between scripts that run at the same time; the kernel lets go when their holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .say import say


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A file to lock, as a descriptor that no child process inherits."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path, meanwhile: str | None = None) -> Iterator[None]:
    """Hold the file alone; if somebody else holds it, say `meanwhile` and wait for as long as they do."""
    with opened(path) as descriptor:
        if not nobody_else(descriptor):
            if meanwhile:
                say(meanwhile)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def join(descriptor: int) -> None:
    """Hold the file together with everybody else who joined."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def nobody_else(descriptor: int) -> bool:
    """Take the file alone if nobody else holds it; otherwise a share of one's own in it may be lost."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
