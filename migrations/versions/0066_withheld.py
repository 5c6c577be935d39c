"""From how many people an offer was withheld, a day, without keeping from whom."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0066"
down_revision: str | None = "0065"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "withheld_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("day", name=op.f("withheld_days_pkey")),
    )
    op.create_table(
        "withheld_marks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["day"], ["withheld_days.day"], name=op.f("withheld_marks_day_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day", "offer_id", "mark", name=op.f("withheld_marks_pkey")),
    )
    op.create_table(
        "withheld_figures",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("withheld_figures_offer_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", "day", "reason", name=op.f("withheld_figures_pkey")),
    )


def downgrade() -> None:
    for name in ("withheld_figures", "withheld_marks", "withheld_days"):
        op.drop_table(name)
