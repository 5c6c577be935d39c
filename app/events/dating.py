"""The dates of events: made from the rule, made again when it changes, and prolonged while it does not end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session

from app.errors import Over
from app.events import recurrence, seats
from app.events.models import Event, EventDate, EventReply
from app.events.recurrence import Timing, move_alike
from app.events.rules import HORIZON, rematched
from app.ids import new_id
from app.notices.rules import Told
from geo import Position

#: Dates are made anew this long before they would run out.
_AHEAD = timedelta(days=31)
_AT_ONCE = 100
#: Local times lie at most so far from UTC.
_OFFSET = timedelta(hours=26)


def begin(session: Session, event: Event, now: datetime) -> None:
    """Make the first dates."""
    timing = timing_of(event)
    event.dates_until = _made_until(timing, now)
    add(session, event, wanted(timing, now))


def write_down(session: Session, event: Event) -> None:
    """Make the one date of an event that is once, whether or not it is over."""
    add(session, event, [event.starts_at])


def retime(session: Session, event: Event, timing: Timing, now: datetime) -> list[UUID]:
    """Have an event be at other times: what has not begun moves, with all who go, or is cancelled, and they are told.

    Gives the dates that are at another time now. Over where it is a single date that has begun.
    """
    was = timing_of(event)
    begun, old, done = _standing(session, event.id, now)
    if not timing.recurs and begun:
        raise Over("This has begun; when it is cannot be changed any more.")
    seats.hold(session, [made for made, _ in old])
    alike = move_alike(was, timing)
    later = timing.starts_at - was.starts_at if alike else timedelta()
    taken = {each + later for each in (*begun, *done)}
    since = max(begun) + later if begun else None
    new = [each for each in wanted(timing, now) if each not in taken and (since is None or each > since)]
    moved, added = rematched(old, new, alike)
    changed = _set_times(
        session, [(made, local, moved[made]) for made, local in old if made in moved], was, timing
    )
    event.starts_at, event.ends_at, event.time_zone = timing.starts_at, timing.ends_at, timing.time_zone
    event.added, event.left_out = list(timing.added), list(timing.left_out)
    event.recurrence, event.dates_until = timing.recurrence, _made_until(timing, now)
    session.flush()
    tell_of_cancelling(session, [made for made, _ in old if made not in moved], now)
    _drop(session, [made for made, _ in old if made not in moved], now)
    add(session, event, added)
    return changed


def relocate(session: Session, event: Event, position: Position, now: datetime) -> None:
    """Have what has not begun be elsewhere; what has begun stays where it was, as people may be inside."""
    begun = update(EventDate).where(EventDate.event_id == event.id, EventDate.starts_at <= now)
    session.execute(begun.where(EventDate.area.is_(None)).values(area=event.area))
    coming_ = update(EventDate).where(EventDate.event_id == event.id, EventDate.starts_at > now)
    session.execute(coming_.where(EventDate.area.is_(None)).values(position=position))


def prolong(session: Session, now: datetime) -> None:
    """Make more dates of what goes on; of as many events as one transaction should hold."""
    soon = now.replace(tzinfo=None) + HORIZON - _AHEAD
    asked = select(Event).where(Event.dates_until < soon).order_by(Event.dates_until).limit(_AT_ONCE)
    for event in session.scalars(asked.with_for_update(skip_locked=True)):
        timing = timing_of(event)
        made, until = event.dates_until, _horizon(timing, now)
        assert made is not None
        there = select(EventDate.local_start).where(EventDate.event_id == event.id)
        known = set(session.scalars(there.where(EventDate.local_start >= made)))
        add(session, event, [each for each in recurrence.dates(timing, made, until) if each not in known])
        event.dates_until = _made_until(timing, now)
    session.flush()


def coming(session: Session, event_id: UUID, now: datetime) -> list[UUID]:
    """The dates of an event that are neither over nor cancelled, in the order of their ids."""
    asked = select(EventDate.id).where(EventDate.event_id == event_id, EventDate.ends_at > now)
    return list(session.scalars(asked.where(EventDate.cancelled_at.is_(None)).order_by(EventDate.id)))


def going_of(session: Session, person_id: UUID, now: datetime) -> list[UUID]:
    """The dates to come that somebody said they go to."""
    asked = select(EventReply.date_id).join(EventDate, EventDate.id == EventReply.date_id)
    mine = asked.where(
        EventReply.person_id == person_id, EventReply.reply == "going", EventDate.ends_at > now
    )
    return list(session.scalars(mine))


def with_room(session: Session, now: datetime) -> list[UUID]:
    """Dates to come where somebody waits though there is a seat: who left while they replied took no leave of it."""
    return list(session.scalars(_WITH_ROOM, {"now": now}))


def forget_replies(session: Session, person_id: UUID) -> None:
    """Take back all that somebody said."""
    session.execute(delete(EventReply).where(EventReply.person_id == person_id))


def tell_of_cancelling(session: Session, date_ids: Sequence[UUID], now: datetime) -> None:
    """Hold these dates, and tell those who go that they are cancelled."""
    seats.hold(session, date_ids)
    seats.tell(session, seats.going_to(session, date_ids), Told.CANCELLED, now)


def timing_of(event: Event) -> Timing:
    """When it is, as it is kept."""
    when = event.starts_at, event.ends_at, event.time_zone
    return Timing(*when, event.recurrence, tuple(event.added), tuple(event.left_out))


def wanted(timing: Timing, now: datetime) -> list[datetime]:
    """Local times of what is not over, as far ahead as dates are made; Invalid where the first is not the rule's."""
    since = now.replace(tzinfo=None) - (timing.ends_at - timing.starts_at) - _OFFSET
    local = recurrence.dates(timing, since, _horizon(timing, now))
    return [each for each in local if timing.instants(each)[1] > now]


def _horizon(timing: Timing, now: datetime) -> datetime:
    return max(now.replace(tzinfo=None), timing.starts_at) + HORIZON


def _made_until(timing: Timing, now: datetime) -> datetime | None:
    until = _horizon(timing, now)
    return None if recurrence.is_over(timing, until) else until


def _standing(
    session: Session, event_id: UUID, now: datetime
) -> tuple[list[datetime], list[tuple[UUID, datetime]], set[datetime]]:
    """Local times of those that have begun and are not over; the others to come, with their ids; those done with.

    Done with are those cancelled, and those changed alone that have begun at another time than their event says.
    """
    asked = select(EventDate).where(
        EventDate.event_id == event_id,
        or_(EventDate.ends_at > now, EventDate.source_sequence.is_not(None)),
    )
    rows = session.scalars(asked.order_by(EventDate.local_start)).all()
    standing = [row for row in rows if row.cancelled_at is None]
    begun = [row for row in standing if row.starts_at <= now]
    to_come = [(row.id, row.local_start) for row in standing if row.starts_at > now]
    alone = {row.local_start for row in begun if row.source_sequence is not None}
    cancelled = {row.local_start for row in rows if row.cancelled_at is not None}
    return [row.local_start for row in begun if row.local_start not in alone], to_come, alone | cancelled


def add(session: Session, event: Event, local: Sequence[datetime]) -> list[EventDate]:
    """Make dates that begin at these local times."""
    timing = timing_of(event)
    made = []
    for each in local:
        starts, ends = timing.instants(each)
        date = EventDate(id=new_id(), event_id=event.id, local_start=each, starts_at=starts, ends_at=ends)
        date.position = event.position
        made.append(date)
    session.add_all(made)
    session.flush()
    return made


def _set_times(
    session: Session, moved: Sequence[tuple[UUID, datetime, datetime]], was: Timing, timing: Timing
) -> list[UUID]:
    """Have dates be when the event has them now that began at one local time and begin at another; those that moved.

    One that was changed alone to be at a time of its own keeps that, unless its event moves it to another local time.
    """
    if not moved:
        return []
    before = [was.instants(local) for _, local, _ in moved]
    times = [timing.instants(local) for *_, local in moved]
    values = {
        "ids": [made for made, *_ in moved],
        "local": [local for *_, local in moved],
        "was_starts": [starts for starts, _ in before],
        "was_ends": [ends for _, ends in before],
        "starts": [starts for starts, _ in times],
        "ends": [ends for _, ends in times],
    }
    return list(session.scalars(_MOVE, values))


def _drop(session: Session, date_ids: Sequence[UUID], now: datetime) -> None:
    """Of what is not any more, only those stay, as cancelled, of which somebody was told or said something."""
    replied = select(EventReply.date_id).where(EventReply.date_id == EventDate.id)
    gone = EventDate.id.in_(date_ids)
    session.execute(delete(EventDate).where(gone, ~replied.exists()))
    session.execute(update(EventDate).where(gone).values(cancelled_at=now))


_MOVE = text("""
UPDATE event_dates d SET local_start = w.local, starts_at = w.starts, ends_at = w.ends
FROM unnest(CAST(:ids AS uuid[]), CAST(:local AS timestamp[]), CAST(:starts AS timestamptz[]),
            CAST(:ends AS timestamptz[]), CAST(:was_starts AS timestamptz[]), CAST(:was_ends AS timestamptz[]))
    AS w (id, local, starts, ends, was_starts, was_ends)
WHERE d.id = w.id AND (d.starts_at, d.ends_at) <> (w.starts, w.ends)
  AND (d.source_sequence IS NULL OR d.local_start <> w.local
       OR (d.starts_at, d.ends_at) = (w.was_starts, w.was_ends))
RETURNING d.id
""")

_WITH_ROOM = text("""
SELECT d.id FROM event_dates d JOIN events e ON e.id = d.event_id
WHERE d.starts_at > :now AND d.cancelled_at IS NULL AND e.cancelled_at IS NULL
  AND EXISTS (SELECT FROM event_replies r WHERE r.date_id = d.id AND r.reply = 'going' AND NOT r.seated)
  AND e.capacity > (SELECT count(*) FROM event_replies r
                    WHERE r.date_id = d.id AND r.reply = 'going' AND r.seated)
ORDER BY d.id
""")
