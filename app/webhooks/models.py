"""The tables of webhooks, their secrets, and what is told to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.db import Base, Timestamp, Words
from app.webhooks.rules import Because

_BECAUSE = ", ".join(f"'{each}'" for each in Because)


class Webhook(Base):
    """An address at which a business is told."""

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint(f"paused_because IN ({_BECAUSE})", name="paused_because"),
        CheckConstraint("(paused_at IS NULL) = (paused_because IS NULL)", name="paused"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Words)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Words))
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    paused_at: Mapped[datetime | None] = mapped_column(Timestamp)
    paused_because: Mapped[str | None] = mapped_column(Words)
    #: When a message was not taken for the first time after one was.
    failing_since: Mapped[datetime | None] = mapped_column(Timestamp)


class WebhookSecret(Base):
    """What messages of a webhook are signed with."""

    __tablename__ = "webhook_secrets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey(Webhook.id, ondelete="CASCADE"), index=True)
    #: Sealed with the operator's key, where there is one.
    kept: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Null for the newest.
    ends_at: Mapped[datetime | None] = mapped_column(Timestamp)


class WebhookMessage(Base):
    """Something that happened, as a business is told of it; once, however many look for it at the same time."""

    __tablename__ = "webhook_messages"
    __table_args__ = (UniqueConstraint("business_id", "kind", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Words)
    #: What tells it from others of its kind.
    key: Mapped[str] = mapped_column(Words)
    #: As it is sent and signed, to the byte.
    body: Mapped[str] = mapped_column(Words)


class WebhookDelivery(Base):
    """A message on its way to one webhook, and what came of it."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
        CheckConstraint("(state = 'waiting') = (next_try_at IS NOT NULL)", name="next_try"),
        # What is due, webhook by webhook.
        Index(
            "webhook_deliveries_due_index",
            "webhook_id",
            "next_try_at",
            postgresql_where=text("state = 'waiting'"),
        ),
        # What is on its way.
        Index(
            "webhook_deliveries_leased_index",
            "webhook_id",
            "leased_until",
            postgresql_where=text("leased_until IS NOT NULL"),
        ),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey(Webhook.id, ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[UUID] = mapped_column(
        ForeignKey(WebhookMessage.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(Words)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    #: When it was first to be sent, or was to be sent anew.
    begun_at: Mapped[datetime] = mapped_column(Timestamp)
    next_try_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: Until when whoever sends it has it for themselves; a process that died has lost it then.
    leased_until: Mapped[datetime | None] = mapped_column(Timestamp)
    tried_at: Mapped[datetime | None] = mapped_column(Timestamp)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str | None] = mapped_column(Words)
