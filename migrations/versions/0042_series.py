"""Series leave dates out, have some besides, and change single ones."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for name in ("added", "left_out"):
        times = sa.ARRAY(sa.DateTime(timezone=False))
        op.add_column("events", sa.Column(name, times, server_default="{}", nullable=False))
    op.add_column("events", sa.Column("source_sequence", sa.Integer(), server_default="0", nullable=False))
    for name in ("title", "text"):
        op.add_column("event_dates", sa.Column(name, sa.String()))
    op.add_column("event_dates", sa.Column("source_sequence", sa.Integer()))


def downgrade() -> None:
    for name in ("source_sequence", "text", "title"):
        op.drop_column("event_dates", name)
    for name in ("source_sequence", "left_out", "added"):
        op.drop_column("events", name)
