"""Saying whether one goes: a seat while there is one, and a place among those who wait."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import NotFound, Over
from app.events import queries, seats
from app.events.listing import Asked
from app.events.models import EventAttendance, EventDate, EventReply
from app.events.queries import Dated
from app.events.rules import Reply, SeenBy
from app.ids import new_id


def reply(  # noqa: PLR0913, PLR0917 - who says what to which date, and who may know.
    session: Session,
    person_id: UUID,
    event_id: UUID,
    date_id: UUID,
    said: tuple[Reply, SeenBy],
    now: datetime,
) -> Dated:
    """Say it, in place of what was said before: the date as it is then. NotFound, or Over.

    Who goes gets a seat if one is free that nobody waited longer for, else waits; who went already keeps theirs. A
    seat that becomes free moves up in the same transaction.
    """
    date = _held(session, event_id, date_id)
    found = _seen(session, person_id, date_id, now)
    if said[0] is not Reply.NOT and (found.cancelled or date.ends_at <= now):
        raise Over("This date is over, or was cancelled. GET /v1/events finds what is still to come.")
    _write(session, person_id, date_id, said, now)
    seats.fill(session, [date_id], now, but=person_id)
    return _seen(session, person_id, date_id, now)


def withdraw(session: Session, person_id: UUID, event_id: UUID, date_id: UUID, now: datetime) -> None:
    """Take back what one said, and that one was there; a seat moves up. Nothing changes where nothing was said."""
    _held(session, event_id, date_id)
    was_there = EventAttendance.person_id == person_id, EventAttendance.date_id == date_id
    session.execute(delete(EventAttendance).where(*was_there))
    session.execute(
        delete(EventReply).where(EventReply.person_id == person_id, EventReply.date_id == date_id)
    )
    seats.fill(session, [date_id], now)


def _held(session: Session, event_id: UUID, date_id: UUID) -> EventDate:
    """The date, held, so that nobody else takes or leaves a seat."""
    asked = select(EventDate).where(EventDate.id == date_id, EventDate.event_id == event_id)
    date = session.scalars(asked.with_for_update()).one_or_none()
    if date is None:
        raise NotFound("There is no such date of this event.")
    return date


def _seen(session: Session, person_id: UUID, date_id: UUID, now: datetime) -> Dated:
    asked = Asked(limit=1, since=now, until=now, only=date_id)
    found = queries.dates(session, asked, person_id)
    if not found:
        raise NotFound("There is no such date of this event, or it is not for you.")
    return found[0]


def _write(
    session: Session, person_id: UUID, date_id: UUID, said: tuple[Reply, SeenBy], now: datetime
) -> None:
    what, seen_by = said
    goes = what is Reply.GOING
    writing = insert(EventReply).values(
        person_id=person_id,
        date_id=date_id,
        reply=what.value,
        seated=False,
        seen_by=seen_by.value,
        asked=new_id(),
        replied_at=now,
    )
    new = writing.excluded
    # Who goes already asks for nothing anew.
    stays = (EventReply.reply == Reply.GOING.value) & literal(goes)
    session.execute(
        writing.on_conflict_do_update(
            index_elements=[EventReply.person_id, EventReply.date_id],
            set_={
                "reply": new.reply,
                "seated": EventReply.seated & literal(goes),
                "seen_by": new.seen_by,
                "asked": case((stays, EventReply.asked), else_=new.asked),
                "replied_at": now,
            },
        )
    )
