"""The tables of motions, votes, stewards, and of the businesses that communities welcomed or sent off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.motions.rules import Choice, Kind, State


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(each) for each in values)})"


class Motion(Base):
    """Something that members decide, as long as it is open, and what became of it."""

    __tablename__ = "motions"
    __table_args__ = (
        CheckConstraint(_one_of("kind", [each.value for each in Kind]), name="kind"),
        CheckConstraint(_one_of("state", [each.value for each in State]), name="state"),
        CheckConstraint("asked_by IS NULL OR kind = 'welcome' AND proposed_by IS NULL", name="asked_by"),
        Index("motions_community_id_id_index", "community_id", "id"),
        Index("motions_closes_at_index", "closes_at", postgresql_where=text("state = 'open'")),
        # The same is decided once at a time.
        Index(
            "motions_open_index",
            "community_id",
            "kind",
            "about",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        # Most are asked for by no business.
        Index("motions_asked_by_index", "asked_by", "id", postgresql_where=text("asked_by IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Words)
    #: As members send it; what it names, it names by id.
    proposal: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: What tells it from others of its kind.
    about: Mapped[str] = mapped_column(Words)
    why: Mapped[str] = mapped_column(Words)
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    #: The business that asks to be welcome, where no member proposed it.
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    #: Who is to be steward, or to be no more; the motion goes with them.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Timestamp)
    closes_at: Mapped[datetime] = mapped_column(Timestamp)
    #: How many must vote.
    quorum: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Words)
    #: How the votes fell, once it is decided; who voted how is then nowhere any more.
    votes_for: Mapped[int | None]
    against: Mapped[int | None]
    abstained: Mapped[int | None]
    #: The community that came of a split.
    made_id: Mapped[UUID | None] = mapped_column(ForeignKey(Community.id, ondelete="SET NULL"), index=True)


class Vote(Base):
    """What a member says to a motion while it is open; counted if they still belong when it closes."""

    __tablename__ = "votes"
    __table_args__ = (CheckConstraint(_one_of("choice", [each.value for each in Choice]), name="choice"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    motion_id: Mapped[UUID] = mapped_column(
        ForeignKey(Motion.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    choice: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Timestamp)


class Steward(Base):
    """A member who was elected to keep house, and may be recalled. The membership must last."""

    __tablename__ = "stewards"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[UUID] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(Timestamp)


class Standing(Base):
    """How a community stands to a business: it welcomed it, or sent it off. It is silent about all others."""

    __tablename__ = "standings"

    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True)
    business_id: Mapped[UUID] = mapped_column(
        ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    is_welcome: Mapped[bool]
    since: Mapped[datetime] = mapped_column(Timestamp)
