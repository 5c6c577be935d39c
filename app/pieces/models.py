"""The tables of pieces, of when they were changed, and of what members say of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.topics.models import Topic


class Piece(Base):
    """What to look for, written for a community by one of its members, or by a business that it welcomed."""

    __tablename__ = "pieces"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, business_id) = 1", name="author"),
        CheckConstraint("written_by IS NULL OR business_id IS NOT NULL", name="written_by"),
        CheckConstraint("useful >= 0 AND noise >= 0", name="counts"),
        Index("pieces_community_id_rank_id_index", "community_id", "rank", "id"),
        Index("pieces_community_id_id_index", "community_id", "id"),
        Index("pieces_business_id_community_id_index", "business_id", "community_id"),
        Index("pieces_rendered_by_index", "rendered_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"))
    #: What a member wrote goes with them; what a business wrote stays, without the name of who wrote it down.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    business_id: Mapped[UUID | None] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(Words)
    #: In Markdown (CommonMark), as it was typed.
    text: Mapped[str] = mapped_column(Words)
    #: A tag of BCP 47.
    language: Mapped[str] = mapped_column(Words)
    #: What was made of the text, and by which edition of what makes it.
    html: Mapped[str] = mapped_column(Words)
    excerpt: Mapped[str] = mapped_column(Words)
    rendered_by: Mapped[str] = mapped_column(Words)
    #: How often it was changed.
    revision: Mapped[int] = mapped_column(server_default="0")
    #: How many say so of it, exactly, which is told to nobody.
    useful: Mapped[int] = mapped_column(server_default="0")
    noise: Mapped[int] = mapped_column(server_default="0")
    #: What is told of that, as one number, so that no order tells more than the numbers do.
    rank: Mapped[int] = mapped_column(Computed("useful / 5 - noise / 5", persisted=True))
    #: Whether moderators hid it from everybody but its author.
    hidden: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    changed_at: Mapped[datetime] = mapped_column(Timestamp)


class PieceTopic(Base):
    """A topic a piece is about."""

    __tablename__ = "piece_topics"

    piece_id: Mapped[UUID] = mapped_column(ForeignKey(Piece.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)


class PieceChange(Base):
    """When a piece was changed, and of a business's by whom; not what it said before, which its author took back."""

    __tablename__ = "piece_changes"
    __table_args__ = (Index("piece_changes_piece_id_id_index", "piece_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    piece_id: Mapped[UUID] = mapped_column(ForeignKey(Piece.id, ondelete="CASCADE"))
    revision: Mapped[int]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    #: Whether its title or its text was, and not only what it is about or in which language.
    reworded: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Timestamp)


class PieceOpinion(Base):
    """What a member says of a piece. Nobody else learns it."""

    __tablename__ = "piece_opinions"
    __table_args__ = (CheckConstraint("opinion IN ('useful', 'noise')", name="opinion"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    piece_id: Mapped[UUID] = mapped_column(
        ForeignKey(Piece.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    opinion: Mapped[str] = mapped_column(Words)
    said_at: Mapped[datetime] = mapped_column(Timestamp)
