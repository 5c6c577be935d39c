"""Writing events down: new ones, and those that were. What may be made, and by whom, is for others to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.communities.rules import MOST_LOCATION_M2
from app.errors import BadAreaGiven, Invalid
from app.events import dating, recurrence
from app.events.models import Event, EventTopic
from app.events.recurrence import Timing
from app.events.rules import EARLIEST, FURTHEST, LONGEST
from app.ids import new_id
from geo import Area, Position


@dataclass(frozen=True, slots=True)
class Where:
    """A place, if it is at one; the area it is in, and what its distance is taken from."""

    place_id: UUID | None
    area: Area
    position: Position


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What a new event is to be."""

    title: str
    text: str
    topic_ids: tuple[UUID, ...]
    where: Where
    timing: Timing
    capacity: int | None = None
    visibility: str = "public"
    #: Its host; whoever makes it where neither is said.
    community_id: UUID | None = None
    business_id: UUID | None = None
    #: What the calendar calls it that it comes from.
    source_uid: str | None = None
    source_sequence: int = 0


def record(session: Session, new: NewEvent, by: UUID, now: datetime) -> Event:
    """Write down an event of once, as somebody else told it: one that is over has its date like any other.

    For importers. Nobody's right to host is asked, and no limit of how many one makes. Invalid, BadAreaGiven.
    """
    check_where(new.where)
    check_length(new.timing)
    if new.timing.recurs:
        raise Invalid("recurrence: what is written down as history is each date by itself.")
    if not EARLIEST <= new.timing.starts_at <= now.replace(tzinfo=None) + FURTHEST:
        raise Invalid(
            f"starts_at: an event begins after {EARLIEST.year} and within {FURTHEST.days} days of today."
        )
    event = write_down(session, new, by, now)
    dating.write_down(session, event)
    return event


def write_down(session: Session, new: NewEvent, by: UUID, now: datetime) -> Event:
    """A new event without dates."""
    hosted = new.community_id or new.business_id
    event = Event(
        id=new_id(),
        person_id=None if hosted else by,
        community_id=new.community_id,
        business_id=new.business_id,
        made_by=by,
        title=new.title,
        text=new.text,
        place_id=new.where.place_id,
        area=new.where.area,
        position=new.where.position,
        starts_at=new.timing.starts_at,
        ends_at=new.timing.ends_at,
        time_zone=new.timing.time_zone,
        recurrence=new.timing.recurrence,
        added=list(new.timing.added),
        left_out=list(new.timing.left_out),
        capacity=new.capacity,
        visibility=new.visibility,
        revision=0,
        source_uid=new.source_uid,
        source_sequence=new.source_sequence,
        created_at=now,
        changed_at=now,
    )
    session.add(event)
    session.flush()
    set_topics(session, event.id, new.topic_ids)
    return event


def set_topics(session: Session, event_id: UUID, topic_ids: Sequence[UUID]) -> None:
    """Have a new event be about these."""
    if topic_ids:
        rows = [{"event_id": event_id, "topic_id": each} for each in topic_ids]
        session.execute(insert(EventTopic), rows)


def check_where(where: Where) -> None:
    """BadAreaGiven for what is too large for people to meet."""
    if where.area.size_m2 > MOST_LOCATION_M2:
        raise BadAreaGiven(
            f"This area has {where.area.size_m2 / 1e6:,.0f} km²; an event has at most "
            f"{MOST_LOCATION_M2 / 1e6:,.0f} km². Draw the part where people meet."
        )


def check_length(timing: Timing) -> None:
    """Invalid for a time zone that is none, and for what ends before it begins or goes on for too long."""
    if not recurrence.is_zone(timing.time_zone):
        raise Invalid(
            f"time_zone: {timing.time_zone!r} is no time zone; name one such as Europe/Madrid (IANA)."
        )
    lasts = timing.ends_at - timing.starts_at
    if not timedelta() < lasts <= LONGEST:
        raise Invalid(f"ends_at: an event ends after it begins, and within {LONGEST.days} days.")
