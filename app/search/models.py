"""The tables of what is searched, filled by a chore after the commit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.events.models import Event
from app.geography import ShapeType
from app.wishes.models import Wish


class CheckInWords(Base):
    """What a check-in can be found by. Goes with it; who may know of it is asked of the check-in each time."""

    __tablename__ = "check_in_words"
    __table_args__ = (
        # Follows where the check-in is to be found, and vanishes with it.
        ForeignKeyConstraint(
            ["id", "cell"], ["check_ins.id", "check_ins.cell"], ondelete="CASCADE", onupdate="CASCADE"
        ),
        Index("check_in_words_words_index", "words", postgresql_using="gin"),
        Index("check_in_words_cell_id_index", "cell", "id"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    words: Mapped[Any] = mapped_column(TSVECTOR)


class SearchEntry(Base):
    """What another thing can be found by: a community, a place, an offer, a wish, an event."""

    __tablename__ = "search_entries"
    __table_args__ = (
        Index("search_entries_words_index", "words", postgresql_using="gin"),
        Index(
            "search_entries_name_index",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        Index("search_entries_shape_index", "shape", postgresql_using="gist"),
        Index("search_entries_id_index", "id"),
    )

    kind: Mapped[str] = mapped_column(Words, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: In small letters without accents, for what is misspelt.
    name: Mapped[str] = mapped_column(Words)
    words: Mapped[Any] = mapped_column(TSVECTOR)
    #: Where it is, if it is somewhere.
    shape: Mapped[Any | None] = mapped_column(ShapeType)
    #: Of what its author can take back, or takes along, so that nothing of it stays.
    wish_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Wish.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'wish' THEN id END", persisted=True),
        unique=True,
    )
    event_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Event.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'event' THEN id END", persisted=True),
        unique=True,
    )


class SavedSearch(Base):
    """What a person wants to find again, under a name of theirs."""

    __tablename__ = "saved_searches"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Words, primary_key=True)
    #: What stands behind the question mark, as it was said.
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(Timestamp)


class SearchedUpTo(Base):
    """Up to which id a kind of thing has been taken in; or its entries were looked through for what is gone."""

    __tablename__ = "searched_up_to"

    kind: Mapped[str] = mapped_column(Words, primary_key=True)
    up_to: Mapped[UUID]
