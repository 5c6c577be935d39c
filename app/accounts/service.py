"""Signing up, in and out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import AccountSession, KnownNetwork, Person
from app.accounts.rules import MOST_SESSIONS, NETWORKS_LAST, NEW_FOR, NewSession, Proved, Token, is_new
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


def newcomer(session: Session, person: Person, now: datetime) -> None:
    """Treat an account as new until `establish` finds that it is not."""
    session.execute(update(Person).where(Person.id == person.id).values(new_since=now))


def establish(session: Session, days_checked_in: Mapping[UUID, int], now: datetime) -> None:
    """Let accounts do everything that are new no more; told on how many days those checked in who did."""
    asked = select(Person.id, Person.new_since, Person.email).where(Person.new_since <= now - NEW_FOR)
    done = [
        person_id
        for person_id, since, email in session.execute(asked)
        if since and not is_new(now - since, email is not None, days_checked_in.get(person_id, 0))
    ]
    session.execute(update(Person).where(Person.id.in_(done)).values(new_since=None))


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
    _set_password(session, proved.person_id, password_hash)
    for each in queries.open_sessions(session, proved.person_id, now):
        if each.id != but:
            revoke(session, proved.person_id, each.id)


def replace_password(session: Session, person_id: UUID, password_hash: str, now: datetime) -> None:
    """Another password for somebody who has proved who they are without the old one. All sessions end."""
    _set_password(session, person_id, password_hash)
    for each in queries.open_sessions(session, person_id, now):
        revoke(session, person_id, each.id)


def _set_password(session: Session, person_id: UUID, password_hash: str) -> None:
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))


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
            token_expires_at=None if wanted.token_lasts is None else now + wanted.token_lasts,
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


def renew_token(
    session: Session, person_id: UUID, session_id: UUID, wanted: NewSession, now: datetime
) -> Token:
    """Another token for a session that goes on, as long as if it were new; the one before is worth nothing soon."""
    token = Token.new(person_id, session_id)
    kept = session.get_one(AccountSession, (person_id, session_id))
    kept.secret_hash = token.secret_hash
    kept.scopes = None if wanted.scopes is None else sorted(wanted.scopes)
    kept.expires_at = now + wanted.lasts
    kept.token_expires_at = None if wanted.token_lasts is None else now + wanted.token_lasts
    session.flush()
    return token


def revoke_all(session: Session, ended: Sequence[tuple[UUID, UUID]]) -> None:
    """End sessions of whomever, each given as person and session: their tokens are worth nothing from the commit on."""
    session.execute(
        delete(AccountSession).where(tuple_(AccountSession.person_id, AccountSession.id).in_(ended))
    )
    announce(session, *(SessionRevoked(*each) for each in ended))
