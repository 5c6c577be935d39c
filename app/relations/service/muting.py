"""Muting and unmuting. Whoever and whatever is muted never learns of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import announce
from app.errors import Conflict, Invalid
from app.relations import queries
from app.relations.models import Mute
from app.relations.rules import MOST_MUTES, MuteKind
from app.relations.service.pairs import hold
from app.relations.signals import Muted, Unmuted


def mute(session: Session, person_id: UUID, kind: MuteKind, target: UUID, now: datetime) -> datetime:
    """Hear of it no more: since when. Nothing changes for who does not already.

    The target must be there. Raises Invalid for oneself, Conflict beyond the most.
    """
    if kind is MuteKind.PERSON:
        if person_id == target:
            raise Invalid("You cannot mute yourself.")
        hold(session, person_id, target)
    values = {"person_id": person_id, "kind": kind, "target": target, "since": now}
    new = insert(Mute).values(**values).on_conflict_do_nothing().returning(Mute.since)
    if session.execute(new).first():
        if queries.count_of_mutes(session, person_id) > MOST_MUTES:
            raise Conflict(f"You mute {MOST_MUTES:,}, which is the most. Unmute something first.")
        announce(session, Muted(person_id, kind, target))
    return session.get_one(Mute, (person_id, kind, target)).since


def unmute(session: Session, person_id: UUID, kind: MuteKind, target: UUID) -> None:
    """Hear of it again, from now on; nothing changes where it was not muted."""
    mine = delete(Mute).where(Mute.person_id == person_id, Mute.kind == kind, Mute.target == target)
    if session.scalars(mine.returning(Mute.target)).first():
        announce(session, Unmuted(person_id, kind, target))
