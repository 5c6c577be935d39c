"""Making passkeys, and signing in with them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.rules import NewSession, Token
from app.errors import Conflict, Invalid, NotFound, WrongPasskey
from app.ids import new_id
from app.origin import Origin
from app.passkeys import ceremonies, queries
from app.passkeys.ceremonies import NotRight
from app.passkeys.models import Challenge, Passkey
from app.passkeys.rules import CHALLENGE_LASTS, MOST_PASSKEYS, Site

_CHALLENGE_BYTES = 32
_WRONG = (
    "This is no passkey of anybody here, or it was asked for too long ago. Try again, or sign in by password."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent: the device's answer, for which site, to which challenge; None if used up or too old."""

    site: Site
    credential: dict[str, Any]
    challenge: bytes | None


def challenge(session: Session, person_id: UUID | None, now: datetime) -> Challenge:
    """Something new to sign, for somebody who is signed in or for whoever wants to."""
    made = Challenge(
        # By chance, so that nobody can use up another's.
        id=uuid4(),
        person_id=person_id,
        challenge=secrets.token_bytes(_CHALLENGE_BYTES),
        expires_at=now + CHALLENGE_LASTS,
    )
    session.add(made)
    session.flush()
    return made


def used_up(session: Session, challenge_id: UUID, person_id: UUID | None, now: datetime) -> bytes | None:
    """A challenge, which is worth nothing from now on; None where it was nobody's, another's, or too old."""
    taken = delete(Challenge).where(Challenge.id == challenge_id).returning(Challenge)
    found = session.scalars(taken).one_or_none()
    if found is None or found.person_id != person_id or found.expires_at <= now:
        return None
    return found.challenge


def make(session: Session, person_id: UUID, name: str, answer: Answer, now: datetime) -> Passkey:
    """Another passkey of somebody's; raises Invalid or Conflict."""
    if len(queries.passkeys_of(session, person_id)) >= MOST_PASSKEYS:
        raise Conflict(f"You have {MOST_PASSKEYS} passkeys already. Remove one that you need no more.")
    if answer.challenge is None:
        raise Invalid("This was asked for too long ago, or answered already. Begin again.")
    try:
        made = ceremonies.made(answer.site, answer.credential, answer.challenge)
    except NotRight:
        raise Invalid("This is no passkey that was made for here just now. Begin again.") from None
    values = {
        "id": new_id(),
        "person_id": person_id,
        "credential_id": made.credential_id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "name": name,
        "created_at": now,
    }
    written = insert(Passkey).values(**values).on_conflict_do_nothing().returning(Passkey)
    passkey = session.scalars(written).one_or_none()
    if passkey is None:
        raise Conflict("This passkey is known already.")
    return passkey


def sign_in(session: Session, answer: Answer, device: str, origin: Origin, now: datetime) -> Token:
    """A new session for whoever's passkey signed; raises WrongPasskey, not saying what is wrong."""
    try:
        passkey = queries.held(session, ceremonies.credential_id_of(answer.credential))
        if passkey is None or answer.challenge is None:
            raise NotRight
        passkey.sign_count = ceremonies.signed(answer.site, answer.credential, answer.challenge, passkey)
    except NotRight:
        raise WrongPasskey(_WRONG) from None
    passkey.last_used = now
    session.flush()
    accounts.remember(session, passkey.person_id, origin, now)
    return accounts.open_session(session, passkey.person_id, NewSession(device), now)


def remove(session: Session, person_id: UUID, passkey_id: UUID) -> None:
    """Take a passkey of one's own away; NotFound if it is not theirs."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    if session.execute(mine.returning(Passkey.id)).first() is None:
        raise NotFound("You have no such passkey; GET /v1/me/passkeys lists yours.")


def remove_all(session: Session, person_id: UUID) -> None:
    """Take all passkeys of somebody away."""
    session.execute(delete(Passkey).where(Passkey.person_id == person_id))


def forget_old(session: Session, now: datetime) -> None:
    """Let go of challenges nobody answered in time."""
    session.execute(delete(Challenge).where(Challenge.expires_at <= now))
