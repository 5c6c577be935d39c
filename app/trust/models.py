"""The tables of contracts, of what was disclosed under them, and of consents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Minutes, Timestamp, Words


class ContractVersion(Base):
    """A trust contract as it was from one moment on; the highest version is the one that holds. Rows are only added;
    in those that name somebody who leaves for good, nobody stands in their place."""

    __tablename__ = "contracts"
    __table_args__ = (
        # Finds those that name somebody who leaves for good.
        Index(
            "contracts_terms_index",
            "terms",
            postgresql_using="gin",
            postgresql_ops={"terms": "jsonb_path_ops"},
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Timestamp)
    #: As people send it, without names of what it speaks of.
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)


class DisclosureMade(Base):
    """Something of a person reached a business, a reader or a statistic."""

    __tablename__ = "disclosures"
    __table_args__ = (
        Index("disclosures_person_id_id_index", "person_id", "id"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Timestamp)
    to_kind: Mapped[str] = mapped_column(Words)
    to_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(Words)
    #: What was disclosed, in a word.
    what: Mapped[str] = mapped_column(Words)
    version: Mapped[int]


class Secret(Base):
    """A key of this installation, made by chance when it is first needed."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Consent(Base):
    """What a person allows, as long as the row is there. Withdrawing deletes it, and with it what stood on it."""

    __tablename__ = "consents"
    __table_args__ = (CheckConstraint("purpose IN ('offers')", name="purpose"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    purpose: Mapped[str] = mapped_column(Words, primary_key=True)
    given_at: Mapped[datetime] = mapped_column(Timestamp)
    #: What the contract says of it (`trust.welcome`).
    businesses: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    refused: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    minutes: Mapped[tuple[tuple[int, int], ...] | None] = mapped_column(Minutes)
    time_zone: Mapped[str] = mapped_column(Words, server_default="UTC")
