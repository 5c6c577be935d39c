"""The private address of a person's calendar."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Secret
from app.events.models import EventCalendar


class CalendarKey(Secret):
    """What stands at the end of the address."""

    prefix = "cal_"


def renew(session: Session, person_id: UUID, now: datetime) -> CalendarKey:
    """A new one; the one before is worth nothing any more."""
    made = CalendarKey.new(person_id)
    kept = {"secret_hash": made.kept(), "made_at": now}
    writing = insert(EventCalendar).values(person_id=person_id, **kept)
    session.execute(writing.on_conflict_do_update(index_elements=[EventCalendar.person_id], set_=kept))
    return made


def revoke(session: Session, person_id: UUID) -> None:
    """Have none."""
    session.execute(delete(EventCalendar).where(EventCalendar.person_id == person_id))


def behind(session: Session, said: str) -> UUID | None:
    """Whose it is; None where it is nobody's."""
    key = CalendarKey.read(said)
    kept = session.get(EventCalendar, key.id) if key else None
    return kept.person_id if key and kept and key.is_kept_as(kept.secret_hash) else None
