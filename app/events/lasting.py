"""While a date lasts, its area is a location community: who checks in there is part of it, and heard in it.

It is made and ended by a chore, and by nothing else. What was said in it stays under its id, which the date keeps.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from app.communities import service as communities
from app.communities.models import Community
from app.communities.service import Founding
from app.db import announce
from app.events.models import Event, EventDate
from app.events.rules import LONGEST
from app.ids import first_id_at
from app.presence import service as presence
from app.presence.signals import Faded

#: Who comes a little early is there already.
EARLY = timedelta(minutes=10)
_AT_ONCE = 200
#: Readings are looked at as they come in, however late; a chore that stalls for less misses none.
_LATELY = timedelta(minutes=10)
_LONGEST_NAME = 80
#: Longer than any check-in takes to be written.
_ON_THEIR_WAY = timedelta(minutes=1)


def keep_up(session: Session, now: datetime) -> None:
    """Write down who attends what is on, end what is over, and begin what begins."""
    session.execute(_ATTEND, {"now": now})
    session.execute(_READ_AT_THE_DOOR, {"since": first_id_at(now - _LATELY), "early": EARLY})
    _end(session, now)
    _remove(session, now)
    _begin(session, now)


def end_all_of(session: Session, person_id: UUID) -> None:
    """Remove at once what somebody hosts who leaves for good, as it has the name they gave it."""
    _end_at_once(session, Event.person_id == person_id)


def end_at_once(session: Session, event_id: UUID) -> None:
    """Remove at once what an event is while it lasts, as it has its name. The date keeps what was said there."""
    _end_at_once(session, Event.id == event_id)


def _end_at_once(session: Session, of: ColumnElement[bool]) -> None:
    asked = select(EventDate).join(Event, Event.id == EventDate.event_id)
    theirs = asked.where(of, or_(EventDate.lasting, EventDate.closed_at.is_not(None)))
    dates = session.scalars(theirs.order_by(EventDate.id).with_for_update(of=EventDate)).all()
    for date in dates:
        date.lasting, date.closed_at = False, None
    session.flush()
    closed = [each.community_id for each in dates if each.community_id is not None]
    session.execute(delete(Community).where(Community.id.in_(closed)))
    announce(session, Faded(tuple(closed)))


def _begin(session: Session, now: datetime) -> None:
    """Only of public events: what is said in a location community is heard by everybody."""
    asked = (
        select(EventDate, func.coalesce(EventDate.title, Event.title), Event.area)
        .join(Event, Event.id == EventDate.event_id)
        .where(
            EventDate.starts_at <= now + EARLY,
            EventDate.starts_at > now - LONGEST - timedelta(days=1),
            EventDate.ends_at > now,
            EventDate.community_id.is_(None),
            EventDate.cancelled_at.is_(None),
            Event.cancelled_at.is_(None),
            Event.visibility == "public",
            ~Event.hidden,
        )
        .order_by(EventDate.starts_at)
        .limit(_AT_ONCE)
        .with_for_update(of=EventDate, skip_locked=True)
    )
    for date, title, area in session.execute(asked).all():
        name, key = title[:_LONGEST_NAME].strip(), f"event-date:{date.id}"
        founding = Founding("location", name, "While the event lasts.", {}, date.area or area, key)
        date.community_id = communities.found(session, founding, None, now).id
        date.lasting = True
    session.flush()


def _end(session: Session, now: datetime) -> None:
    over = or_(
        EventDate.ends_at <= now,
        EventDate.starts_at > now + EARLY,
        EventDate.cancelled_at.is_not(None),
        Event.cancelled_at.is_not(None),
        Event.hidden,
    )
    asked = select(EventDate.id, EventDate.community_id).join(Event, Event.id == EventDate.event_id)
    rows = session.execute(
        asked.where(EventDate.lasting, over).with_for_update(of=EventDate, skip_locked=True)
    ).all()
    closed = [row.community_id for row in rows]
    if not closed:
        return
    presence.close(session, closed)
    done = update(EventDate).where(EventDate.id.in_([row.id for row in rows]))
    session.execute(done.values(lasting=False, closed_at=now))


def _remove(session: Session, now: datetime) -> None:
    """Remove what was closed a while ago; what was put off may begin anew then."""
    asked = select(EventDate).where(EventDate.closed_at <= now - _ON_THEIR_WAY)
    dates = session.scalars(asked.with_for_update(skip_locked=True)).all()
    closed = [date.community_id for date in dates if date.community_id]
    if closed:
        session.execute(delete(Community).where(Community.id.in_(closed)))
    for date in dates:
        date.closed_at = None
        date.community_id = None if date.starts_at > now else date.community_id
    session.flush()


#: Who is part of it, and said that they go, or says so openly to everybody. Nobody is told but they.
_ATTEND = text("""
INSERT INTO event_attendances (person_id, date_id, by, at)
SELECT m.person_id, d.id, 'check_in', m.opened_at
FROM event_dates d JOIN location_memberships m ON m.community_id = d.community_id
WHERE d.lasting AND d.starts_at <= :now AND m.expires_at > d.starts_at
  AND (m.counted_until IS NOT NULL OR EXISTS (
      SELECT FROM event_replies r WHERE r.date_id = d.id AND r.person_id = m.person_id AND r.reply = 'going'))
ON CONFLICT DO NOTHING
""")

#: A reading says when it was read, also where the reader was offline then.
_READ_AT_THE_DOOR = text("""
INSERT INTO event_attendances (person_id, date_id, by, at)
SELECT r.person_id, d.id, 'reader', r.read_at
FROM event_doors o
JOIN readings r ON r.reader_id = o.reader_id AND r.id >= :since
JOIN event_dates d ON d.event_id = o.event_id AND d.starts_at <= r.read_at + :early AND d.ends_at > r.read_at
    AND d.cancelled_at IS NULL
ON CONFLICT DO NOTHING
""")
