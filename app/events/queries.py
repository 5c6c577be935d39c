"""Reading events, their dates and replies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.events.candidates import statement as statement_of_candidates
from app.events.choosing import Candidate
from app.events.listing import HOST_NAME, TOPICS, Asked, statement
from app.events.models import Event, EventAttendance, EventCalendar, EventDate, EventReply
from app.events.rules import counted
from app.events.sight import goes_openly_sql, hosting_sql, visible_sql
from app.ids import NOBODY
from geo import Position

#: What a date is called; of one that is hidden nothing.
_TITLE = case((~Event.hidden, func.coalesce(EventDate.title, Event.title)))


@dataclass(frozen=True, slots=True)
class Mine:
    """What the viewer said to a date."""

    reply: str
    seated: bool
    seen_by: str


@dataclass(frozen=True, slots=True)
class Host:
    """Who hosts an event."""

    kind: str
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Dated:
    """One date of an event as a list shows it. The figures are exact; what is shown of them is decided later."""

    id: UUID
    event_id: UUID
    community_id: UUID | None
    lasting: bool
    starts_at: datetime
    ends_at: datetime
    position: Position
    title: str
    text: str
    time_zone: str
    visibility: str
    capacity: int | None
    place_id: UUID | None
    revision: int
    changed_at: datetime
    cancelled: bool
    host: Host
    topics: tuple[str, ...]
    going: int
    waiting: int
    interested: int
    hosting: bool
    mine: Mine | None


class Whole(NamedTuple):
    """An event with its topics, and whether it is the viewer's to change."""

    event: Event
    topics: list[str]
    hosting: bool


def dates(session: Session, asked: Asked, viewer: UUID | None) -> list[Dated]:
    """Dates as a viewer may see them, soonest first; one statement."""
    sql, values = statement(asked, viewer)
    return [_dated(dict(row._mapping)) for row in session.execute(text(sql), values)]


def candidates(session: Session, asked: Asked, viewer: UUID, now: datetime) -> list[tuple[Dated, Candidate]]:
    """What somebody may choose from, soonest first, with what they may know of each; one statement."""
    sql, values = statement_of_candidates(asked, viewer, now)
    return [_candidate(dict(row._mapping)) for row in session.execute(text(sql), values)]


def event(session: Session, event_id: UUID, viewer: UUID | None) -> Whole | None:
    """An event as a viewer may see it; None where it is not there for them."""
    e = aliased(Event, name="e")
    hosting = hosting_sql(":viewer") if viewer else "false"
    asked = select(e, text(f"{TOPICS} AS topics"), text(f"{hosting} AS hosting")).where(
        e.id == event_id, text(visible_sql(":viewer" if viewer else None))
    )
    row = session.execute(asked, {"viewer": viewer or NOBODY}).one_or_none()
    return Whole(row[0], list(row[1]), row[2]) if row else None


def going_after(
    session: Session, date_id: UUID, viewer: UUID, cursor: UUID | None, limit: int
) -> Sequence[Person]:
    """Who goes to a date and lets the viewer know, in the order of their ids."""
    openly = text(f"""people.id IN (SELECT r.person_id FROM event_replies r WHERE r.date_id = :date
        AND r.reply = 'going' AND {goes_openly_sql(":viewer")})""")
    asked = select(Person).where(openly)
    if cursor:
        asked = asked.where(Person.id > cursor)
    values = {"date": date_id, "viewer": viewer}
    return session.scalars(asked.order_by(Person.id).limit(limit), values).all()


def replies_of(session: Session, person_id: UUID) -> Sequence[tuple[EventReply, EventDate, str | None]]:
    """All that somebody said to dates, with the event's title unless it is hidden."""
    asked = (
        select(EventReply, EventDate, _TITLE)
        .join(EventDate, EventDate.id == EventReply.date_id)
        .join(Event, Event.id == EventDate.event_id)
        .where(EventReply.person_id == person_id)
    )
    return [(reply, date, title) for reply, date, title in session.execute(asked.order_by(EventReply.asked))]


def attendances_of(session: Session, person_id: UUID) -> Sequence[tuple[EventAttendance, str | None]]:
    """Where somebody was, with the event's title unless it is hidden."""
    asked = (
        select(EventAttendance, _TITLE)
        .join(EventDate, EventDate.id == EventAttendance.date_id)
        .join(Event, Event.id == EventDate.event_id)
        .where(EventAttendance.person_id == person_id)
    )
    rows = session.execute(asked.order_by(EventAttendance.at))
    return [(attendance, title) for attendance, title in rows]


def calendar_of(session: Session, person_id: UUID) -> datetime | None:
    """Since when somebody's calendar has an address; None where it has none."""
    kept = session.get(EventCalendar, person_id)
    return kept.made_at if kept else None


@dataclass(frozen=True, slots=True)
class Said:
    """What an event says, in all its dates, by whom and where, as a moderator reads it."""

    by: str
    text: str
    made_at: datetime
    position: Position
    is_public: bool


def said_of(session: Session, event_id: UUID) -> Said | None:
    """What an event says, to whomever it is; None where it is gone."""
    row = session.execute(_SAID, {"event": event_id}).one_or_none()
    if row is None:
        return None
    at = Position(row.lat, row.lon)
    return Said(row.host_name, "\n\n".join(filter(None, row.said)), row.created_at, at, row.is_public)


def hosted_by(session: Session, person_id: UUID) -> Sequence[Event]:
    """The events that somebody hosts themselves, oldest first."""
    return session.scalars(select(Event).where(Event.person_id == person_id).order_by(Event.id)).all()


def here_of(session: Session, community_id: UUID, viewer: UUID, now: datetime) -> list[tuple[UUID, str, int]]:
    """How many of each of the viewer's communities say openly that they are in a location community now, by name.

    Of no other community: a figure that grows as somebody comes would tell that they belong to it.
    """
    rows = session.execute(_HERE_OF, {"location": community_id, "viewer": viewer, "now": now})
    return [(row.id, row.name, row.people) for row in rows]


_SAID = text(f"""
SELECT {HOST_NAME} AS host_name, e.created_at, ST_Y(e.position) AS lat, ST_X(e.position) AS lon,
    e.visibility = 'public' AS is_public,
    ARRAY[e.title, e.text] || ARRAY(SELECT DISTINCT concat_ws(chr(10), d.title, d.text) FROM event_dates d
        WHERE d.event_id = e.id AND num_nonnulls(d.title, d.text) > 0 LIMIT 100) AS said
FROM events e WHERE e.id = :event
""")

_HERE_OF = text("""
SELECT c.id, c.name, count(*) AS people
FROM memberships mine JOIN communities c ON c.id = mine.community_id
JOIN memberships o ON o.community_id = c.id
JOIN location_memberships h ON h.person_id = o.person_id AND h.community_id = :location
WHERE mine.person_id = :viewer AND h.expires_at > :now AND h.counted_until > :now
GROUP BY c.id, c.name ORDER BY c.name, c.id
""")


def _candidate(values: dict[str, Any]) -> tuple[Dated, Candidate]:
    names = "metres fellows followed communities shared_topics at_place of_host on_topic"
    known = {name: values.pop(name) for name in names.split()}
    dated = _dated(values)
    shared = [each.partition(" ")[::2] for each in known.pop("shared_topics")]
    going = Counter(name for each in known.pop("communities") or () for name in each.split("\n"))
    most = max(going.items(), key=lambda each: (each[1], each[0]), default=None)
    followed = tuple(known.pop("followed") or ())
    exact = counted(dated.going, exactly=False)
    of_it = Candidate(dated.starts_at, **known, followed=followed, community=most, topics=shared, going=exact)
    return dated, of_it


def _dated(values: dict[str, Any]) -> Dated:
    mine = tuple(values.pop(name) for name in ("reply", "seated", "seen_by"))
    host = Host(*(values.pop(f"host_{name}") for name in ("kind", "id", "name")))
    position = Position(values.pop("lat"), values.pop("lon"))
    topics = tuple(values.pop("topics"))
    return Dated(
        **values,
        position=position,
        host=host,
        topics=topics,
        mine=Mine(*mine) if mine[0] else None,
    )
