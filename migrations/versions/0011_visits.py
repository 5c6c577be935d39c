"""Where people will be, and who said it for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("check_ins", sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("check_ins", sa.Column("said_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("check_ins_said_by_id_fkey"), "check_ins", "people", ["said_by_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(
        "check_ins_said_by_id_index",
        "check_ins",
        ["said_by_id"],
        unique=False,
        postgresql_where=sa.text("said_by_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("check_ins_said_by_id_index", "check_ins")
    op.drop_constraint(op.f("check_ins_said_by_id_fkey"), "check_ins")
    op.drop_column("check_ins", "said_by_id")
    op.drop_column("check_ins", "planned_for")
