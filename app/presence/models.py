"""The tables of presences (by person) and location memberships (by cell: one person's all lie in one cell)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Double, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.geography import PositionType
from geo import Position


class Presence(Base):
    """Where a person last was. Only the newest fix counts, in whatever order fixes arrive."""

    __tablename__ = "presences"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[Position] = mapped_column(PositionType)
    accuracy_m: Mapped[float | None] = mapped_column(Double)
    activity: Mapped[str | None] = mapped_column(Words)
    fixed_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp)
    #: In a quiet place of theirs: no offer reaches them.
    quiet: Mapped[bool] = mapped_column(server_default="false")


class LocationMembership(Base):
    """A person is part of a location community until it expires, unless a check-in or position prolongs it."""

    __tablename__ = "location_memberships"
    __table_args__ = (
        # Nothing that changes when a membership is prolonged is indexed, so that prolonging writes no index.
        Index("location_memberships_community_id_index", "community_id"),
        Index("location_memberships_person_id_index", "person_id"),
    )

    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Until when everybody may know, because the person said so openly; only then are they counted.
    counted_until: Mapped[datetime | None] = mapped_column(Timestamp)
