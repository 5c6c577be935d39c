"""The tables of businesses and their staff."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words


class Business(Base):
    """An organisation. It acts only through people, who are its staff."""

    __tablename__ = "businesses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    about: Mapped[str] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Timestamp)


class Staff(Base):
    """A person may act for a business."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('owner', 'staff')", name="role"),)

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(Words)
