"""Ends what may be known for a time: when the time has come, and when somebody leaves where they said it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from gevent import Greenlet, spawn
from gevent.queue import SimpleQueue
from sqlalchemy.orm import Session

from app import clock
from app.checkins import resharing
from app.db import Database
from app.presence import queries as presences
from app.presence import service as presence
from app.presence.signals import Moved
from app.trust.known import KnownContracts

#: One transaction's worth of people.
MOST_AT_ONCE = 500
log = structlog.get_logger()


class Fading:
    """Follows people of this process's doors whose contract lets something be known until they leave.

    It costs whoever has no such term a look into a dictionary. Where a process dies before it came to somebody, what
    they said ends when they would have been thought to be there.
    """

    def __init__(self, database: Database, contracts: KnownContracts) -> None:
        self._database = database
        self._contracts = contracts
        self._waiting: SimpleQueue[UUID] = SimpleQueue()
        self._greenlet: Greenlet[[], None] | None = None
        database.signals.listen(Moved, self._moved)

    def _moved(self, moved: Sequence[Moved]) -> None:
        for signal in moved:
            if self._contracts.of(signal.person_id).ends_with_leaving:
                self._waiting.put(signal.person_id)
                if self._greenlet is None:
                    self._greenlet = spawn(self._follow_for_ever)

    def _follow_for_ever(self) -> None:
        for person_id in iter(self._waiting.get, None):
            try:
                with self._database.transaction() as session:
                    follow(session, person_id, clock.now())
            # What is not ended now ends with the presence; the next ones must be followed.
            except Exception as error:
                log.error("somebody could not be followed", error=type(error).__name__)


def follow(session: Session, person_id: UUID, now: datetime) -> None:
    """Have what is known of somebody until they leave end now where they have left, and last where they stay."""
    presence.lock(session, person_id)
    known = presences.presence_of(session, person_id, now)
    at = (known.position, known.expires_at) if known else None
    resharing.follow_the_author(session, person_id, at, now)


def end_what_is_over(session: Session, now: datetime) -> None:
    """Share no more what was to be known until now, of as many people as one transaction should hold."""
    people = resharing.whose_time_has_come(session, now, MOST_AT_ONCE)
    presence.lock(session, *people)
    for person_id in people:
        resharing.end_what_is_over(session, person_id, now)
