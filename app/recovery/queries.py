"""Reading links that were mailed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.rules import Secret
from app.recovery.models import MailedLink
from app.recovery.rules import CONFIRM, RESET


def links_of(session: Session, person_id: UUID, now: datetime) -> Sequence[MailedLink]:
    """Those that still stand, newest first."""
    asked = select(MailedLink).where(MailedLink.person_id == person_id, MailedLink.expires_at > now)
    return session.scalars(asked.order_by(MailedLink.id.desc())).all()


def waiting_address(session: Session, person_id: UUID, now: datetime) -> str | None:
    """The address last given that waits to be confirmed."""
    links = links_of(session, person_id, now)
    return next((each.address for each in links if each.purpose == CONFIRM), None)


def link_for(session: Session, purpose: str, said: str, now: datetime) -> tuple[MailedLink, Person] | None:
    """The link this secret is of, and whose it is; None where it is worth nothing.

    One for a new password is worth nothing any more once the password or the address is another.
    """
    secret = Secret.read(said)
    link = None if secret is None else session.get(MailedLink, secret.id)
    if secret is None or link is None or link.purpose != purpose or link.expires_at <= now:
        return None
    person = session.get_one(Person, link.person_id)
    if not secret.is_kept_as(link.secret_hash, about_of(purpose, person)):
        return None
    return (link, person) if purpose == CONFIRM or link.address == person.email else None


def about_of(purpose: str, person: Person) -> str:
    """What must stay as it is for a link to be good."""
    return person.password_hash if purpose == RESET else ""
