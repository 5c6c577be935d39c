"""The yardstick: how soon a push can come here at all, from a server that does no more than it must."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench import processes
from bench.database import Database
from bench.install import SOURCES
from bench.ours import Hereabouts

NAME = "the least"


@contextmanager
def running(database: Database) -> Iterator[Hereabouts]:
    """Starts it on that database and stops it with the block; it is spoken to as we are."""
    port = processes.free_port()
    command = [sys.executable, str(SOURCES / "least.py"), str(port), json.dumps(database.parameters)]
    with processes.server("least", command, port) as pid:
        yield Hereabouts(NAME, ("127.0.0.1", port), database, pid, ["nobody's"])
