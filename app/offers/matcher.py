"""The greenlet of a process that takes people who have just moved to the gate, as many as queued meanwhile at once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from gevent import Greenlet, spawn
from gevent.event import Event
from prometheus_client import Counter
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import Database, announce
from app.errors import Unavailable
from app.offers import gate, queries
from app.offers.signals import OfferMade
from app.presence.signals import Moved

MOST_AT_ONCE = 256
LATELY = timedelta(minutes=10)
_TRIES = 3
log = structlog.get_logger()
DELIVERED = Counter("hereabouts_offers_delivered", "Offers that reached a person")
WITHHELD = Counter("hereabouts_offers_withheld", "Offers withheld from a person in their area", ["reason"])


class Matcher:
    """Takes people to the gate: those of this process's own signals, each process for itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moved: dict[UUID, None] = {}
        self._work = Event()
        self._greenlet: Greenlet[[], None] | None = None
        database.signals.listen(Moved, self._remember)
        database.signals.listen(OfferMade, self._look_around)

    def consider(self, people: Sequence[UUID]) -> None:
        """Take these people to the gate soon."""
        if not people:
            return
        self._moved.update(dict.fromkeys(people))
        self._work.set()
        if self._greenlet is None:
            self._greenlet = spawn(self._match_for_ever)

    def catch_up(self) -> None:
        """Take those to the gate who moved lately: a process that died may not have come to it."""
        with self._database.reading() as session:
            self.consider(queries.people_moved_since(session, clock.now() - LATELY))

    def _remember(self, moved: Sequence[Moved]) -> None:
        self.consider([signal.person_id for signal in moved if signal.until])

    def _look_around(self, made: Sequence[OfferMade]) -> None:
        """A new offer is for those who are there already, too."""
        with self._database.reading() as session:
            self.consider(queries.people_in_areas(session, [each.offer_id for each in made], clock.now()))

    def _match_for_ever(self) -> None:
        while True:
            self._work.wait()
            people = list(self._moved)[:MOST_AT_ONCE]
            for person in people:
                del self._moved[person]
            if not self._moved:
                self._work.clear()
            try:
                self._match(people)
            # One batch that fails must not end the matching; its people are considered when they move again.
            except Exception as error:
                log.error("offers could not be matched", people=len(people), error=type(error).__name__)

    def _match(self, people: list[UUID]) -> None:
        for attempt in range(1, _TRIES + 1):
            try:
                with self._database.transaction() as session:
                    delivered, withheld = gate.deliver(session, people, clock.now())
                    announce(session, *delivered)
            except (IntegrityError, Unavailable):
                # Somebody left a community between being matched and being reached; look again as it is now.
                if attempt == _TRIES:
                    raise
            else:
                DELIVERED.inc(len(delivered))
                for reason, count in withheld.items():
                    WITHHELD.labels(reason).inc(count)
                return
