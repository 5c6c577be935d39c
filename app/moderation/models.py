"""The tables of reports, of the cases they make, and of what was done about them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.events.models import Event
from app.peers.models import BusinessPost
from app.pieces.models import Piece

_REASONS = "('implausible', 'spam', 'unwelcome', 'illegal')"


class Case(Base):
    """One thing that was reported, however often. It goes with whoever it is about."""

    __tablename__ = "moderation_cases"
    __table_args__ = (
        CheckConstraint(
            "what IN ('check-in', 'reply', 'person', 'community', 'event', 'piece', 'business-post')",
            name="what",
        ),
        CheckConstraint("state IN ('open', 'taken', 'dismissed', 'upheld')", name="state"),
        CheckConstraint(f"upheld_for IN {_REASONS}", name="upheld_for"),
        CheckConstraint(
            "num_nonnulls(person_id, community_id, event_id, piece_id, post_id) = 1", name="about"
        ),
        UniqueConstraint("thing_id", "what"),
        # The queue, oldest first.
        Index("moderation_cases_state_id_index", "state", "id"),
        Index("moderation_cases_event_id_index", "event_id", postgresql_where=text("event_id IS NOT NULL")),
        Index("moderation_cases_piece_id_index", "piece_id", postgresql_where=text("piece_id IS NOT NULL")),
        Index("moderation_cases_post_id_index", "post_id", postgresql_where=text("post_id IS NOT NULL")),
        # For those whom they are about.
        Index("moderation_cases_person_id_thing_id_index", "person_id", "thing_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(Words)
    thing_id: Mapped[UUID]
    #: Who said it, or who it is.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    community_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), index=True
    )
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    piece_id: Mapped[UUID | None] = mapped_column(ForeignKey(Piece.id, ondelete="CASCADE"))
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey(BusinessPost.id, ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Words, server_default="open")
    opened_at: Mapped[datetime] = mapped_column(Timestamp)
    reported_at: Mapped[datetime] = mapped_column(Timestamp)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Timestamp)
    upheld_for: Mapped[str | None] = mapped_column(Words)
    #: What the author says against it, once, and whose decision that is about.
    objection: Mapped[str | None] = mapped_column(Words)
    first_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)


class Report(Base):
    """Somebody reports a thing, once."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"reason IN {_REASONS}", name="reason"),
        Index("reports_reporter_id_id_index", "reporter_id", "id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id, ondelete="CASCADE"), primary_key=True)
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Words)
    note: Mapped[str] = mapped_column(Words)
    reported_at: Mapped[datetime] = mapped_column(Timestamp)


class CaseNote(Base):
    """What a moderator writes down for the others."""

    __tablename__ = "moderation_notes"
    __table_args__ = (Index("moderation_notes_case_id_id_index", "case_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id, ondelete="CASCADE"))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Timestamp)


class CaseAct(Base):
    """Something that was done about a case. Only ever added to; it outlasts the case, so nothing refers to that."""

    __tablename__ = "moderation_acts"
    __table_args__ = (Index("moderation_acts_case_id_id_index", "case_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    #: Which moderator did it; None for whoever reports or objects, and for those who left.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    act: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Timestamp)
