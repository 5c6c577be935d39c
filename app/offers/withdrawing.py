"""Tells people which offers left their inbox: they left a community, took a consent or a pledge back, or a community
sent a business off."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.communities.signals import Left
from app.db import Database, announce
from app.motions.signals import SentOff
from app.offers import queries, service
from app.trust.signals import ConsentWithdrawn
from app.wishes.signals import PledgeWithdrawn


class Withdrawals:
    """What people leave, the foreign keys have taken already, and it is left to say so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.signals.listen(Left, self._left)
        database.signals.listen(ConsentWithdrawn, self._consent_withdrawn)
        database.signals.listen(SentOff, self._sent_off)
        database.signals.listen(PledgeWithdrawn, self._pledge_withdrawn)

    def _left(self, signals: Sequence[Left]) -> None:
        for signal in signals:
            self._tell(signal.person_id, signal.community_id)

    def _consent_withdrawn(self, signals: Sequence[ConsentWithdrawn]) -> None:
        for signal in signals:
            self._tell(signal.person_id, None)

    def _sent_off(self, signals: Sequence[SentOff]) -> None:
        for signal in signals:
            with self._database.transaction() as session:
                service.send_off(session, signal.community_id, signal.business_id)

    def _pledge_withdrawn(self, signals: Sequence[PledgeWithdrawn]) -> None:
        for each in signals:
            with self._database.transaction() as session:
                gone = queries.withdrawn_with(session, each.person_id, each.wish_id, clock.now())
                announce(session, *gone)

    def _tell(self, person_id: UUID, community_id: UUID | None) -> None:
        with self._database.transaction() as session:
            announce(session, *queries.withdrawn_from(session, person_id, community_id, clock.now()))
