"""Dates of a series that are unlike the others: called otherwise, at another time, elsewhere, or cancelled alone."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid, Over
from app.events import dating, seats
from app.events.models import Event, EventDate
from app.events.recording import Where, check_length
from app.events.recurrence import Timing, gives
from app.events.rules import FURTHEST
from app.notices.rules import Told


@dataclass(frozen=True, slots=True)
class Alone:
    """One date as it is to be; None for what is as its event has it."""

    title: str | None = None
    text: str | None = None
    #: When, by the clock of the event.
    timing: Timing | None = None
    where: Where | None = None
    #: Which revision of a calendar says so.
    sequence: int | None = None


def hold(session: Session, event: Event, now: datetime) -> None:
    """Let nobody else change any date to come of an event that is held; before any of them is changed (see seats)."""
    seats.hold(session, dating.coming(session, event.id, now))


def sequence_of(session: Session, event_id: UUID, was: datetime) -> int | None:
    """Which revision of a calendar changed the date alone that its event has begin then; None if none did."""
    asked = select(EventDate.source_sequence).where(
        EventDate.event_id == event_id, EventDate.local_start == was
    )
    return session.scalar(asked.limit(1))


def change(session: Session, event: Event, was: datetime, to: Alone, now: datetime) -> None:
    """Have the date that the event has begin then be so, and tell those who go of another time or place.

    Invalid where the event has no such date or cannot have it so; Over where it has begun, is over, or was cancelled.
    """
    timing = dating.timing_of(event)
    own = to.timing or replace(timing, starts_at=was, ends_at=was + (timing.ends_at - timing.starts_at))
    check_length(own)
    _check_near(own.starts_at, now)
    starts, ends = own.instants(own.starts_at)
    if ends <= now:
        raise Over("This date is over.")
    date = _found(session, event, was)
    if date is None:
        date = _made(session, event, was, now)
    elif date.cancelled_at is not None:
        raise Over("This date was cancelled.")
    elif date.starts_at <= now:
        raise Over("This date has begun; what has begun stays as it is.")
    position = to.where.position if to.where else event.position
    moved = (date.starts_at, date.ends_at, date.position) != (starts, ends, position)
    date.starts_at, date.ends_at, date.position = starts, ends, position
    date.area = to.where.area if to.where else None
    date.title, date.text, date.source_sequence = to.title, to.text, to.sequence
    _note(session, event, now)
    if moved:
        seats.tell(session, seats.going_to(session, [date.id]), Told.CHANGED, now)


def cancel(session: Session, event: Event, was: datetime, sequence: int, now: datetime) -> None:
    """Cancel the date that the event has begin then, and tell those who go; nothing changes for one that is cancelled.

    Invalid, or Over, as above.
    """
    date = _found(session, event, was)
    if date is None:
        _check_near(was, now)
        over = dating.timing_of(event).instants(was)[1] <= now
        date = None if over else _made(session, event, was, now)
    if date is None or date.ends_at <= now:
        raise Over("This date is over.")
    date.source_sequence = sequence
    if date.cancelled_at is None:
        dating.tell_of_cancelling(session, [date.id], now)
        date.cancelled_at = now
        _note(session, event, now)


def restore(session: Session, event: Event, but: Collection[datetime], now: datetime) -> None:
    """Have all dates to come that were changed alone be as their event again, but those that it has begin then."""
    alone = select(EventDate.local_start).where(
        EventDate.event_id == event.id,
        EventDate.source_sequence.is_not(None),
        EventDate.starts_at > now,
        EventDate.cancelled_at.is_(None),
    )
    timing = dating.timing_of(event)
    for was in session.scalars(alone.order_by(EventDate.id)).all():
        if was not in but and timing.instants(was)[1] > now:
            change(session, event, was, Alone(), now)


def _found(session: Session, event: Event, was: datetime) -> EventDate | None:
    asked = select(EventDate).where(EventDate.event_id == event.id, EventDate.local_start == was)
    asked = asked.limit(1).with_for_update().execution_options(populate_existing=True)
    return session.scalars(asked).first()


def _made(session: Session, event: Event, was: datetime, now: datetime) -> EventDate:
    """One that was not made yet: further ahead than dates are, or over when its event came here."""
    _check_near(was, now)
    if not gives(dating.timing_of(event), was):
        raise Invalid(
            f"RECURRENCE-ID: {was:%A, %d %B %Y, %H:%M} is none of the dates of the series. Add it there as RDATE."
        )
    [made] = dating.add(session, event, [was])
    return made


def _check_near(local: datetime, now: datetime) -> None:
    """As near as an event may begin; to look for what is further would take long."""
    if abs(local - now.replace(tzinfo=None)) > FURTHEST:
        raise Invalid(f"A date that is changed alone is within {FURTHEST.days} days of today.")


def _note(session: Session, event: Event, now: datetime) -> None:
    event.changed_at = now
    event.revision += 1
    session.flush()
