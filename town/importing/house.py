"""What an import works with: the database and the app's own way of writing check-ins, for one import at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app import clock, models  # noqa: F401 - relations between tables need all of them.
from app.checkins.service import CheckIns
from app.checkins.writer import Writer
from app.db import Database
from app.partitions import make_partitions
from app.settings import Settings
from app.signals import Signals
from app.topics.known import KnownTopics
from app.trust.known import KnownContracts

ROOT = Path(__file__).parents[2]
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_lock(hashtext('hereabouts import'))")


class CannotImport(Exception):
    """An import cannot begin or go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class House:
    """What an import may reach."""

    settings: Settings
    database: Database
    topics: KnownTopics
    check_ins: CheckIns


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """The house, its tables brought up to date, for as long as the block lasts; CannotImport if another import runs."""
    # Nobody listens to these signals and nothing carries them: history is not pushed to open sockets.
    database = Database(settings.database_url, Signals(), settings.pool_size)
    try:
        with _connected(database) as connection:
            if not connection.scalar(_ONE_AT_A_TIME):
                raise CannotImport("Another import is running on this database. Wait until it is done.")
            _bring_up_to_date(connection)
            # The lock is the connection's, not the transaction's; no transaction need stay open for it.
            connection.commit()
            yield House(
                settings,
                database,
                KnownTopics(database),
                CheckIns(Writer(database), database, KnownContracts(database)),
            )
    finally:
        database.dispose()


def _bring_up_to_date(connection: Connection) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    make_partitions(connection, clock.now())


def _connected(database: Database) -> Connection:
    try:
        return database.engine.connect()
    except OperationalError as error:
        why = str(error.orig).strip().partition("\n")[0]
        raise CannotImport(
            f"The database does not let us in ({why}). Is HEREABOUTS_DATABASE_URL right?"
        ) from None
