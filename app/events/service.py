"""Making events, changing and cancelling them, and seeing that their dates are made ahead."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.recording import note
from app.businesses.rules import Act
from app.communities import queries as communities
from app.db import announce
from app.errors import Invalid, NotAllowed, NotAMember, NotFound, Over, TooMany
from app.events import dating, lasting, queries, recurrence, seats
from app.events.models import Event, EventDate, EventDoor, EventTopic
from app.events.recording import NewEvent, Where, check_length, check_where, set_topics, write_down
from app.events.recurrence import Timing
from app.events.rules import FURTHEST, MOST_STANDING
from app.events.signals import EventChanged
from app.notices.rules import Told
from app.tag import queries as readers


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different; None for what stays. `timing` and `seats` are whole."""

    title: str | None = None
    text: str | None = None
    topic_ids: tuple[UUID, ...] | None = None
    where: Where | None = None
    timing: Timing | None = None
    #: The new capacity, in a tuple, as that may be None.
    seats: tuple[int | None] | None = None


def make(session: Session, new: NewEvent, by: UUID, now: datetime) -> Event:
    """A new event and its first dates. NotAMember, NotAllowed or NotFound for who may not host it so."""
    _may_host(session, new, by)
    check_where(new.where)
    timing = _checked(new.timing, now)
    if _standing(session, by, now) >= MOST_STANDING:
        raise TooMany(
            f"You have {MOST_STANDING} events that are still to come. Cancel one before making another."
        )
    event = write_down(session, replace(new, timing=timing), by, now)
    _note(session, event, by, Act.MADE_EVENT)
    dating.begin(session, event, now)
    return event


def change(session: Session, event_id: UUID, changes: Changes, by: UUID, now: datetime) -> None:
    """Change an event; those who go to what is still to come are told, if it is another time or place.

    Dates that have begun stay what they were, and where. NotFound, NotAllowed, or Over.
    """
    event = hosted(session, event_id, by)
    if event.cancelled_at is not None:
        raise Over("This event was cancelled. Make another one.")
    moved: list[UUID] = []
    if changes.timing is not None:
        moved = dating.retime(session, event, _checked(changes.timing, now), now)
    elsewhere = changes.where is not None and _move(session, event, changes.where, now)
    if changes.topic_ids is not None:
        session.execute(delete(EventTopic).where(EventTopic.event_id == event.id))
        set_topics(session, event.id, changes.topic_ids)
    event.title = changes.title if changes.title is not None else event.title
    event.text = changes.text if changes.text is not None else event.text
    if changes.seats is not None:
        event.capacity = changes.seats[0]
    event.revision += 1
    event.changed_at = now
    _note(session, event, by, Act.CHANGED_EVENT)
    session.flush()
    announce(session, EventChanged(event.id))
    coming = dating.coming(session, event.id, now)
    seats.hold(session, coming)
    changed = coming if elsewhere else moved
    seats.tell(session, seats.going_to(session, changed), Told.CHANGED, now)
    if changes.seats is not None:
        seats.fill(session, coming, now)


def cancel(session: Session, event_id: UUID, by: UUID, now: datetime) -> None:
    """Cancel all that is still to come of an event. Nothing changes for one that is cancelled already."""
    event = hosted(session, event_id, by)
    if event.cancelled_at is None:
        _note(session, event, by, Act.CANCELLED_EVENT)
        _cancel(session, event, now)


def cancel_all_of(session: Session, business_id: UUID, now: datetime) -> None:
    """Cancel what a business that is closed hosts."""
    standing = (Event.business_id == business_id, Event.cancelled_at.is_(None))
    for each in session.scalars(select(Event).where(*standing).order_by(Event.id).with_for_update()).all():
        _cancel(session, each, now)


def _note(session: Session, event: Event, by: UUID, act: Act) -> None:
    if event.business_id is not None:
        note(session, event.business_id, by, act, event.id)


def _cancel(session: Session, event: Event, now: datetime) -> None:
    dating.tell_of_cancelling(session, dating.coming(session, event.id, now), now)
    event.cancelled_at = event.changed_at = now
    event.revision += 1
    event.dates_until = None
    session.flush()


def cancel_date(session: Session, event_id: UUID, date_id: UUID, by: UUID, now: datetime) -> None:
    """Cancel one date; the others stay. Over for one that is over; nothing changes for one that is cancelled."""
    event = hosted(session, event_id, by)
    date = session.get(EventDate, date_id, with_for_update=True)
    if date is None or date.event_id != event.id:
        raise NotFound("There is no such date of this event.")
    if date.ends_at <= now:
        raise Over("This date is over.")
    if date.cancelled_at is None and event.cancelled_at is None:
        dating.tell_of_cancelling(session, [date_id], now)
        date.cancelled_at = event.changed_at = now
        event.revision += 1
        _note(session, event, by, Act.CHANGED_EVENT)
        session.flush()


@dataclass(frozen=True, slots=True)
class Held:
    """The dates to come that somebody hosts, and the others to which they go."""

    hosted: list[UUID]
    going: list[UUID]


def hold(session: Session, person_id: UUID, now: datetime) -> Held:
    """Let nobody change what goes with somebody who leaves for good. Before any row of a person is held (see seats)."""
    hosted = select(Event.id).where(Event.person_id == person_id, Event.cancelled_at.is_(None))
    events = session.scalars(hosted.order_by(Event.id).with_for_update()).all()
    theirs = [each for event_id in events for each in dating.coming(session, event_id, now)]
    going = [each for each in dating.going_of(session, person_id, now) if each not in theirs]
    seats.hold(session, [*theirs, *going])
    return Held(theirs, going)


def forget(session: Session, person_id: UUID, held: Held, now: datetime) -> None:
    """Let them go: who waits moves up, and who goes to what they host is told."""
    others = [each for each in seats.going_to(session, held.hosted) if each.person_id != person_id]
    seats.tell(session, others, Told.CANCELLED, now)
    lasting.end_all_of(session, person_id)
    dating.forget_replies(session, person_id)
    seats.fill(session, held.going, now)


def keep_up(session: Session, now: datetime) -> None:
    """What has to be done by itself: dates made ahead, seats that somebody left at once filled."""
    dating.prolong(session, now)
    left = dating.with_room(session, now)
    seats.hold(session, left)
    seats.fill(session, left, now)


def set_door(session: Session, event_id: UUID, reader_id: UUID, by: UUID) -> None:
    """Have a reader of the business that hosts an event be its door. NotFound, or NotAllowed for anybody else's."""
    event = hosted(session, event_id, by)
    reader = readers.reader(session, reader_id)
    if reader is None or reader.ended_at is not None:
        raise NotFound("There is no such reader.")
    if event.business_id is None or reader.business_id != event.business_id:
        raise NotAllowed("Only a reader of the business that hosts an event is its door.")
    door = insert_once(EventDoor).values(event_id=event_id, reader_id=reader_id)
    session.execute(door.on_conflict_do_nothing())


def remove_door(session: Session, event_id: UUID, reader_id: UUID, by: UUID) -> None:
    """Have it be the door no more; who was read was there."""
    hosted(session, event_id, by)
    door = EventDoor.event_id == event_id, EventDoor.reader_id == reader_id
    session.execute(delete(EventDoor).where(*door))


def _may_host(session: Session, new: NewEvent, by: UUID) -> None:
    if new.community_id is not None:
        if not communities.is_member(session, by, new.community_id):
            raise NotAMember("Only members hold a community's events. Join first, if it is for you.")
    elif new.visibility == "community":
        raise Invalid("visibility: only an event of a community can be for its members; say community_id.")
    if new.business_id is not None and not businesses.may_act_for(session, by, new.business_id):
        raise NotAllowed("Only the staff of a business hold its events.")


def _checked(timing: Timing, now: datetime) -> Timing:
    check_length(timing)
    today = now.replace(tzinfo=None)
    if abs(timing.starts_at - today) > FURTHEST:
        raise Invalid(f"starts_at: an event begins within {FURTHEST.days} days of today.")
    _, ends = timing.instants(timing.starts_at)
    rule = recurrence.rule_of(timing.recurrence) if timing.recurrence else None
    if not timing.recurs and ends <= now:
        raise Invalid("ends_at: this is over already. Say when it will be.")
    checked = replace(timing, recurrence=rule)
    if not dating.wanted(checked, now):
        raise Invalid("recurrence: all of its dates are over. Say when it will be.")
    return checked


def _standing(session: Session, by: UUID, now: datetime) -> int:
    coming = select(EventDate.event_id).where(EventDate.ends_at > now, EventDate.event_id == Event.id)
    asked = select(func.count()).select_from(Event)
    return (
        session.scalar(asked.where(Event.made_by == by, Event.cancelled_at.is_(None), coming.exists())) or 0
    )


def hosted(session: Session, event_id: UUID, by: UUID) -> Event:
    """An event that is somebody's to change, which nobody else changes until the commit. NotFound, or NotAllowed."""
    session.execute(select(Event.id).where(Event.id == event_id).with_for_update())
    found = queries.event(session, event_id, by)
    if found is None:
        raise NotFound("There is no such event, or it is not for you.")
    if not found.hosting:
        raise NotAllowed("Only who hosts an event changes it.")
    return found.event


def _move(session: Session, event: Event, where: Where, now: datetime) -> bool:
    """Whether it is elsewhere now."""
    check_where(where)
    if where.area.outline().equals(event.area.outline()) and where.place_id == event.place_id:
        return False
    dating.relocate(session, event, where.position, now)
    event.place_id, event.area, event.position = where.place_id, where.area, where.position
    return True
