"""Businesses are told at addresses of their own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0061"
down_revision: str | None = "0060"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OLD = (
    "moved_up",
    "changed",
    "cancelled",
    "wish_opened",
    "wish_answered",
    "wish_kept",
    "wish_broken",
    "wish_to_answer",
    "hidden",
    "shown_again",
    "report_upheld",
    "report_dismissed",
)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_webhooks()
    _make_messages()
    _make_deliveries()
    op.create_index(
        "wishes_opened_at_index",
        "wishes",
        ["opened_at"],
        postgresql_where=sa.text("opened_at IS NOT NULL"),
    )
    op.add_column("notices", sa.Column("webhook_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("notices_webhook_id_fkey"), "notices", "webhooks", ["webhook_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("notices_webhook_id_index"), "notices", ["webhook_id"])
    _take_notices(*OLD, "webhook_paused")


def _take_notices(*kinds: str) -> None:
    """Of these kinds, and no other."""
    told = ", ".join(f"'{each}'" for each in kinds)
    op.drop_constraint(op.f("notices_kind_check"), "notices")
    op.create_check_constraint(op.f("notices_kind_check"), "notices", f"kind IN ({told})")


def _make_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kinds", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("added_by", sa.Uuid()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("paused_at", _MOMENT),
        sa.Column("paused_because", sa.String()),
        sa.Column("failing_since", _MOMENT),
        sa.CheckConstraint(
            "paused_because IN ('asked', 'gone', 'failing')", name=op.f("webhooks_paused_because_check")
        ),
        sa.CheckConstraint(
            "(paused_at IS NULL) = (paused_because IS NULL)", name=op.f("webhooks_paused_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("webhooks_business_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["people.id"], name=op.f("webhooks_added_by_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("webhooks_pkey")),
    )
    op.create_index(op.f("webhooks_business_id_index"), "webhooks", ["business_id"])
    op.create_index(op.f("webhooks_added_by_index"), "webhooks", ["added_by"])
    op.create_table(
        "webhook_secrets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("webhook_secrets_webhook_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_secrets_pkey")),
    )
    op.create_index(op.f("webhook_secrets_webhook_id_index"), "webhook_secrets", ["webhook_id"])


def _make_messages() -> None:
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=op.f("webhook_messages_business_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_messages_pkey")),
        sa.UniqueConstraint(
            "business_id", "kind", "key", name=op.f("webhook_messages_business_id_kind_key_key")
        ),
    )


def _make_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("next_try_at", _MOMENT),
        sa.Column("leased_until", _MOMENT),
        sa.Column("tried_at", _MOMENT),
        sa.Column("status", sa.SmallInteger()),
        sa.Column("reason", sa.String()),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'failed')", name=op.f("webhook_deliveries_state_check")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (next_try_at IS NOT NULL)", name=op.f("webhook_deliveries_next_try_check")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name=op.f("webhook_deliveries_webhook_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["webhook_messages.id"],
            name=op.f("webhook_deliveries_message_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("webhook_id", "message_id", name=op.f("webhook_deliveries_pkey")),
    )
    op.create_index(op.f("webhook_deliveries_message_id_index"), "webhook_deliveries", ["message_id"])
    op.create_index(
        "webhook_deliveries_due_index",
        "webhook_deliveries",
        ["webhook_id", "next_try_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "webhook_deliveries_leased_index",
        "webhook_deliveries",
        ["webhook_id", "leased_until"],
        postgresql_where=sa.text("leased_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind = 'webhook_paused'")
    _take_notices(*OLD)
    op.drop_column("notices", "webhook_id")
    op.drop_index("wishes_opened_at_index", "wishes")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_messages")
    op.drop_table("webhook_secrets")
    op.drop_table("webhooks")
