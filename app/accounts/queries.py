"""Reading people and sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import AccountSession, KnownNetwork, Person
from app.accounts.rules import kept_handle
from app.db import prepared
from app.origin import Origin


def person_with_handle(session: Session, handle: str) -> Person | None:
    """By handle, in letters of any case."""
    kept = kept_handle(handle)
    return session.scalars(select(Person).where(Person.handle == kept)).one_or_none() if kept else None


def person(session: Session, person_id: UUID) -> Person | None:
    """By id."""
    return session.get(Person, person_id)


def people_with_email(session: Session, address: str) -> Sequence[Person]:
    """Whose confirmed address this is; one mailbox may be that of several accounts."""
    asked = select(Person).where(Person.email == address.lower()).order_by(Person.id)
    return session.scalars(asked).all()


def has_come_from(session: Session, person_id: UUID, origin: Origin) -> bool:
    """Whether a person has signed in from there."""
    return session.get(KnownNetwork, (person_id, origin.trace(person_id))) is not None


class Held(NamedTuple):
    """A session that stands: whose it is, until when, and what the secret of its token is known by."""

    handle: str
    expires_at: datetime
    secret_hash: bytes
    scopes: frozenset[str] | None
    new_since: datetime | None


def held(session: Session, person_id: UUID, session_id: UUID, now: datetime) -> Held | None:
    """A session that has not expired."""
    values = {"person_id": person_id, "session_id": session_id, "now": now}
    row = next(iter(prepared(session, _HELD, values)), None)
    if row is None:
        return None
    scopes = None if row.scopes is None else frozenset(row.scopes)
    return Held(row.handle, row.expires_at, bytes(row.secret_hash), scopes, row.new_since)


_HELD = """
SELECT p.handle, LEAST(s.expires_at, s.token_expires_at) AS expires_at, s.secret_hash, s.scopes, p.new_since
FROM sessions s JOIN people p ON p.id = s.person_id
WHERE s.person_id = :person_id AND s.id = :session_id AND LEAST(s.expires_at, s.token_expires_at) > :now
"""


def open_sessions(session: Session, person_id: UUID, now: datetime) -> Sequence[AccountSession]:
    """Where a person is signed in, newest first."""
    asked = select(AccountSession).where(
        AccountSession.person_id == person_id, AccountSession.expires_at > now
    )
    return session.scalars(asked.order_by(AccountSession.id.desc())).all()
