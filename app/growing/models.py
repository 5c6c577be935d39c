"""The tables of what was noticed and looked at, who was asked, and what somebody would not have suggested again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.communities.models import Community
from app.db import Base, Timestamp
from app.geography import PositionType
from app.topics.models import Topic
from geo import Position


class Emerging(Base):
    """A community that could be: people with a common topic keep checking in near one another."""

    __tablename__ = "emerging"
    __table_args__ = (CheckConstraint("people >= 5", name="people"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), index=True)
    centre: Mapped[Position] = mapped_column(PositionType)
    radius_m: Mapped[float] = mapped_column(Double)
    #: At least so many, in steps.
    people: Mapped[int] = mapped_column(SmallInteger)
    first_seen_at: Mapped[datetime] = mapped_column(Timestamp)
    last_seen_at: Mapped[datetime] = mapped_column(Timestamp, index=True)
    #: What came of it, once somebody said yes.
    community_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), index=True
    )


class Asked(Base):
    """Somebody is asked whether they would belong, as long as the row is there and they have not answered."""

    __tablename__ = "asked"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    emerging_id: Mapped[UUID] = mapped_column(
        ForeignKey(Emerging.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    asked_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Whether they would, once they said.
    answer: Mapped[bool | None]


class Declined(Base):
    """A community that somebody would not have suggested again."""

    __tablename__ = "declined"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[UUID] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(Timestamp)


class SplitLookedFor(Base):
    """When it was last looked whether a community has grown into two. What was seen is kept nowhere."""

    __tablename__ = "splits_looked_for"

    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Timestamp)
