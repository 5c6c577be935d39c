"""The table of links that were mailed and still stand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words


class MailedLink(Base):
    """A link in a letter: good once, for one thing, for a while."""

    __tablename__ = "mailed_links"
    __table_args__ = (CheckConstraint("purpose IN ('confirm', 'reset')", name="purpose"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(Words)
    #: Where it was mailed to; what a `confirm` confirms.
    address: Mapped[str] = mapped_column(Words)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, index=True)
