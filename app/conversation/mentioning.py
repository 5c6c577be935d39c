"""Finds who is named in check-ins, beside the writer, which is not to wait for it."""

from collections.abc import Sequence

import structlog
from gevent import Greenlet, spawn
from gevent.queue import SimpleQueue

from app.checkins.signals import CheckedIn
from app.conversation import service
from app.db import Database

log = structlog.get_logger()


class Mentioning:
    """Follows check-ins of this process's doors. It costs those that name nobody a look for an @.

    Where a process dies before it came to one, the chore that takes in what is searched does, some seconds later.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: SimpleQueue[CheckedIn] = SimpleQueue()
        self._greenlet: Greenlet[[], None] | None = None
        database.signals.listen(CheckedIn, self._checked_in)

    def _checked_in(self, signals: Sequence[CheckedIn]) -> None:
        for signal in signals:
            if "@" in signal.text and signal.shares:
                self._waiting.put(signal)
                if self._greenlet is None:
                    self._greenlet = spawn(self._name_for_ever)

    def _name_for_ever(self) -> None:
        for signal in iter(self._waiting.get, None):
            try:
                with self._database.transaction() as session:
                    service.name_in(session, signal)
            # The next ones must be named even so.
            except Exception as error:
                log.error("nobody was told of being named", error=type(error).__name__)
