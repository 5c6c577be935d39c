"""The tables of what came of offers. None names anybody.

What is told of people is kept with chance added to it, and nothing else of it. What two groups are compared by is kept
exactly, is told to nobody as it is, and is counted anew when somebody who is in it leaves for good.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.businesses.models import Business
from app.db import Base, Timestamp, Words
from app.offers.models import Offer


class ReturnPeriod(Base):
    """A day or a week that has been counted."""

    __tablename__ = "return_periods"
    __table_args__ = (CheckConstraint("kind IN ('day', 'week', 'settled')", name="kind"),)

    kind: Mapped[str] = mapped_column(Words, primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Timestamp)


class ReturnFigure(Base):
    """A number of people that is told. What is too small to be is not here."""

    __tablename__ = "return_figures"
    __table_args__ = (
        CheckConstraint("bucket IN ('day', 'week')", name="bucket"),
        CheckConstraint("cut IN ('', 'community', 'topic')", name="cut"),
        Index("return_figures_business_id_starts_on_index", "business_id", "starts_on"),
        # What is counted anew goes first.
        Index("return_figures_starts_on_index", "starts_on"),
    )

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    bucket: Mapped[str] = mapped_column(Words, primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    measure: Mapped[str] = mapped_column(Words, primary_key=True)
    cut: Mapped[str] = mapped_column(Words, primary_key=True)
    #: The community or topic; all zeros where it is not cut.
    part: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    people: Mapped[int]


class ReturnSale(Base):
    """What a business redeemed of an offer on a day, by its own tills."""

    __tablename__ = "return_sales"
    __table_args__ = (
        Index("return_sales_business_id_day_index", "business_id", "day"),
        Index("return_sales_day_index", "day"),
    )

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    #: Empty for those of which no amount was told.
    currency: Mapped[str] = mapped_column(Words, primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    redemptions: Mapped[int]
    rolled_back: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(20, 4))


class ReturnGroup(Base):
    """Of those an offer reached in a week, or was held out from: how many there are, came, and bought."""

    __tablename__ = "return_groups"
    __table_args__ = (Index("return_groups_starts_on_index", "starts_on"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    held_out: Mapped[bool] = mapped_column(primary_key=True)
    people: Mapped[int]
    came: Mapped[int]
    bought: Mapped[int]


class ReturnSpent(Base):
    """Those of such a group who spent about the same."""

    __tablename__ = "return_spent"
    __table_args__ = (Index("return_spent_starts_on_index", "starts_on"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    held_out: Mapped[bool] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Words, primary_key=True)
    #: The logarithm of what each spent, as `lift.BIN` has it.
    bin: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    people: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(20, 4))


class ReturnRecount(Base):
    """Groups of an offer and a week that somebody has left for good, so they are counted anew."""

    __tablename__ = "return_recounts"

    #: Without a key of its own meaning: those who leave at the same time do not wait for one another.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
