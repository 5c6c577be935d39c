"""Calendars that are read at a private address, and events taken from calendars of others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("events", sa.Column("source_uid", sa.String(), nullable=True))
    op.create_index(
        "events_made_by_source_uid_key",
        "events",
        ["made_by", "source_uid"],
        unique=True,
        postgresql_where=sa.text("source_uid IS NOT NULL"),
    )
    op.create_table(
        "event_calendars",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("event_calendars_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("event_calendars_pkey")),
    )


def downgrade() -> None:
    op.drop_table("event_calendars")
    op.drop_index("events_made_by_source_uid_key", "events")
    op.drop_column("events", "source_uid")
