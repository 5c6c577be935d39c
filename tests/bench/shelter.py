"""A cluster of one database, for benchmarks that bring a server of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg2.extensions import parse_dsn

from bench.database import Database
from bench.trial import Contest


@dataclass
class Shelter:
    """It costs nothing, and its database is emptied by whoever gave it."""

    database: Database

    @contextmanager
    def fresh(self, name: str) -> Iterator[Database]:
        self.database.run("CREATE EXTENSION IF NOT EXISTS postgis")
        yield self.database

    def cpu_s(self) -> float:
        return 0.0


def contest_on(url: str) -> Contest:
    """One round after the warm-up."""
    shelter = Shelter(Database(parse_dsn(url.replace("+psycopg2", "", 1))))
    return Contest({}, shelter, rounds=1, seconds=0.4)
