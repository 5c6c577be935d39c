"""Muting what may stand in the inbox: it leaves it in the same transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.offers import service as offers
from app.relations.rules import MuteKind
from app.relations.service import muting


def mute(session: Session, person_id: UUID, kind: MuteKind, target: UUID, now: datetime) -> datetime:
    """Hear no more of a community, business or topic, and of the offers that come from it: since when."""
    offers.hold_inbox(session, person_id)
    since = muting.mute(session, person_id, kind, target, now)
    offers.withdraw_muted(session, person_id)
    return since
