"""The tables of what is said around check-ins. All lie with the check-in: distributed by its cell, and partitioned by
its id, which is by its month; so they go with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words


class Conversation(Base):
    """What is around one check-in, where there is anything. Whoever removes a check-in looks here, and nowhere else."""

    __tablename__ = "conversations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["check_in_id", "cell"],
            ["check_ins.id", "check_ins.cell"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        {"postgresql_partition_by": "RANGE (check_in_id)"},
    )

    check_in_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    #: How often there is each kind of reaction (`values.Reaction`), the first at 1; and how often that changed.
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{0,0,0,0,0,0}")
    changes: Mapped[int] = mapped_column(server_default="0")


def _within_a_conversation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["check_in_id", "cell"],
        ["conversations.check_in_id", "conversations.cell"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    )


class Reply(Base):
    """Words in answer to a check-in, from nowhere."""

    __tablename__ = "replies"
    __table_args__ = (
        CheckConstraint("visibility IN ('public', 'communities', 'followers', 'author')", name="visibility"),
        _within_a_conversation(),
        # For those who were away.
        Index("replies_id_index", "id"),
        Index("replies_changed_id_index", "changed_id", postgresql_where=text("changed_id IS NOT NULL")),
        Index("replies_person_id_id_index", "person_id", "id"),
        {"postgresql_partition_by": "RANGE (check_in_id)"},
    )

    check_in_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    #: Empty where it was taken back.
    text: Mapped[str] = mapped_column(Words)
    visibility: Mapped[str] = mapped_column(Words)
    said_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Whether, when it was said, everybody could know exactly what it answers.
    openly: Mapped[bool] = mapped_column(server_default="false")
    #: Who may know of it (`values.Audience`), one place each in two arrays.
    audiences: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    untils: Mapped[list[datetime | None]] = mapped_column(ARRAY(Timestamp))
    #: Taken back: kept without its words for as long as it takes to tell those who were away.
    gone: Mapped[bool] = mapped_column(server_default="false")
    #: Whether moderators took it back for everybody but its author.
    hidden: Mapped[bool] = mapped_column(server_default="false")
    #: Names the last time that fewer were to know of it, and who could before.
    changed_id: Mapped[UUID | None]
    audiences_before: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")


class ReactionMade(Base):
    """Somebody reacts to a check-in, once in each way."""

    __tablename__ = "reactions"
    __table_args__ = (
        CheckConstraint("kind BETWEEN 1 AND 6", name="kind"),
        _within_a_conversation(),
        {"postgresql_partition_by": "RANGE (check_in_id)"},
    )

    check_in_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    reacted_at: Mapped[datetime] = mapped_column(Timestamp)


class Mention(Base):
    """Somebody is named in a check-in, or in a reply, or answered by one."""

    __tablename__ = "mentions"
    __table_args__ = (
        _within_a_conversation(),
        Index("mentions_person_id_id_index", "person_id", "id"),
        Index(
            "mentions_check_in_id_cell_person_id_key",
            "check_in_id",
            "cell",
            "person_id",
            unique=True,
            postgresql_where=text("reply_id IS NULL"),
        ),
        {"postgresql_partition_by": "RANGE (check_in_id)"},
    )

    check_in_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    reply_id: Mapped[UUID | None]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    said_at: Mapped[datetime] = mapped_column(Timestamp)
