"""Reading people and sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import AccountSession, Person
from app.accounts.rules import kept_handle


def person_with_handle(session: Session, handle: str) -> Person | None:
    """By handle, in letters of any case."""
    kept = kept_handle(handle)
    return session.scalars(select(Person).where(Person.handle == kept)).one_or_none() if kept else None


def person(session: Session, person_id: UUID) -> Person | None:
    """By id."""
    return session.get(Person, person_id)


def session_with_handle(
    session: Session, person_id: UUID, session_id: UUID, now: datetime
) -> tuple[AccountSession, str] | None:
    """A session that has not expired, and its person's handle."""
    asked = select(AccountSession, Person.handle).join(Person)
    asked = asked.where(AccountSession.person_id == person_id, AccountSession.id == session_id)
    row = session.execute(asked.where(AccountSession.expires_at > now)).one_or_none()
    return (row[0], row[1]) if row else None


def open_sessions(session: Session, person_id: UUID, now: datetime) -> Sequence[AccountSession]:
    """Where a person is signed in, newest first."""
    asked = select(AccountSession).where(
        AccountSession.person_id == person_id, AccountSession.expires_at > now
    )
    return session.scalars(asked.order_by(AccountSession.id.desc())).all()
