"""What is published of communities, and which periods it is published for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "closed_periods",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bucket IN ('week', 'four_weeks')", name=op.f("closed_periods_bucket_check")),
        sa.PrimaryKeyConstraint("bucket", "starts_on", name=op.f("closed_periods_pkey")),
    )
    op.create_table(
        "figures",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("cut", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("figures_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "community_id",
            "measure",
            "cut",
            "bucket",
            "starts_on",
            "one",
            "other",
            name=op.f("figures_pkey"),
        ),
    )


def downgrade() -> None:
    op.drop_table("figures")
    op.drop_table("closed_periods")
