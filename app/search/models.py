"""The tables of what is searched, filled by a chore after the commit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.events.models import Event
from app.geography import ShapeType
from app.pieces.models import Piece
from app.topics.models import Topic
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
    """What another thing can be found by: a community, a place, an offer, a wish, an event, a piece."""

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
    piece_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Piece.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'piece' THEN id END", persisted=True),
        unique=True,
    )


class SavedSearch(Base):
    """What a person wants to find again, under a name of theirs; and how to see of something new that it fits."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        # Whatever waits to be put into it would be read again for each new thing.
        Index(
            "saved_searches_anchors_index",
            "anchors",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("saved_searches_around_index", "around", postgresql_using="gist"),
        Index("saved_searches_unread_index", "person_id", postgresql_where=text("anchors IS NULL")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Words, primary_key=True)
    #: What stands behind the question mark, as it was said.
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Its words and its topic; null where neither is said.
    words: Mapped[Any | None] = mapped_column(TSQUERY)
    #: Its words in small letters without accents, for names that are misspelt; null where none are said.
    folded: Mapped[str | None] = mapped_column(Words)
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey(Topic.id), index=True)
    #: A box that holds its circle; null where none is said.
    around: Mapped[Any | None] = mapped_column(ShapeType)
    #: Something fits only if it holds one of these; none where the circle says enough; null until that is worked out.
    anchors: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    #: How often something new was told in that hour, and when last there was more.
    hour: Mapped[datetime | None] = mapped_column(Timestamp)
    told: Mapped[int] = mapped_column(server_default="0")
    more_at: Mapped[datetime | None] = mapped_column(Timestamp)


class Finding(Base):
    """Something new fits what a person wants to find again, which they are told once."""

    __tablename__ = "findings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "name"],
            ["saved_searches.person_id", "saved_searches.name"],
            ondelete="CASCADE",
        ),
        # Vanishes with what was found: a check-in here, and what else its author can take back below.
        ForeignKeyConstraint(
            ["thing_id", "cell"],
            ["check_in_words.id", "check_in_words.cell"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        # What it is resumed by.
        UniqueConstraint("person_id", "id"),
        Index("findings_thing_id_index", "thing_id"),
        Index("findings_id_index", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words, primary_key=True)
    kind: Mapped[str] = mapped_column(Words, primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Rises from one to the next that is committed.
    id: Mapped[UUID]
    #: Of a check-in.
    cell: Mapped[int | None] = mapped_column(BigInteger)
    wish_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Wish.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'wish' THEN thing_id END", persisted=True),
        index=True,
    )
    event_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Event.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'event' THEN thing_id END", persisted=True),
        index=True,
    )
    piece_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Piece.id, ondelete="CASCADE"),
        Computed("CASE WHEN kind = 'piece' THEN thing_id END", persisted=True),
        index=True,
    )


class SearchedUpTo(Base):
    """Up to which id a kind of thing has been taken in; or its entries were looked through for what is gone."""

    __tablename__ = "searched_up_to"

    kind: Mapped[str] = mapped_column(Words, primary_key=True)
    up_to: Mapped[UUID]
