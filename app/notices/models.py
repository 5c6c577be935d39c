"""The table of what people are told of. What it is about lies above and is referred to by name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.db import Base, Timestamp, Words
from app.notices.rules import Told

_KINDS = ", ".join(f"'{each}'" for each in Told)


class Notice(Base):
    """Somebody was told of something they have a part in."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Words)
    #: Null once the event left with its host.
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"), index=True)
    date_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("event_dates.id", ondelete="SET NULL"), index=True
    )
    starts_at: Mapped[datetime | None] = mapped_column(Timestamp)
    wish_id: Mapped[UUID | None] = mapped_column(ForeignKey("wishes.id", ondelete="CASCADE"), index=True)
    #: How many wanted it then, as it was told.
    pledged: Mapped[int | None]
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("moderation_cases.id", ondelete="CASCADE"), index=True
    )
    webhook_id: Mapped[UUID | None] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    #: On whose staff somebody is, or may be, or is no more.
    business_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("businesses.id", ondelete="CASCADE"), index=True
    )
