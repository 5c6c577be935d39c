"""While a date lasts, its area is a location community."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("event_dates", sa.Column("community_id", sa.Uuid(), nullable=True))
    op.add_column("event_dates", sa.Column("lasting", sa.Boolean(), server_default="false", nullable=False))
    op.create_index(
        "event_dates_lasting_index",
        "event_dates",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("lasting"),
    )
    op.add_column("event_dates", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "event_dates_closed_at_index",
        "event_dates",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("event_dates_closed_at_index", "event_dates")
    op.drop_column("event_dates", "closed_at")
    op.drop_index("event_dates_lasting_index", "event_dates")
    op.drop_column("event_dates", "lasting")
    op.drop_column("event_dates", "community_id")
