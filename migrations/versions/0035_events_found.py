"""Events are found, and nothing of them stays in the index when they go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "search_entries",
        sa.Column(
            "event_id",
            sa.Uuid(),
            sa.Computed("CASE WHEN kind = 'event' THEN id END", persisted=True),
            nullable=True,
        ),
    )
    op.create_unique_constraint(op.f("search_entries_event_id_key"), "search_entries", ["event_id"])
    op.create_foreign_key(
        op.f("search_entries_event_id_fkey"),
        "search_entries",
        "events",
        ["event_id"],
        ["id"],
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_column("search_entries", "event_id")
