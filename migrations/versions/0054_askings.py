"""Businesses ask communities to welcome them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("motions", sa.Column("asked_by", sa.Uuid()))
    op.create_foreign_key(
        op.f("motions_asked_by_fkey"), "motions", "businesses", ["asked_by"], ["id"], ondelete="CASCADE"
    )
    op.create_check_constraint(
        op.f("motions_asked_by_check"),
        "motions",
        "asked_by IS NULL OR kind = 'welcome' AND proposed_by IS NULL",
    )
    op.create_index(
        "motions_asked_by_index",
        "motions",
        ["asked_by", "id"],
        postgresql_where=sa.text("asked_by IS NOT NULL"),
    )
    op.create_table(
        "askings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["id"], ["motions.id"], name=op.f("askings_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("askings_by_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("askings_pkey")),
    )
    op.create_index(op.f("askings_by_id_index"), "askings", ["by_id"])


def downgrade() -> None:
    op.drop_table("askings")
    op.drop_index("motions_asked_by_index", "motions")
    op.drop_constraint(op.f("motions_asked_by_check"), "motions")
    op.drop_constraint(op.f("motions_asked_by_fkey"), "motions")
    op.drop_column("motions", "asked_by")
