"""The tables of what people are to one another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words


class Block(Base):
    """One person will have nothing to do with another. Neither hears of the other any more."""

    __tablename__ = "blocks"

    blocker_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    made_at: Mapped[datetime] = mapped_column(Timestamp)


class Follow(Base):
    """One person wants to hear of another."""

    __tablename__ = "follows"

    follower_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    followed_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(Timestamp)


class Circle(Base):
    """Some people, put together by one who decides what they may know. Nobody else knows of it."""

    __tablename__ = "circles"
    __table_args__ = (
        CheckConstraint("kind IN ('named', 'follow_back')", name="kind"),
        Index(
            "circles_owner_id_follow_back_key",
            "owner_id",
            unique=True,
            postgresql_where=text("kind = 'follow_back'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    #: Empty for the one of those whom its owner follows back.
    name: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(Words)


class CircleMember(Base):
    """Somebody stands in a circle, and is not told."""

    __tablename__ = "circle_members"

    circle_id: Mapped[UUID] = mapped_column(ForeignKey(Circle.id, ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(Timestamp)


class FriendConsent(Base):
    """A person lets a friend check them in, as long as the row is there."""

    __tablename__ = "friend_consents"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    friend_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(Timestamp)


class Mute(Base):
    """Somebody will not hear of a person, community, business or topic; none of them is told."""

    __tablename__ = "mutes"
    __table_args__ = (CheckConstraint("kind IN ('person', 'community', 'business', 'topic')", name="kind"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Words, primary_key=True)
    target: Mapped[UUID] = mapped_column(primary_key=True)
    #: The target where it is a person, so that who leaves for good leaves this table, too.
    muted_person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'person' THEN target END", persisted=True),
        index=True,
    )
    since: Mapped[datetime] = mapped_column(Timestamp)
