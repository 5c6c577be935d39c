"""Giving an address, confirming it, and replacing a forgotten password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.models import Person
from app.accounts.rules import Secret
from app.errors import LinkWorthless
from app.ids import new_id
from app.passkeys import service as passkeys
from app.recovery import queries
from app.recovery.models import MailedLink
from app.recovery.rules import CONFIRM, LASTS, MOST_LINKS, RESET

WORTHLESS = "This link was used already, is too old, or was cut short. Ask for another letter."


def make_link(session: Session, person: Person, purpose: str, address: str, now: datetime) -> Secret:
    """A link to be mailed to an address. The oldest beyond five of a kind are worth nothing any more."""
    secret = Secret.new(new_id())
    session.add(
        MailedLink(
            id=secret.id,
            person_id=person.id,
            purpose=purpose,
            address=address,
            secret_hash=secret.kept(queries.about_of(purpose, person)),
            expires_at=now + LASTS[purpose],
        )
    )
    session.flush()
    same = [each for each in queries.links_of(session, person.id, now) if each.purpose == purpose]
    for old in same[MOST_LINKS:]:
        session.delete(old)
    return secret


def confirm(session: Session, said: str, now: datetime) -> None:
    """An address is its person's from now on, instead of any earlier one; raises LinkWorthless."""
    link, person = _used(session, CONFIRM, said, now)
    session.execute(update(Person).where(Person.id == person.id).values(email=link.address))
    _forget_links(session, person.id)


def forget_address(session: Session, person_id: UUID) -> None:
    """No address any more, and no link that was mailed to one."""
    session.execute(update(Person).where(Person.id == person_id).values(email=None))
    _forget_links(session, person_id)


def reset_password(session: Session, said: str, password_hash: str, now: datetime) -> None:
    """Another password by a link that was mailed; raises LinkWorthless. All sessions end, and all passkeys go:
    whoever needs a letter may have been robbed, and then knows nothing of a passkey that the thief made."""
    _, person = _used(session, RESET, said, now)
    accounts.replace_password(session, person.id, password_hash, now)
    passkeys.remove_all(session, person.id)
    _forget_links(session, person.id)


def forget_old(session: Session, now: datetime) -> None:
    """Let go of links that are too old."""
    session.execute(delete(MailedLink).where(MailedLink.expires_at <= now))


def _used(session: Session, purpose: str, said: str, now: datetime) -> tuple[MailedLink, Person]:
    """Use a link up. Of two who use it at once, one is too late."""
    found = queries.link_for(session, purpose, said, now)
    if found is None:
        raise LinkWorthless(WORTHLESS)
    taken = delete(MailedLink).where(MailedLink.id == found[0].id).returning(MailedLink.id)
    if session.execute(taken).first() is None:
        raise LinkWorthless(WORTHLESS)
    return found


def _forget_links(session: Session, person_id: UUID) -> None:
    session.execute(delete(MailedLink).where(MailedLink.person_id == person_id))
