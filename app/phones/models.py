"""The tables of devices, of what they noticed, and of the history of positions that a person may ask for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.geography import PositionType
from geo import Position


class Device(Base):
    """An app on a phone that says where its person is, with a credential of its own."""

    __tablename__ = "devices"
    __table_args__ = (
        CheckConstraint("app IN ('owntracks', 'traccar', 'overland')", name="app"),
        CheckConstraint("visibility IN ('public', 'communities', 'followers', 'me')", name="visibility"),
        CheckConstraint("exactness IN ('exact', 'street', 'quarter', 'city')", name="exactness"),
        CheckConstraint("commands IN ('unknown', 'asked', 'on', 'off')", name="commands"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Words)
    app: Mapped[str] = mapped_column(Words)
    letters: Mapped[str] = mapped_column(Words)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    #: What messages are encrypted with, sealed by the secret, which only comes with a request.
    passphrase: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: The way to set it up, sealed by the token of whoever asked for it; until then, or until it was used.
    setup: Mapped[bytes | None] = mapped_column(LargeBinary)
    setup_until: Mapped[datetime | None] = mapped_column(Timestamp)
    paused: Mapped[bool]
    #: How many days its positions are kept beside the last; null for none.
    history_days: Mapped[int | None] = mapped_column(SmallInteger)
    #: For whom, and how exactly for others, what is typed into it is said.
    visibility: Mapped[str] = mapped_column(Words)
    exactness: Mapped[str] = mapped_column(Words)
    made_at: Mapped[datetime] = mapped_column(Timestamp)
    last_heard_at: Mapped[datetime | None] = mapped_column(Timestamp)
    battery: Mapped[int | None] = mapped_column(SmallInteger)
    accepted: Mapped[int] = mapped_column(BigInteger)
    dropped: Mapped[int] = mapped_column(BigInteger)
    last_dropped: Mapped[str | None] = mapped_column(Words)
    #: Whether it obeys commands, as far as it said.
    commands: Mapped[str] = mapped_column(Words)
    #: A hash of what it was last told to watch.
    watching: Mapped[bytes | None] = mapped_column(LargeBinary)


class KeptPosition(Base):
    """Where a device was, kept because its person wants it kept. Only they ever see it."""

    __tablename__ = "positions"
    __table_args__ = (
        Index("positions_device_id_fixed_at_index", "device_id", "fixed_at"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey(Device.id, ondelete="CASCADE"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    position: Mapped[Position] = mapped_column(PositionType)
    accuracy_m: Mapped[float | None] = mapped_column(Double)
    altitude_m: Mapped[float | None] = mapped_column(Double)
    speed_m_s: Mapped[float | None] = mapped_column(Double)
    heading: Mapped[float | None] = mapped_column(Double)
    activity: Mapped[str | None] = mapped_column(Words)
    fixed_at: Mapped[datetime] = mapped_column(Timestamp)
    sent_at: Mapped[datetime | None] = mapped_column(Timestamp)
    received_at: Mapped[datetime] = mapped_column(Timestamp)


class Suggestion(Base):
    """A phone noticed that its person stayed somewhere. They decide whether to check in there; then where is erased."""

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("(position IS NULL) = (decided_at IS NOT NULL)", name="position"),
        # The same visit may come again, with when it ended.
        Index("suggestions_device_id_key_hash_index", "device_id", "key_hash", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey(Device.id, ondelete="CASCADE"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    position: Mapped[Position | None] = mapped_column(PositionType)
    accuracy_m: Mapped[float | None] = mapped_column(Double)
    arrived_at: Mapped[datetime | None] = mapped_column(Timestamp)
    left_at: Mapped[datetime | None] = mapped_column(Timestamp)
    received_at: Mapped[datetime] = mapped_column(Timestamp, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Timestamp)


class ContactLetters(Base):
    """By which two letters a person's phones know somebody: always the same, and nobody else."""

    __tablename__ = "contact_letters"
    __table_args__ = (Index("contact_letters_person_id_letters_index", "person_id", "letters", unique=True),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    seen_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    letters: Mapped[str] = mapped_column(Words)
