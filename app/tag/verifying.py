"""Verifying where a business is: by its own reader, which reads a tag of its staff there.

Both the reader and the phone of whoever carries the tag must say that they are there; of the phone only what was
believed is known here. No reading waits for this: a place that is just being changed is verified by the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.businesses import placing
from app.businesses import queries as businesses
from app.businesses.models import Staff
from app.businesses.recording import note
from app.businesses.rules import Act
from app.presence.models import Presence
from app.tag.models import Reader
from app.tag.rules import Kind, Spotted, shows
from app.trust.terms import Identity


@dataclass(frozen=True, slots=True)
class Witness:
    """Whose tag was read, what that disclosed of them, and where the reader says that it was."""

    person_id: UUID
    identity: Identity
    reader: Spotted | None


def verify_places(session: Session, reader: Reader, read: Sequence[Witness], now: datetime) -> None:
    """Verify the places of the reader's business that these readings show it to be at.

    Only a reader that is carried and learns the handle shows anything: else the record of who showed it would tell
    more than the reading did. One statement where no staff is read, none where no position was said.
    """
    if reader.kind != Kind.HANDHELD:
        return
    said = [each for each in read if each.reader and each.identity is Identity.HANDLE]
    phones = _phones(session, reader.business_id, {each.person_id for each in said}, now) if said else {}
    for place in businesses.places_to_verify(session, reader.business_id) if phones else []:
        for each in said:
            phone = phones.get(each.person_id)
            if each.reader and phone and shows(place.area, each.reader, phone, now):
                placing.verify_place(session, place.id, now)
                note(session, reader.business_id, each.person_id, Act.VERIFIED_PLACE, place.id)
                break


def _phones(session: Session, business_id: UUID, people: set[UUID], now: datetime) -> dict[UUID, Spotted]:
    """Where those of these who are on the staff are by their phones, and stay on it until the commit."""
    asked = (
        select(Presence.person_id, Presence.position, Presence.accuracy_m, Presence.fixed_at)
        .join(Staff, Staff.person_id == Presence.person_id)
        .where(Staff.business_id == business_id, Staff.person_id.in_(people))
        .where(Presence.expires_at > now, Presence.quiet.is_(False))
        .with_for_update(read=True, key_share=True, skip_locked=True, of=Staff)
    )
    return {
        person_id: Spotted(position, accuracy_m, fixed_at)
        for person_id, position, accuracy_m, fixed_at in session.execute(asked)
    }
