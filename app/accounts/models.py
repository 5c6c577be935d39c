"""The tables of people and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Timestamp, Words


class Person(Base):
    """Someone who acts here."""

    __tablename__ = "people"
    __table_args__ = (
        Index("people_new_since_index", "new_since", postgresql_where=text("new_since IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(Words, unique=True)
    name: Mapped[str] = mapped_column(Words)
    password_hash: Mapped[str] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Of the trust contract that holds; nought before there is one.
    contract_version: Mapped[int] = mapped_column(server_default="0")
    #: When they last ceased to stand in somebody's circle: clients that were away since begin anew.
    left_circle_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: Where letters reach them, in lower case; null until they have confirmed it.
    email: Mapped[str | None] = mapped_column(Words, index=True)
    #: Since when they are here, for as long as the account is new and may do less; null afterwards.
    new_since: Mapped[datetime | None] = mapped_column(Timestamp)


class KnownNetwork(Base):
    """Where a person has signed in, so that whoever guesses from elsewhere cannot lock them out here."""

    __tablename__ = "known_networks"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    trace: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    last_used: Mapped[datetime] = mapped_column(Timestamp, index=True)


class AccountSession(Base):
    """One device or program that is signed in."""

    __tablename__ = "sessions"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[str] = mapped_column(Words)
    #: What its token is for; null where somebody signed in, for everything.
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Words))
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp)
    #: When its token has to be another, where that is before the session ends.
    token_expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
