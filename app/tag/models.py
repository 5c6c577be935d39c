"""The tables of tags, the keys of their codes, readers, and readings (partitioned by the month of their ids)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.db import Base, Timestamp, Words
from app.geography import AreaType, PositionType
from app.places.models import Place
from geo import Area, Position


class Tag(Base):
    """What a person carries. Its number stands in no code in clear, and is told to nobody."""

    __tablename__ = "tags"
    __table_args__ = (CheckConstraint("state IN ('answering', 'silent')", name="state"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    #: One more each time it is lost; codes of an earlier one are worth nothing.
    generation: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Words)
    since: Mapped[datetime] = mapped_column(Timestamp)


class CodeKey(Base):
    """What the codes of one day (counted since 1970, UTC) are sealed with, as long as one of them may be read."""

    __tablename__ = "code_keys"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class CodeRead(Base):
    """A code belongs to the business that read it first."""

    __tablename__ = "codes_read"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    generation: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    window_number: Mapped[int] = mapped_column(primary_key=True, index=True)
    salt: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))


class Reader(Base):
    """What a business reads tags with. What it is for never changes: people agree to that."""

    __tablename__ = "readers"
    __table_args__ = (
        CheckConstraint("kind IN ('area', 'post', 'handheld')", name="kind"),
        CheckConstraint("(kind = 'area') = (area IS NOT NULL)", name="area"),
        CheckConstraint("kind <> 'post' OR position IS NOT NULL", name="position"),
        CheckConstraint("(kind = 'post') = (post_code IS NOT NULL)", name="post_code"),
        CheckConstraint("asks BETWEEN 1 AND 3", name="asks"),
        Index("readers_business_id_id_index", "business_id", "id"),
        Index("readers_area_index", "area", postgresql_using="gist"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(Words)
    purpose: Mapped[str] = mapped_column(Words)
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey(Place.id, ondelete="SET NULL"), index=True)
    position: Mapped[Position | None] = mapped_column(PositionType)
    area: Mapped[Area | None] = mapped_column(AreaType)
    #: The identity it would like to learn (`app.trust.terms.Identity`).
    asks: Mapped[int] = mapped_column(SmallInteger)
    single_use: Mapped[bool]
    post_code: Mapped[str | None] = mapped_column(Words, unique=True)
    is_open: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Gone for its business; people still see what it was that read them.
    ended_at: Mapped[datetime | None] = mapped_column(Timestamp)


class ReaderKeyKept(Base):
    """A key of a reader, as a hash."""

    __tablename__ = "reader_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey(Reader.id, ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Timestamp)


class Reading(Base):
    """A reader read a tag, and learnt what stands here and no more. It is the person's to erase."""

    __tablename__ = "readings"
    __table_args__ = (
        Index("readings_person_id_id_index", "person_id", "id"),
        Index("readings_reader_id_id_index", "reader_id", "id"),
        Index("readings_id_index", "id", postgresql_where=text("pseudonym IS NOT NULL")),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey(Reader.id, ondelete="CASCADE"))
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    read_at: Mapped[datetime] = mapped_column(Timestamp)
    received_at: Mapped[datetime] = mapped_column(Timestamp)
    #: An identity, as a number.
    disclosed: Mapped[int] = mapped_column(SmallInteger)
    pseudonym: Mapped[str | None] = mapped_column(Words)
    contract_version: Mapped[int]


class ReadingNonce(Base):
    """What a reader was answered to something it told once, for when it tells it again."""

    __tablename__ = "reading_nonces"

    reader_id: Mapped[UUID] = mapped_column(ForeignKey(Reader.id, ondelete="CASCADE"), primary_key=True)
    nonce_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    #: Null only until the commit.
    outcome: Mapped[str | None] = mapped_column(Words)
    #: Null also where the person has erased the reading since.
    reading_id: Mapped[UUID | None] = mapped_column(ForeignKey(Reading.id, ondelete="SET NULL"), index=True)
    received_at: Mapped[datetime] = mapped_column(Timestamp, index=True)


class AreaVisit(Base):
    """How a person stands to an area that reads tags, until it says nothing any more."""

    __tablename__ = "area_visits"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey(Reader.id, ondelete="CASCADE"), primary_key=True)
    crossing: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Timestamp)
    since: Mapped[datetime | None] = mapped_column(Timestamp)
    dwelt: Mapped[bool]
    read_at: Mapped[datetime | None] = mapped_column(Timestamp)
    until: Mapped[datetime] = mapped_column(Timestamp, index=True)


class TagFix(Base):
    """Where areas last saw a tag, so that whoever passes through one between two fixes is seen to."""

    __tablename__ = "tag_fixes"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[Position] = mapped_column(PositionType)
    accuracy_m: Mapped[float] = mapped_column(Double)
    fixed_at: Mapped[datetime] = mapped_column(Timestamp)
    until: Mapped[datetime] = mapped_column(Timestamp, index=True)
