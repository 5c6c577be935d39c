"""People say of offers that reached them whether they were useful or noise."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("approaches", sa.Column("opinion", sa.String()))
    op.create_check_constraint(
        op.f("approaches_opinion_check"), "approaches", "opinion IN ('useful', 'noise')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("approaches_opinion_check"), "approaches")
    op.drop_column("approaches", "opinion")
