"""The tables of erasures, which say nothing of whom, and of the key that signs receipts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Timestamp


class Erasure(Base):
    """Somebody left for good, so that clients that were away begin anew. Kept as long as removals are."""

    __tablename__ = "erasures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(Timestamp, index=True)


class SigningKey(Base):
    """An Ed25519 key (RFC 8032) of this installation."""

    __tablename__ = "signing_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    private: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Timestamp)
