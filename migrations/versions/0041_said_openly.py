"""A reply says whether everybody could know what it answers; of those there are, nobody knows any more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("replies", sa.Column("openly", sa.Boolean, server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("replies", "openly")
