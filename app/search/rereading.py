"""Has what changes be found by what it is now, at once."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.db import Database
from app.events.signals import EventChanged
from app.motions.rules import State
from app.motions.signals import MotionDecided
from app.offers.signals import OfferPublished
from app.pieces.signals import PieceChanged
from app.search import filling, findings


class Rereading:
    """Follows what members decide of a community, hosts of an event and authors of a piece: what it is called and
    about, and where it is; and offers, which may have been drafts for long.

    Where a process dies before it came to one, the sweep finds another name, and a word of the purpose stays as it was.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.signals.listen(MotionDecided, self._decided)
        database.signals.listen(EventChanged, self._changed)
        database.signals.listen(OfferPublished, self._published)
        database.signals.listen(PieceChanged, self._reworded)

    def _decided(self, signals: Sequence[MotionDecided]) -> None:
        for community_id in {each.community_id for each in signals if each.state == State.CARRIED}:
            self._reread("community", community_id)

    def _changed(self, signals: Sequence[EventChanged]) -> None:
        for event_id in {each.event_id for each in signals}:
            self._reread("event", event_id)

    def _published(self, signals: Sequence[OfferPublished]) -> None:
        for offer_id in {each.offer_id for each in signals}:
            self._reread("offer", offer_id)

    def _reworded(self, signals: Sequence[PieceChanged]) -> None:
        for piece_id in {each.piece_id for each in signals}:
            self._reread("piece", piece_id)

    def _reread(self, kind: str, thing_id: UUID) -> None:
        with self._database.transaction() as session:
            now = clock.now()
            findings.hold(session)
            filling.take_in_anew(session, kind, thing_id, now)
            findings.tell(session, {kind: [thing_id]}, now)
