"""The tables of passkeys, and of what their devices are asked to sign."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words


class Passkey(Base):
    """The public half of a key that a person's device keeps."""

    __tablename__ = "passkeys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    #: What the device calls it.
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: How often the device says it has signed; one that goes back was copied. Many devices always say 0.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    last_used: Mapped[datetime | None] = mapped_column(Timestamp)


class Challenge(Base):
    """Something new to sign, once. Whose it is, where they are signed in: it is for another passkey of theirs then."""

    __tablename__ = "passkey_challenges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, index=True)
