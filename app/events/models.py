"""The tables of events, their dates, and who goes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.geography import AreaType, PositionType
from app.places.models import Place
from app.tag.models import Reader
from app.topics.models import Topic
from geo import Area, Position

#: By the clock on the wall, whatever its offset.
LocalTime = DateTime(timezone=False)


class Event(Base):
    """Something people go to, once or again and again. Its host is a person, a community or a business."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, community_id, business_id) = 1", name="host"),
        CheckConstraint("visibility IN ('public', 'community')", name="visibility"),
        CheckConstraint("visibility = 'public' OR community_id IS NOT NULL", name="members"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("capacity > 0", name="capacity"),
        Index(
            "events_made_by_source_uid_key",
            "made_by",
            "source_uid",
            unique=True,
            postgresql_where=text("source_uid IS NOT NULL"),
        ),
        Index("events_dates_until_index", "dates_until", postgresql_where=text("dates_until IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: What a person hosts goes with them; what a community or a business hosts stays.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    community_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), index=True
    )
    business_id: Mapped[UUID | None] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey(Place.id, ondelete="SET NULL"), index=True)
    area: Mapped[Area] = mapped_column(AreaType)
    #: What its distance is taken from.
    position: Mapped[Position] = mapped_column(PositionType)
    starts_at: Mapped[datetime] = mapped_column(LocalTime)
    ends_at: Mapped[datetime] = mapped_column(LocalTime)
    time_zone: Mapped[str] = mapped_column(Words)
    #: A rule of RFC 5545.
    recurrence: Mapped[str | None] = mapped_column(Words)
    #: Local times besides those of the rule, and those of the rule that are left out (RDATE and EXDATE of RFC 5545).
    added: Mapped[list[datetime]] = mapped_column(ARRAY(LocalTime), server_default="{}")
    left_out: Mapped[list[datetime]] = mapped_column(ARRAY(LocalTime), server_default="{}")
    capacity: Mapped[int | None]
    visibility: Mapped[str] = mapped_column(Words)
    #: How often it was changed (SEQUENCE of RFC 5545).
    revision: Mapped[int] = mapped_column(server_default="0")
    #: Until which local time its dates are made; null where all are.
    dates_until: Mapped[datetime | None] = mapped_column(LocalTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: Whether moderators hid it from everybody but its hosts.
    hidden: Mapped[bool] = mapped_column(server_default="false")
    #: By what a calendar calls it that it was taken from, so that it is taken once.
    source_uid: Mapped[str | None] = mapped_column(Words)
    #: Which revision of that calendar it is (SEQUENCE).
    source_sequence: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    changed_at: Mapped[datetime] = mapped_column(Timestamp)


class EventTopic(Base):
    """A topic an event is about."""

    __tablename__ = "event_topics"

    event_id: Mapped[UUID] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)


class EventDate(Base):
    """One time an event takes place. Replies, seats and attendance belong to it."""

    __tablename__ = "event_dates"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("event_dates_event_id_starts_at_index", "event_id", "starts_at"),
        Index("event_dates_starts_at_id_index", "starts_at", "id"),
        Index("event_dates_lasting_index", "ends_at", postgresql_where=text("lasting")),
        Index("event_dates_closed_at_index", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    #: When its event has it begin, by the clock on the wall. One that was changed alone may begin at another time.
    local_start: Mapped[datetime] = mapped_column(LocalTime)
    starts_at: Mapped[datetime] = mapped_column(Timestamp)
    ends_at: Mapped[datetime] = mapped_column(Timestamp)
    position: Mapped[Position] = mapped_column(PositionType)
    #: Where it is by itself, or was if the event moved after it had begun; null where it is where the event is.
    area: Mapped[Area | None] = mapped_column(AreaType)
    #: What is different where it was changed alone, and by which revision of a calendar; null for what is not.
    title: Mapped[str | None] = mapped_column(Words)
    text: Mapped[str | None] = mapped_column(Words)
    source_sequence: Mapped[int | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: The location community it is while it lasts; its id stays, as what was said in it is heard under that.
    community_id: Mapped[UUID | None]
    lasting: Mapped[bool] = mapped_column(server_default="false")
    #: Since when nobody comes into that community any more; null once it is removed.
    closed_at: Mapped[datetime | None] = mapped_column(Timestamp)


#: Around a point and within a time, by one index.
Index(
    "event_dates_position_when_index",
    EventDate.position,
    func.tstzrange(EventDate.starts_at, EventDate.ends_at).label("period"),
    postgresql_using="gist",
)


class EventReply(Base):
    """What somebody says to a date: interested, going or not; and who may know that they go."""

    __tablename__ = "event_replies"
    __table_args__ = (
        CheckConstraint("reply IN ('interested', 'going', 'not')", name="reply"),
        CheckConstraint("seen_by IN ('nobody', 'communities', 'followers', 'everyone')", name="seen_by"),
        CheckConstraint("NOT seated OR reply = 'going'", name="seated"),
        # Who waits, the first first; and how many sit.
        Index("event_replies_date_id_reply_seated_asked_index", "date_id", "reply", "seated", "asked"),
        {"postgresql_partition_by": "RANGE (date_id)"},
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    date_id: Mapped[UUID] = mapped_column(ForeignKey(EventDate.id, ondelete="CASCADE"), primary_key=True)
    reply: Mapped[str] = mapped_column(Words)
    #: Whether there is a seat for them; who goes without one waits.
    seated: Mapped[bool]
    seen_by: Mapped[str] = mapped_column(Words)
    #: An id made when they asked to go, in whose order they wait.
    asked: Mapped[UUID]
    replied_at: Mapped[datetime] = mapped_column(Timestamp)


class EventAttendance(Base):
    """Somebody was there, and let it be kept: by a check-in, or by their tag at the door."""

    __tablename__ = "event_attendances"
    __table_args__ = (
        CheckConstraint("by IN ('check_in', 'reader')", name="by"),
        Index("event_attendances_date_id_index", "date_id"),
        {"postgresql_partition_by": "RANGE (date_id)"},
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    date_id: Mapped[UUID] = mapped_column(ForeignKey(EventDate.id, ondelete="CASCADE"), primary_key=True)
    by: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Timestamp)


class EventCalendar(Base):
    """The address at which a person's calendar is read; of its secret half only a hash is kept."""

    __tablename__ = "event_calendars"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Timestamp)


class EventDoor(Base):
    """Whom this reader reads during a date of the event was there."""

    __tablename__ = "event_doors"

    event_id: Mapped[UUID] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(
        ForeignKey(Reader.id, ondelete="CASCADE"), primary_key=True, index=True
    )
