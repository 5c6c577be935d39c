"""Tells how many are here: at most once a second for each community, and only where somebody wants to know."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import gevent
import structlog
from gevent.event import Event

from app import clock
from app.checkins.signals import CheckedIn, CheckInRemoved
from app.db import Database
from app.errors import Unavailable
from app.presence import queries
from app.presence.signals import Faded, Moved
from app.signals import Signals
from realtime import messages
from realtime.roster import Roster

EVERY_S = 1.0
log = structlog.get_logger()


class Counting:
    """One greenlet that counts the communities in which something changed, in one statement for all of them."""

    def __init__(self, roster: Roster, database: Database) -> None:
        self._roster = roster
        self._database = database
        self._changed: set[UUID] = set()
        self._work = Event()
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def follow(self, signals: Signals) -> None:
        """Hear of memberships that open and end."""
        signals.listen(Moved, self._moved, everywhere=True)
        signals.listen(Faded, self._faded, everywhere=True)
        signals.listen(CheckedIn, self._said, everywhere=True)
        signals.listen(CheckInRemoved, self._said, everywhere=True)

    def counts(self, community_ids: Sequence[UUID]) -> dict[UUID, int]:
        """How many are in each now."""
        with self._database.reading() as session:
            return queries.here(session, community_ids, clock.now())

    def _moved(self, signals: Sequence[Moved]) -> None:
        self._count(each for signal in signals for each in (*signal.opened, *signal.ended))

    def _said(self, signals: Sequence[CheckedIn | CheckInRemoved]) -> None:
        """Who was here already may be counted from now on, or no more."""
        self._count(each for signal in signals for each in signal.location_ids)

    def _faded(self, signals: Sequence[Faded]) -> None:
        self._count(each for signal in signals for each in signal.community_ids)

    def _count(self, community_ids: Iterable[UUID]) -> None:
        if wanted := self._roster.counted(community_ids):
            self._changed |= wanted
            self._work.set()
            if self._greenlet is None:
                self._greenlet = gevent.spawn(self._count_for_ever)

    def _count_for_ever(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            changed, self._changed = self._changed, set()
            try:
                self._tell(self.counts(list(changed)))
            except Unavailable:
                log.warning("who is here could not be counted", communities=len(changed))
            gevent.sleep(EVERY_S)

    def _tell(self, counts: dict[UUID, int]) -> None:
        """To whom it is news: that a count is told again would tell that somebody came or went who is not counted.

        To whoever was told none yet, it is none that nobody is here: what they asked for is about to be answered.
        """
        for community_id, here in counts.items():
            frame = messages.presence(community_id, here)
            for listener in self._roster.counting(community_id):
                if listener.counts.get(community_id, 0) != here:
                    listener.counts[community_id] = here
                    listener.outbox.write(frame)
