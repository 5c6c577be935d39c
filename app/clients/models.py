"""The tables of clients, and of what people let them do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import AccountSession, Person
from app.db import Base, Timestamp, Words


class Client(Base):
    """A program, as its developer made it known."""

    __tablename__ = "clients"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Words)
    redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(Words))
    #: Null where the client can keep no secret, being a page or on people's phones.
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Timestamp)


class Authorization(Base):
    """What one person lets one client do, from the consent on: first a code, then a session renewed by one secret
    after the other."""

    __tablename__ = "authorizations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "session_id"], [AccountSession.person_id, AccountSession.id], ondelete="CASCADE"
        ),
        Index(None, "person_id", "session_id"),
    )

    #: Random, so that whoever has it had a code or a refresh token.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id, ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Words))
    #: As it was asked for; null where it was left out.
    redirect_uri: Mapped[str | None] = mapped_column(Words)
    challenge: Mapped[str] = mapped_column(Words)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    code_expires_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Null until the code is used.
    session_id: Mapped[UUID | None] = mapped_column()
    refresh_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
