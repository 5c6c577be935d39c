"""The tables that count from how many people offers were withheld, without keeping who."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Words


class WithheldDay(Base):
    """A day on which offers were withheld, and the key that makes marks of people until the day is closed."""

    __tablename__ = "withheld_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    #: Null once its figures are published.
    key: Mapped[bytes | None] = mapped_column(LargeBinary)


class WithheldMark(Base):
    """Somebody from whom an offer was withheld, as none but the day's key can tell, and the first reason of the day."""

    __tablename__ = "withheld_marks"

    #: No foreign key: whoever writes marks holds the row of their day; to look at it for each took two fifths of it.
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    #: Offers that are gone meanwhile are left out when marks are counted.
    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    reason: Mapped[str] = mapped_column(Words)


class WithheldFigure(Base):
    """From how many people an offer was withheld that day, as it is published."""

    __tablename__ = "withheld_figures"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(Words, primary_key=True)
    people: Mapped[int]
