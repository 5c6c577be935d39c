"""The table of topics."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words


class Topic(Base):
    """An interest, goal or value. Its key, such as `interest:cycling`, is what people and clients say."""

    __tablename__ = "topics"
    __table_args__ = (
        CheckConstraint("split_part(key, ':', 1) IN ('interest', 'goal', 'value')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words, unique=True)
    name: Mapped[str] = mapped_column(Words)
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
