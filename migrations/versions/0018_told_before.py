"""A check-in remembers which communities could know of it before its author let them no more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "check_ins", sa.Column("counted_before", sa.Boolean, server_default="false", nullable=False)
    )
    op.add_column("check_ins", sa.Column("told_before", ARRAY(sa.Uuid), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("check_ins", "told_before")
    op.drop_column("check_ins", "counted_before")
