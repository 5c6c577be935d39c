"""Pieces are found, and nothing of one stays in the search when it goes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0059"
down_revision: str | None = "0058"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for table, thing in (("search_entries", "id"), ("findings", "thing_id")):
        computed = sa.Computed(f"CASE WHEN kind = 'piece' THEN {thing} END", persisted=True)
        op.add_column(table, sa.Column("piece_id", sa.Uuid(), computed))
        op.create_foreign_key(
            op.f(f"{table}_piece_id_fkey"), table, "pieces", ["piece_id"], ["id"], ondelete="CASCADE"
        )
    op.create_unique_constraint(op.f("search_entries_piece_id_key"), "search_entries", ["piece_id"])
    op.create_index(op.f("findings_piece_id_index"), "findings", ["piece_id"])


def downgrade() -> None:
    for table in ("search_entries", "findings"):
        op.drop_column(table, "piece_id")
