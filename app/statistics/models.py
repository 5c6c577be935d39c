"""The tables of what is published of communities, and of the periods it is published for. Neither names anybody.

Nothing else is kept: what chance is added to is counted and forgotten within one transaction.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.communities.models import Community
from app.db import Base, Timestamp, Words


class ClosedPeriod(Base):
    """A period whose numbers are published, and never again."""

    __tablename__ = "closed_periods"
    __table_args__ = (CheckConstraint("bucket IN ('week', 'four_weeks')", name="bucket"),)

    bucket: Mapped[str] = mapped_column(Words, primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Timestamp)


class Figure(Base):
    """A number that is published. What is too small to be is not here. Read by its key alone, a community at a time."""

    __tablename__ = "figures"

    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(Words, primary_key=True)
    #: Names of the dimensions it is cut by, with a space between two.
    cut: Mapped[str] = mapped_column(Words, primary_key=True)
    bucket: Mapped[str] = mapped_column(Words, primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    #: Their values; empty where there is none.
    one: Mapped[str] = mapped_column(Words, primary_key=True)
    other: Mapped[str] = mapped_column(Words, primary_key=True)
    people: Mapped[int]
