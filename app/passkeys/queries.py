"""Reading passkeys."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.passkeys.models import Passkey


def passkeys_of(session: Session, person_id: UUID) -> Sequence[Passkey]:
    """Those of a person, newest first."""
    asked = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id.desc())
    return session.scalars(asked).all()


def held(session: Session, credential_id: bytes) -> Passkey | None:
    """By what its device calls it; whoever else wants it waits until this transaction ends."""
    asked = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    return session.scalars(asked).one_or_none()
