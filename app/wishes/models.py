"""The tables of wishes and pledges. A pledge stands on a membership: the database itself holds none without."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.geography import AreaType
from app.topics.models import Topic
from geo import Area


class Wish(Base):
    """What members of a goal community want. Whether it is open follows from its pledges and is not kept."""

    __tablename__ = "wishes"
    __table_args__ = (
        CheckConstraint("threshold BETWEEN 5 AND 10000", name="threshold"),
        CheckConstraint("verdict IN ('kept', 'broken', 'unsaid')", name="verdict"),
        CheckConstraint("(answered_at IS NULL) = (offer_id IS NULL)", name="answer"),
        CheckConstraint("(answered_at IS NULL) = (answer_ends_at IS NULL)", name="answer_end"),
        CheckConstraint("answered_at IS NOT NULL OR verdict IS NULL", name="judged"),
        # What pledges refer to.
        UniqueConstraint("id", "community_id"),
        Index("wishes_community_id_id_index", "community_id", "id"),
        # For businesses that look for wishes to answer, newest first.
        Index(
            "wishes_opened_index",
            "id",
            postgresql_where=text("opened_at IS NOT NULL AND answered_at IS NULL"),
        ),
        Index(
            "wishes_to_judge_index",
            "answer_ends_at",
            postgresql_where=text("answered_at IS NOT NULL AND verdict IS NULL"),
        ),
        # Those that no business was told of yet.
        Index(
            "wishes_to_tell_index",
            "id",
            postgresql_where=text("opened_at IS NOT NULL AND businesses_told_at IS NULL"),
        ),
        Index("wishes_answered_by_id_index", "answered_by", "id"),
        # For businesses that are told elsewhere, of those that opened lately.
        Index("wishes_opened_at_index", "opened_at", postgresql_where=text("opened_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"))
    #: Shown to nobody.
    stated_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Words)
    #: Where it is wanted; anywhere, if not said.
    area: Mapped[Area | None] = mapped_column(AreaType)
    deadline: Mapped[datetime] = mapped_column(Timestamp)
    threshold: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    #: When its threshold was reached for the first time.
    opened_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: When businesses were told that it is open.
    businesses_told_at: Mapped[datetime | None] = mapped_column(Timestamp)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey(Business.id, ondelete="SET NULL"))
    offer_id: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: When its offer ends, or was withdrawn.
    answer_ends_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: What those who pledged made of the answer, decided once.
    verdict: Mapped[str | None] = mapped_column(Words)


class WishTopic(Base):
    """A topic a wish is about."""

    __tablename__ = "wish_topics"

    wish_id: Mapped[UUID] = mapped_column(ForeignKey(Wish.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)


class Pledge(Base):
    """A member wants what is wished for. The row goes with the membership, and what came of it goes with the row."""

    __tablename__ = "pledges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "community_id"],
            ["memberships.person_id", "memberships.community_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["wish_id", "community_id"], ["wishes.id", "wishes.community_id"], ondelete="CASCADE"
        ),
        Index("pledges_person_id_community_id_index", "person_id", "community_id"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    wish_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    community_id: Mapped[UUID]
    pledged_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Whether they say that the answer was kept; None where they have not said.
    kept: Mapped[bool | None]
