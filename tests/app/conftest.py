"""Quick passwords, quiet logs, fresh lanes of ids, and ways to count what a request costs and changes."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import gevent
import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask
from psycopg2 import extensions
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from app import db, ids
from app.accounts import passwords
from app.conversation import line
from app.db import Base, Database
from tests.app.rows import Rows, rows_in

#: Collects what is told from then on of some kinds of signals, in order.
Telling = Callable[..., list[object]]
#: What is behind `with` when something is counted: the number so far, asked for when it is wanted.
Counting = Callable[[], AbstractContextManager[Callable[[], int]]]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


def _silent(logger: Any, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    raise structlog.DropEvent


@pytest.fixture(autouse=True, scope="session")
def _quiet_logs() -> Iterator[None]:
    structlog.configure(processors=[_silent])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _back_from_travels(request: pytest.FixtureRequest) -> Iterator[None]:
    """A lane never steps back in time, so whoever has travelled ahead needs new ones afterwards."""
    yield
    ids._any = ids.Lane()
    line._lane = ids.Lane()
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.extensions["hereabouts.intake"].check_ins.writer.lane = ids.Lane()


@pytest.fixture
def database(app: Flask) -> Database:
    """The application's own."""
    found: Database = app.extensions["hereabouts"].database
    return found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session of the test's own, whose signals nobody hears. It ends without a commit unless the test makes one."""
    with Session(database.engine, expire_on_commit=False, autoflush=False) as session:
        yield session


@pytest.fixture
def small(session: Session) -> Iterator[Rows]:
    """Committed, so that other connections see it, and cleared away afterwards."""
    yield rows_in(session)
    session.rollback()
    session.execute(text("TRUNCATE people, communities, businesses, topics CASCADE"))
    session.commit()


@pytest.fixture
def rows(database: Database) -> Callable[[], dict[str, int]]:
    """How many rows each table has: what a refusal leaves as it was."""
    # What earlier tests left to be counted is written whenever the counting comes to it.
    asked = " UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM {name}"
        for name in Base.metadata.tables
        if name not in ("withheld_days", "withheld_marks")
    )

    def counted() -> dict[str, int]:
        with database.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(text(asked))}

    return counted


@pytest.fixture
def statements(database: Database) -> Counting:
    """Counts the statements that the test's own greenlet sends through SQLAlchemy: those of its requests."""

    @contextmanager
    def counting() -> Iterator[Callable[[], int]]:
        sent: list[str] = []
        me = gevent.getcurrent()

        def listener(*said: Any) -> None:
            if gevent.getcurrent() is me:
                sent.append(said[2])

        with _listening(database.engine, listener):
            yield lambda: len(sent)

    return counting


@contextmanager
def _listening(engine: Engine, listener: Callable[..., None]) -> Iterator[None]:
    event.listen(engine, "before_cursor_execute", listener)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", listener)


@pytest.fixture
def telling(database: Database) -> Iterator[Telling]:
    """Hears signals of this process."""
    kinds: list[type[object]] = []

    def of(*wanted: type[object]) -> list[object]:
        told: list[object] = []
        for kind in wanted:
            database.signals.listen(kind, told.extend)
            kinds.append(kind)
        return told

    yield of
    for kind in kinds:
        database.signals._listeners[kind].pop()


@pytest.fixture
def round_trips(app: Flask) -> Counting:
    """Counts the waits for the database, whoever waits: psycopg2 waits once for each thing it sends."""
    return partial(_waits, lambda: True)


@pytest.fixture
def own_round_trips(app: Flask) -> Counting:
    """Counts the waits of the test's own greenlet: those of its requests, and of nothing that they set off."""
    me = gevent.getcurrent()
    return partial(_waits, lambda: gevent.getcurrent() is me)


@contextmanager
def _waits(counts: Callable[[], bool]) -> Iterator[Callable[[], int]]:
    gevent.sleep(0.05)  # Until what earlier requests set off is done.
    waits: list[None] = []

    def wait(connection: extensions.connection) -> None:
        if counts():
            waits.append(None)
        db._wait(connection)

    extensions.set_wait_callback(wait)
    try:
        yield lambda: len(waits)
    finally:
        extensions.set_wait_callback(db._wait)
