"""The tables of check-ins, of the feeds they are heard in, and of their removals. All grow for ever, so all are
distributed by cell and partitioned by id, which is by month."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Double, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.geography import PositionType
from app.places.models import Place
from geo import Position

#: Of check-ins in an index: what some may know of, though not everybody for ever, and what nobody else does.
SHARED = "open_until IS DISTINCT FROM 'infinity' AND audiences <> '{}'"
OWN = "audiences = '{}'"


class CheckIn(Base):
    """A person says they are somewhere, and what they do there."""

    __tablename__ = "check_ins"
    __table_args__ = (
        CheckConstraint("visibility IN ('public', 'communities', 'followers', 'me')", name="visibility"),
        CheckConstraint("exactness BETWEEN 1 AND 4", name="exactness"),
        Index("check_ins_cell_id_index", "cell", "id"),
        # Newest-first around a point reads this index alone: cells of some 200 m, each newest first.
        Index(
            "check_ins_spot_id_index",
            "spot",
            "id",
            postgresql_include=["found_at", "open_until", "person_id"],
        ),
        # Those that some may know of and not everybody for ever; and those that only their author knows of.
        Index("check_ins_spot_id_shared_index", "spot", "id", postgresql_where=text(SHARED)),
        Index("check_ins_person_id_id_index", "person_id", "id"),
        Index("check_ins_person_id_id_own_index", "person_id", "id", postgresql_where=text(OWN)),
        # For those who leave for good; few check-ins were said by another.
        Index("check_ins_said_by_id_index", "said_by_id", postgresql_where=text("said_by_id IS NOT NULL")),
        # What ends by itself, the next first.
        Index("check_ins_ends_at_index", "ends_at", postgresql_where=text("ends_at IS NOT NULL")),
        # For places that are removed; most check-ins name none.
        Index("check_ins_place_id_index", "place_id", postgresql_where=text("place_id IS NOT NULL")),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: The district (H3) of `found_at`.
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    #: The spot (H3) of `found_at`.
    spot: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    position: Mapped[Position] = mapped_column(PositionType)
    #: Where it is found by those who may not know exactly; all distances and filters are taken from here.
    found_at: Mapped[Position] = mapped_column(PositionType)
    accuracy_m: Mapped[float | None] = mapped_column(Double)
    text: Mapped[str] = mapped_column(Words)
    activity: Mapped[str | None] = mapped_column(Words)
    topic_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    #: The location communities it opened or prolonged a membership of, smallest first.
    location_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    #: The author's chosen communities that share one of its topics, and those it was posted to.
    community_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey(Place.id, ondelete="SET NULL"))
    visibility: Mapped[str] = mapped_column(Words)
    exactness: Mapped[int] = mapped_column(SmallInteger)
    fixed_at: Mapped[datetime] = mapped_column(Timestamp)
    sent_at: Mapped[datetime | None] = mapped_column(Timestamp)
    received_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Until when it says where its author is; None where it came later than it lasts.
    present_until: Mapped[datetime | None] = mapped_column(Timestamp)
    #: Why it is not believed that its author is there; empty where it is.
    doubts: Mapped[list[str]] = mapped_column(ARRAY(Words), server_default="{}")
    #: When its author will be there, where it says so of the future.
    planned_for: Mapped[datetime | None] = mapped_column(Timestamp)
    #: Who said it for its author, by their standing consent.
    said_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    #: The contract under which it is shared.
    contract_version: Mapped[int]
    #: Whether its author is counted by it among those who are here.
    counted: Mapped[bool]
    #: Whether they were, until a contract changed.
    counted_before: Mapped[bool] = mapped_column(server_default="false")
    #: What each audience may know (`trust.rules.Share`), one place each in four arrays.
    audiences: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    codes: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    feed_untils: Mapped[list[datetime | None]] = mapped_column(ARRAY(Timestamp))
    near_untils: Mapped[list[datetime | None]] = mapped_column(ARRAY(Timestamp))
    #: Whether moderators took it back for everybody but its author.
    hidden: Mapped[bool] = mapped_column(server_default="false")
    #: Communities whose members could know something, and may no more.
    told_before: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    #: Until when whoever looks around may find it; null where not everybody may.
    open_until: Mapped[datetime | None] = mapped_column(Timestamp)
    #: When the first of what is shared ends; null where nothing does.
    ends_at: Mapped[datetime | None] = mapped_column(Timestamp)


class FeedEntry(Base):
    """A check-in is heard in a feed: that of a community, or of a topic."""

    __tablename__ = "feed_entries"
    __table_args__ = ({"postgresql_partition_by": "RANGE (check_in_id)"},)

    feed_id: Mapped[UUID] = mapped_column(primary_key=True)
    check_in_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Removal(Base):
    """A check-in was taken back, or may be known to fewer or less exactly: told to those who were away. Says in which
    district it was found and in which feeds, not what it said or whose it was; nobody is told more than the city."""

    __tablename__ = "removals"
    __table_args__ = (
        Index("removals_cell_id_index", "cell", "id"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    check_in_id: Mapped[UUID]
    topic_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    community_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    #: Of each audience what it could know, and what it still may (codes of `trust.rules.Share`).
    audiences: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    codes_before: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    codes_after: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
