"""Signing up, in and out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import passwords, queries
from app.accounts.models import AccountSession, Person
from app.accounts.rules import MOST_SESSIONS, SESSION_LASTS, Token
from app.accounts.signals import SessionRevoked
from app.db import announce
from app.errors import HandleTaken, NotFound, WrongPassword
from app.ids import new_id


def sign_up(session: Session, handle: str, name: str, password: str, now: datetime) -> Person:
    """A new person; raises HandleTaken."""
    person = Person(
        id=new_id(),
        handle=handle.lower(),
        name=name or handle,
        password_hash=passwords.hashed(password),
        created_at=now,
    )
    return add_person(session, person)


def add_person(session: Session, person: Person) -> Person:
    """Write a new person, unless another was quicker with the handle."""
    values = {column.name: getattr(person, column.name) for column in Person.__table__.columns}
    written = session.execute(insert(Person).values(**values).on_conflict_do_nothing().returning(Person.id))
    if written.first() is None:
        raise HandleTaken(f"Somebody is called {person.handle} already. Choose another handle.")
    return person


def sign_in(session: Session, handle: str, password: str, device: str, now: datetime) -> tuple[Person, Token]:
    """A new session for whoever knows the password; raises WrongPassword, not saying which part is wrong."""
    person = queries.person_with_handle(session, handle)
    if not passwords.matches(person.password_hash if person else None, password) or person is None:
        raise WrongPassword("There is no person with this handle and password. Check both and try again.")
    return person, open_session(session, person.id, device, now)


def open_session(session: Session, person_id: UUID, device: str, now: datetime) -> Token:
    """A new token for a person who has proved who they are. The oldest beyond fifty end."""
    token = Token.new(person_id, new_id())
    session.add(
        AccountSession(
            person_id=person_id,
            id=token.session_id,
            secret_hash=token.secret_hash,
            device=device,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    session.flush()
    for old in queries.open_sessions(session, person_id, now)[MOST_SESSIONS:]:
        revoke(session, person_id, old.id)
    return token


def revoke(session: Session, person_id: UUID, session_id: UUID) -> None:
    """End a session: its token is worth nothing from the commit on, on open sockets too. NotFound if not theirs."""
    ended = session.execute(
        delete(AccountSession)
        .where(AccountSession.person_id == person_id, AccountSession.id == session_id)
        .returning(AccountSession.id)
    )
    if ended.first() is None:
        raise NotFound("You have no such session; GET /v1/me/sessions lists yours.")
    announce(session, SessionRevoked(person_id, session_id))
