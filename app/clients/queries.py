"""Reading clients and what people let them do."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import AccountSession
from app.clients.models import Authorization, Client


def clients_of(session: Session, person_id: UUID) -> Sequence[Client]:
    """Those a person made known, newest first."""
    return session.scalars(
        select(Client).where(Client.person_id == person_id).order_by(Client.id.desc())
    ).all()


def client(session: Session, client_id: str) -> Client | None:
    """By id, as it was sent."""
    try:
        return session.get(Client, UUID(client_id))
    except ValueError:
        return None


def authorizations_of(session: Session, person_id: UUID) -> Sequence[tuple[Authorization, str]]:
    """What a person lets clients do, and what each client is called."""
    asked = select(Authorization, Client.name).join(Client).where(Authorization.person_id == person_id)
    return [(each, name) for each, name in session.execute(asked.order_by(Authorization.id))]


def held(session: Session, authorization_id: UUID) -> Authorization | None:
    """By id; whoever else wants it waits until this transaction ends.

    The session is held first, as it is by whoever ends it, so that the two do not wait for each other. There may be
    none yet, and one a moment later: so those who want the authorization stand in line before they look for it.
    """
    session.execute(_STAND_IN_LINE, {"authorization": str(authorization_id)})
    its_session = (
        AccountSession.id
        == select(Authorization.session_id).where(Authorization.id == authorization_id).scalar_subquery()
    )
    session.execute(select(AccountSession.id).where(its_session).with_for_update())
    asked = select(Authorization).where(Authorization.id == authorization_id).with_for_update()
    return session.scalars(asked).one_or_none()


_STAND_IN_LINE = text("SELECT pg_advisory_xact_lock(hashtextextended(:authorization, 0))")


def behind(session: Session, person_id: UUID, session_id: UUID) -> Authorization | None:
    """What a session came from."""
    asked = select(Authorization).where(
        Authorization.person_id == person_id, Authorization.session_id == session_id
    )
    return session.scalars(asked.with_for_update()).one_or_none()
