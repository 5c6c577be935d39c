"""Reading devices, what they noticed, and the people whom a phone may show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.checkins import queries as checkins
from app.checkins.feeds import Asked
from app.checkins.queries import Seen
from app.communities.models import Membership
from app.phones.links import unseal
from app.phones.models import ContactLetters, Device, KeptPosition, Suggestion
from app.phones.rules import Credential
from app.presence.models import Presence
from app.relations.models import Follow
from app.settings import LONGEST_PRESENCE

#: More people than a phone's map can show, and no more than a moment's work.
MOST_SEEN = 100


@dataclass(frozen=True, slots=True)
class Claimed:
    """A device that proved itself, and whose it is."""

    device: Device
    handle: str
    name: str
    credential: Credential

    @property
    def passphrase(self) -> str | None:
        """What its messages are encrypted with, which nobody can know but who has its secret; None if they are not."""
        held = self.device.passphrase
        known = unseal(held, self.credential.password) if held else None
        return None if known is None else known.decode()


def claimed(session: Session, credential: Credential) -> Claimed | None:
    """The device with this credential as it is now; None for one that is wrong or revoked."""
    asked = select(Device, Person.handle, Person.name).join(Person, Person.id == Device.person_id)
    found = asked.where(Device.id == credential.id).execution_options(populate_existing=True)
    row = session.execute(found).one_or_none()
    return Claimed(*row, credential) if row and credential.is_kept_as(row[0].secret_hash) else None


def device(session: Session, person_id: UUID, device_id: UUID) -> Device | None:
    """One of a person's devices as it is now."""
    asked = select(Device).where(Device.id == device_id, Device.person_id == person_id)
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def devices_of(session: Session, person_id: UUID) -> Sequence[Device]:
    """A person's devices, newest first."""
    asked = select(Device).where(Device.person_id == person_id).order_by(Device.id.desc())
    return session.scalars(asked).all()


def how_many_devices(session: Session, person_id: UUID) -> int:
    """Of one person."""
    return session.scalar(select(func.count()).where(Device.person_id == person_id)) or 0


def people_seen(session: Session, viewer: UUID, now: datetime) -> list[Seen]:
    """The newest check-in of each person that still says where they are, as far as the viewer may know of it.

    They are those whom the viewer follows or shares a chosen community with, and who are somewhere now.
    """
    people = _people_present(session, viewer, now)
    if not people:
        return []
    asked = Asked(limit=MOST_SEEN, newest_of=tuple(people), since=now - LONGEST_PRESENCE)
    return [
        seen
        for seen in checkins.feed(session, asked, viewer, now)
        if seen.check_in.present_until and seen.check_in.present_until > now
    ]


def _people_present(session: Session, viewer: UUID, now: datetime) -> Sequence[UUID]:
    mine, theirs = aliased(Membership), aliased(Membership)
    shared = select(theirs.person_id).join(mine, mine.community_id == theirs.community_id)
    fellows = shared.where(mine.person_id == viewer, theirs.person_id != viewer)
    followed = select(Follow.followed_id).where(Follow.follower_id == viewer)
    people = fellows.union(followed)
    asked = select(Presence.person_id).where(Presence.person_id.in_(people), Presence.expires_at > now)
    return session.scalars(asked.order_by(Presence.fixed_at.desc()).limit(MOST_SEEN)).all()


@dataclass(frozen=True, slots=True)
class Known:
    """By which letters a phone knows somebody, and what they call themselves."""

    letters: str
    name: str


def known_by(session: Session, person_id: UUID) -> dict[UUID, Known]:
    """Whom a person's phones know."""
    asked = select(Person.id, ContactLetters.letters, Person.name)
    asked = asked.join(ContactLetters, ContactLetters.seen_id == Person.id)
    rows = session.execute(asked.where(ContactLetters.person_id == person_id))
    return {seen_id: Known(letters, name) for seen_id, letters, name in rows}


def names_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call themselves. None of them can leave before the end of the transaction."""
    asked = select(Person.id, Person.name).where(Person.id.in_(person_ids)).order_by(Person.id)
    return dict(session.execute(asked.with_for_update(read=True, key_share=True)).all())


def letters_and_handles(session: Session, person_id: UUID) -> Sequence[tuple[str, str]]:
    """The same for the person themselves: letters, and whose."""
    asked = select(ContactLetters.letters, Person.handle).join(Person, Person.id == ContactLetters.seen_id)
    rows = session.execute(asked.where(ContactLetters.person_id == person_id).order_by(Person.handle))
    return [(letters, handle) for letters, handle in rows]


def suggestions_after(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int
) -> Sequence[Suggestion]:
    """What a person's phones suggest and they have not decided on, newest first."""
    asked = select(Suggestion).where(Suggestion.person_id == person_id, Suggestion.decided_at.is_(None))
    if cursor:
        asked = asked.where(Suggestion.id < cursor)
    return session.scalars(asked.order_by(Suggestion.id.desc()).limit(limit)).all()


def suggestion(session: Session, person_id: UUID, suggestion_id: UUID) -> Suggestion | None:
    """One that is a person's and not decided."""
    found = session.get(Suggestion, suggestion_id, populate_existing=True)
    return found if found and found.person_id == person_id and found.decided_at is None else None


def kept_suggestions(session: Session, person_id: UUID) -> Sequence[Suggestion]:
    """All that is kept of them, also where they are decided."""
    return session.scalars(
        select(Suggestion).where(Suggestion.person_id == person_id).order_by(Suggestion.id)
    ).all()


def history_of(session: Session, person_id: UUID) -> Sequence[KeptPosition]:
    """Where a person's devices were, as long as that is kept, oldest first."""
    asked = select(KeptPosition).where(KeptPosition.person_id == person_id)
    return session.scalars(asked.order_by(KeptPosition.fixed_at, KeptPosition.id)).all()
