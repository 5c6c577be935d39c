"""The tables of who asked for a business that a community welcome it, of what businesses say to members, and of what
people call their offers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.db import Base, Timestamp, Words
from app.motions.models import Motion


class Asking(Base):
    """Who of its staff asked, for its staff alone; what was asked, and how it went, is the motion's."""

    __tablename__ = "askings"

    id: Mapped[UUID] = mapped_column(ForeignKey(Motion.id, ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)


class BusinessPost(Base):
    """A business says something to the members of a community. It is theirs to read while the business is welcome."""

    __tablename__ = "business_posts"
    __table_args__ = (
        Index("business_posts_community_id_id_index", "community_id", "id"),
        # How much a business said in a community lately.
        Index("business_posts_business_id_community_id_id_index", "business_id", "community_id", "id"),
        # For those who were away.
        Index(
            "business_posts_community_id_changed_id_index",
            "community_id",
            "changed_id",
            postgresql_where=text("changed_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey(Community.id, ondelete="CASCADE"))
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    #: Who of its staff said it, for its staff alone.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    #: Empty where it was taken back.
    text: Mapped[str] = mapped_column(Words)
    topic_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    said_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Taken back: kept without its words, as it still counts for the day.
    gone: Mapped[bool] = mapped_column(server_default="false")
    #: Whether moderators hid it from everybody but the staff.
    hidden: Mapped[bool] = mapped_column(server_default="false")
    #: Names the last time that it was not to be seen any more; the same for all that goes with the business.
    changed_id: Mapped[UUID | None]


class BusinessRecord(Base):
    """How often people call what came of a business through a community useful, and how often noise, as of now."""

    __tablename__ = "business_records"
    __table_args__ = (
        CheckConstraint("useful >= 0", name="useful"),
        CheckConstraint("noise >= 0", name="noise"),
    )

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[UUID] = mapped_column(
        ForeignKey(Community.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    useful: Mapped[int]
    noise: Mapped[int]
