"""Marks of who was withheld an offer are written without looking at the row of their day for each of them."""

from collections.abc import Sequence

from alembic import op

revision: str = "0074"
down_revision: str | None = "0073"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
KEY = "withheld_marks_day_fkey"


def upgrade() -> None:
    op.drop_constraint(KEY, "withheld_marks", type_="foreignkey")


def downgrade() -> None:
    op.execute(
        "DELETE FROM withheld_marks m WHERE NOT EXISTS (SELECT FROM withheld_days d WHERE d.day = m.day)"
    )
    op.create_foreign_key(KEY, "withheld_marks", "withheld_days", ["day"], ["day"], ondelete="CASCADE")
