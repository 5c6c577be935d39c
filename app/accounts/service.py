"""Signing up, in and out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import AccountSession, KnownNetwork, Person
from app.accounts.rules import MOST_SESSIONS, NETWORKS_LAST, NewSession, Proved, Token
from app.accounts.signals import SessionRevoked
from app.db import announce
from app.errors import HandleTaken, NotFound, Refusal, WrongCurrentPassword, WrongPassword
from app.ids import new_id
from app.origin import Origin


def sign_up(session: Session, handle: str, name: str, password_hash: str, now: datetime) -> Person:
    """A new person; raises HandleTaken."""
    person = Person(
        id=new_id(), handle=handle.lower(), name=name or handle, password_hash=password_hash, created_at=now
    )
    return add_person(session, person)


def add_person(session: Session, person: Person) -> Person:
    """Write a new person, unless another was quicker with the handle."""
    said = {column.name: getattr(person, column.name) for column in Person.__table__.columns}
    values = {name: value for name, value in said.items() if value is not None}
    written = session.execute(insert(Person).values(**values).on_conflict_do_nothing().returning(Person.id))
    if written.first() is None:
        raise HandleTaken(f"Somebody is called {person.handle} already. Choose another handle.")
    return person


def sign_in(session: Session, proved: Proved, device: str, origin: Origin, now: datetime) -> Token:
    """A new session for whoever has proved who they are; WrongPassword where that has changed meanwhile."""
    still(session, proved, WrongPassword)
    remember(session, proved.person_id, origin, now)
    return open_session(session, proved.person_id, NewSession(device), now)


def remember(session: Session, person_id: UUID, origin: Origin, now: datetime) -> None:
    """That a person has signed in from there."""
    known = insert(KnownNetwork).values(person_id=person_id, trace=origin.trace(person_id), last_used=now)
    session.execute(
        known.on_conflict_do_update(index_elements=["person_id", "trace"], set_={"last_used": now})
    )


def change_password(session: Session, proved: Proved, password_hash: str, but: UUID, now: datetime) -> None:
    """Another password from now on. All sessions end but one, on open sockets too."""
    still(session, proved)
    session.execute(update(Person).where(Person.id == proved.person_id).values(password_hash=password_hash))
    for each in queries.open_sessions(session, proved.person_id, now):
        if each.id != but:
            revoke(session, proved.person_id, each.id)


def still(session: Session, proved: Proved, refusal: type[Refusal] = WrongCurrentPassword) -> None:
    """Hold the person's row; raise where another was quicker and changed the password."""
    kept = select(Person.password_hash).where(Person.id == proved.person_id).with_for_update()
    if session.scalar(kept) != proved.password_hash:
        raise refusal("This password was changed a moment ago. Use the new one.")


def forget(session: Session, person_id: UUID) -> None:
    """Erase somebody who leaves for good, and with them all that is theirs by a foreign key. Every session ends."""
    sessions = select(AccountSession.id).where(AccountSession.person_id == person_id)
    announce(session, *(SessionRevoked(person_id, each) for each in session.scalars(sessions)))
    session.execute(delete(Person).where(Person.id == person_id))


def forget_old(session: Session, now: datetime) -> None:
    """Let go of sessions that have expired, and of networks nobody has come from for long."""
    session.execute(delete(AccountSession).where(AccountSession.expires_at <= now))
    session.execute(delete(KnownNetwork).where(KnownNetwork.last_used <= now - NETWORKS_LAST))


def open_session(session: Session, person_id: UUID, wanted: NewSession, now: datetime) -> Token:
    """A new token for a person who has proved who they are. The oldest beyond fifty end."""
    token = Token.new(person_id, new_id())
    session.add(
        AccountSession(
            person_id=person_id,
            id=token.session_id,
            secret_hash=token.secret_hash,
            device=wanted.device,
            scopes=None if wanted.scopes is None else sorted(wanted.scopes),
            created_at=now,
            expires_at=now + wanted.lasts,
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
