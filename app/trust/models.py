"""The tables of consents and blocks. The whole trust contract will stand beside them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
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


class Consent(Base):
    """What a person allows, as long as the row is there. Withdrawing deletes it, and with it what stood on it."""

    __tablename__ = "consents"
    __table_args__ = (CheckConstraint("purpose IN ('offers')", name="purpose"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    purpose: Mapped[str] = mapped_column(Words, primary_key=True)
    given_at: Mapped[datetime] = mapped_column(Timestamp)
