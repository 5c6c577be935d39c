"""What is told of how many people an offer may reach is drawn once a week."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0068"
down_revision: str | None = "0067"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reach_figures",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer()),
        sa.CheckConstraint(
            "measure IN ('people', 'welcoming', 'unspent', 'sharing')",
            name=op.f("reach_figures_measure_check"),
        ),
        sa.PrimaryKeyConstraint("starts_on", "cell", "measure", "topic_id", name=op.f("reach_figures_pkey")),
    )


def downgrade() -> None:
    op.drop_table("reach_figures")
