"""Why it is not believed that somebody was where they said."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "check_ins", sa.Column("doubts", sa.ARRAY(sa.String()), server_default="{}", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("check_ins", "doubts")
