"""The table of places."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.geography import PositionType
from geo import Position


class Place(Base):
    """A named point. `source_key` is where an imported one came from, so that importing again changes nothing."""

    __tablename__ = "places"
    __table_args__ = (Index("places_position_index", "position", postgresql_using="gist"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    category: Mapped[str | None] = mapped_column(Words)
    position: Mapped[Position] = mapped_column(PositionType)
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    source_key: Mapped[str | None] = mapped_column(Words, unique=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
