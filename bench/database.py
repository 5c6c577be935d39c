"""The PostGIS that all contestants of a benchmark share, each with a database of its own on it."""

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psutil
import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection, make_dsn, parse_dsn

from bench import processes

URL_SETTING = "HEREABOUTS_DATABASE_URL"
LINES_AT_ONCE = 50_000


class NoDatabase(Exception):
    """There is no PostGIS to measure on."""


@dataclass(frozen=True)
class Database:
    """One database by its libpq parameters, among them `dbname`."""

    parameters: dict[str, str]

    @property
    def url(self) -> str:
        """As SQLAlchemy reads it; the parameters are a query, as a host may be the folder of a socket."""
        given = "&".join(f"{name}={value}" for name, value in self.parameters.items() if name != "dbname")
        return f"postgresql+psycopg2:///{self.parameters['dbname']}?{given}"

    def connect(self) -> connection:
        """A new connection that commits every statement; its caller closes it."""
        opened = psycopg2.connect(make_dsn(**self.parameters))
        opened.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        return opened

    def run(self, *statements: str) -> None:
        """Runs statements that return nothing."""
        with closing(self.connect()) as connected, connected.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Loads rows as COPY does; None is NULL, everything else is written as `str` writes it."""
        lines = ("\t".join(map(_field, row)) + "\n" for row in rows)
        with closing(self.connect()) as connected, connected.cursor() as cursor:
            while piece := "".join(islice(lines, LINES_AT_ONCE)):
                cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(piece))

    def row(self, query: str) -> tuple[Any, ...]:
        """The one row that a query returns."""
        with closing(self.connect()) as connected, connected.cursor() as cursor:
            cursor.execute(query)
            found: tuple[Any, ...] = cursor.fetchone() or ()
            return found

    def number(self, query: str) -> int:
        """The one number that a query returns."""
        return int(self.row(query)[0])


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL with PostGIS, through the database that the environment names."""

    given: Database

    @contextmanager
    def fresh(self, name: str) -> Iterator[Database]:
        """An empty database with PostGIS, dropped with the block; one left over of that name goes first."""
        made = Database({**self.given.parameters, "dbname": f"hereabouts_bench_{name}"})
        drop = f'DROP DATABASE IF EXISTS "{made.parameters["dbname"]}"'
        self.given.run(drop, f'CREATE DATABASE "{made.parameters["dbname"]}"')
        try:
            made.run("CREATE EXTENSION IF NOT EXISTS postgis")
            yield made
        finally:
            self.given.run(drop)

    def cpu_s(self) -> float:
        """Seconds of processor time of all its processes so far; 0 where they run on another machine."""
        return processes.cpu_s(self._first_process()) if self.is_local else 0.0

    @property
    def is_local(self) -> bool:
        """Whether one comes to it by a socket of this machine."""
        return self.given.parameters.get("host", "").startswith("/")

    def version(self) -> str:
        """What PostgreSQL and PostGIS say they are."""
        with self.fresh("version") as database:
            said = "SELECT current_setting('server_version'), postgis_lib_version()"
            return "PostgreSQL {}, PostGIS {}".format(*database.row(said))

    def _first_process(self) -> int:
        """The parent of every backend. Whatever its account, the system tells what it used."""
        backend = self.given.connect()
        try:
            return psutil.Process(backend.info.backend_pid).ppid()
        finally:
            backend.close()


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    # The backslash of a bytea is itself written with one.
    return f"\\\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def cluster() -> Cluster:
    """The cluster that HEREABOUTS_DATABASE_URL points at, as script/bench sets it."""
    if not (url := os.environ.get(URL_SETTING)):
        raise NoDatabase(f"{URL_SETTING} is not set; start the benchmarks with script/bench")
    return Cluster(Database(parse_dsn(url.replace("+psycopg2", "", 1))))
