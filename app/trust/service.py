"""Giving and withdrawing consent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import announce
from app.trust.models import Consent
from app.trust.signals import ConsentGiven, ConsentWithdrawn


def consent(session: Session, person_id: UUID, purpose: str, now: datetime) -> None:
    """Allow it; nothing changes if it is allowed already."""
    given = insert(Consent).values(person_id=person_id, purpose=purpose, given_at=now)
    session.execute(given.on_conflict_do_nothing())
    announce(session, ConsentGiven(person_id, purpose))


def withdraw(session: Session, person_id: UUID, purpose: str) -> None:
    """Allow it no more; deliveries that stood on it go with it."""
    announce(session, ConsentWithdrawn(person_id, purpose))
    session.execute(delete(Consent).where(Consent.person_id == person_id, Consent.purpose == purpose))
