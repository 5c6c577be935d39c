"""The tables of communities and chosen memberships."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.geography import AreaType
from app.topics.models import Topic
from geo import Area


class Community(Base):
    """People who share an interest, a goal, a value, or being here now.

    It is forming until so many different people belong as it takes, and only then listed to everybody.
    """

    __tablename__ = "communities"
    __table_args__ = (
        CheckConstraint("kind IN ('interest', 'goal', 'value', 'location')", name="kind"),
        CheckConstraint("kind <> 'location' OR area IS NOT NULL", name="area"),
        CheckConstraint("(area IS NULL) = (reach_m IS NULL)", name="reach"),
        CheckConstraint("grows_at >= 0", name="grows_at"),
        CheckConstraint("noise_budget BETWEEN 0 AND 10", name="noise_budget"),
        Index("communities_area_index", "area", postgresql_using="gist"),
        # Finds those that are forming, of which there are few.
        Index("communities_forming_index", "created_at", postgresql_where=text("listed_at IS NULL")),
        Index("communities_listed_at_index", "listed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    purpose: Mapped[str] = mapped_column(Words)
    area: Mapped[Area | None] = mapped_column(AreaType)
    #: The radius of a circle as large as the area: what a position's accuracy is held against.
    reach_m: Mapped[float | None]
    founded_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    #: How many different people it takes.
    grows_at: Mapped[int] = mapped_column(SmallInteger)
    listed_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: How many offers may reach a member through it in a day, all businesses together.
    noise_budget: Mapped[int] = mapped_column(SmallInteger, server_default="3")
    #: How often its members sent a business off, so that the gate of offers sees what it could not know yet.
    sendings_off: Mapped[int] = mapped_column(server_default="0")
    #: What a steward would have members read first.
    notice: Mapped[str] = mapped_column(Words, server_default="")
    source_key: Mapped[str | None] = mapped_column(Words, unique=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)


class CommunityTopic(Base):
    """A topic a community shares."""

    __tablename__ = "community_topics"

    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)


class MutedTopic(Base):
    """A topic on which nothing is heard in a community, as its members decided."""

    __tablename__ = "muted_topics"

    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(Timestamp)


class Membership(Base):
    """A person chose to belong. The row is there exactly as long as they do."""

    __tablename__ = "memberships"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[UUID] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime] = mapped_column(Timestamp)


class LastingMembership(Base):
    """A person who was part of a location community said that they belong, wherever they are.

    It stands apart from what people chose by what they share, for nothing that is for those who are here, and no offer,
    may reach them by it.
    """

    __tablename__ = "lasting_memberships"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[UUID] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime] = mapped_column(Timestamp)
