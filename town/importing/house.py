"""What an import works with: the database and the app's own way of writing check-ins, for one import at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import inspect, text

from app import models  # noqa: F401 - relations between tables need all of them.
from app.checkins.service import CheckIns
from app.checkins.writer import Writer
from app.db import Database
from app.settings import Settings
from app.signals import Signals
from app.topics.known import KnownTopics

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
    """The house, for as long as the block lasts; CannotImport if the schema is missing or another import runs."""
    # Nobody listens to these signals and nothing carries them: history is not pushed to open sockets.
    database = Database(settings.database_url, Signals(), settings.pool_size)
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table("check_ins"):
                raise CannotImport("This database has no tables yet. Start script/server once, then import.")
            if not connection.scalar(_ONE_AT_A_TIME):
                raise CannotImport("Another import is running on this database. Wait until it is done.")
            # The lock is the connection's, not the transaction's; no transaction need stay open for it.
            connection.rollback()
            yield House(settings, database, KnownTopics(database), CheckIns(Writer(database), database))
    finally:
        database.dispose()
