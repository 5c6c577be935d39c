"""The database: one engine, one kind of transaction, and the signals told after it."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from gevent.socket import wait_read, wait_write
from psycopg2 import Error, OperationalError, extensions, extras
from sqlalchemy import DateTime, Dialect, Engine, MetaData, Row, String, create_engine, event
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.errors import Unavailable
from app.signals import Signals

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_index",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[type, TypeEngine[object]]] = {}


class Minutes(TypeDecorator[tuple[tuple[int, int], ...]]):
    """Spans of whole numbers, in order and apart, the ends not included: `((0, 60), (90, 120))`."""

    impl = INT4MULTIRANGE
    cache_ok = True

    def process_bind_param(self, value: tuple[tuple[int, int], ...] | None, dialect: Dialect) -> Any:
        """As PostgreSQL reads it."""
        return None if value is None else f"{{{','.join(f'[{begins},{ends})' for begins, ends in value)}}}"

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[tuple[int, int], ...] | None:
        """From what PostgreSQL writes, which is in that one form."""
        return (
            None
            if value is None
            else tuple((int(begins), int(ends)) for begins, ends in _SPAN.findall(value))
        )


_SPAN = re.compile(r"\[(\d+),(\d+)\)")
Timestamp = DateTime(timezone=True)
Words = String()


class Database:
    """One engine and how to change what it holds."""

    def __init__(self, url: str, signals: Signals, pool_size: int = 4) -> None:
        _prepare_driver()
        self.engine: Engine = create_engine(
            url,
            # One more for the writer, which keeps its own.
            pool_size=pool_size + 1,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,
            # Parameters hold positions and texts, which never reach a log.
            hide_parameters=True,
            # What we prepare ourselves is planned once; SQLAlchemy prepares nothing.
            connect_args={
                "options": "-c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan",
                "connect_timeout": 5,
            },
        )
        event.listen(self.engine, "checkout", _see_whether_it_stands)
        self.signals = signals
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        # A statement alone is a transaction; BEGIN and ROLLBACK around it would each be a way to the server and back.
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = sessionmaker(alone, expire_on_commit=False, autoflush=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The only thing that commits. What was announced inside is told after the commit, or never."""
        try:
            with self._sessions() as session, session.begin():
                yield session
                announced: list[object] = session.info.get("announced", [])
                if announced and self.signals.carrier:
                    session.flush()
                    self.signals.carrier.carry(session.connection().exec_driver_sql, announced)
        except (DBAPIError, NoConnection) as error:
            raise away(error) from error
        self.signals.tell(announced)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing; each of its statements sees what is committed when it begins."""
        try:
            with self._reading() as session:
                yield session
        except (DBAPIError, NoConnection) as error:
            raise away(error) from error

    def dispose(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def announce(session: Session, *signals: object) -> None:
    """Have these told once the transaction around this session has committed."""
    session.info.setdefault("announced", []).extend(signals)


def prepared(session: Session, sql: str, values: Mapping[str, object]) -> Sequence[Row[Any]]:
    """Run a statement that each connection plans but once, as planning it takes longer than running it.

    In `sql`, written with its types where they are not plain, `:name` stands for a value; it should be one of few.
    """
    connection = session.connection()
    numbered, names = _numbered(sql)
    known: dict[str, str] = connection.info.setdefault("prepared", {})
    if numbered not in known:
        name = f"prepared_{len(known)}"
        connection.exec_driver_sql(_PREPARE.format(name=name, sql=numbered, nothing=_nulls(len(names))))
        known[numbered] = name
    places = ", ".join(["%s"] * len(names))
    asked = tuple(values[name] for name in names)
    return connection.exec_driver_sql(f"EXECUTE {known[numbered]} ({places})", asked).all()


#: The tables may be small now and large later, so only plans that grow well may be made. EXPLAIN makes the plan, which
#: stays; statements sent as one are one transaction at least (PostgreSQL manual, 55.2.2.1), so the settings do not.
_PREPARE = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
PREPARE {name} AS {sql}; EXPLAIN EXECUTE {name} {nothing}
"""
_NAME = re.compile(r"(?<![:\w]):([a-z_]+)")


@functools.lru_cache(maxsize=1000)
def _numbered(sql: str) -> tuple[str, list[str]]:
    names = list(dict.fromkeys(_NAME.findall(sql)))
    return _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", sql), names


def _nulls(count: int) -> str:
    return f"({', '.join(['NULL'] * count)})" if count else ""


def _see_whether_it_stands(connection: extensions.connection, *_: object) -> None:
    """Raise DisconnectionError, for another connection, where the server has closed this one.

    This only reads what has come: first why, if the server said so, and then the end. To ask the server something
    would cost as much as a statement.
    """
    try:
        connection.poll()
        connection.poll()
    except Error as error:
        raise DisconnectionError from error


def away(error: DBAPIError | NoConnection) -> Exception:
    """What to raise for a driver's error: Unavailable where the database is away or busy, else the error itself."""
    if (
        isinstance(error, NoConnection)
        or error.connection_invalidated
        or isinstance(error.orig, OperationalError)
    ):
        return Unavailable("The database is not answering. Nothing was changed; try again in a moment.")
    return error


def _prepare_driver() -> None:
    """Make psycopg2 yield to other greenlets while it waits, and know what a UUID is."""
    extensions.set_wait_callback(_wait)
    extras.register_uuid()  # type: ignore[no-untyped-call]


def _wait(connection: extensions.connection) -> None:
    while (state := connection.poll()) != extensions.POLL_OK:
        if state == extensions.POLL_READ:
            wait_read(connection.fileno())
        elif state == extensions.POLL_WRITE:
            wait_write(connection.fileno())
        else:
            raise OperationalError(f"the driver is in an unknown state {state}")
