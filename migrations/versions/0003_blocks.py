"""Who will have nothing to do with whom."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BY_SPOT = "check_ins_spot_id_index"


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["people.id"], name=op.f("blocks_blocked_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["people.id"], name=op.f("blocks_blocker_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("blocks_pkey")),
    )
    op.create_index(op.f("blocks_blocked_id_index"), "blocks", ["blocked_id"], unique=False)
    _index_spots(["found_at", "visibility", "person_id"])


def downgrade() -> None:
    _index_spots(["found_at", "visibility"])
    op.drop_table("blocks")


def _index_spots(include: list[str]) -> None:
    """The author stands in it, so that the index alone can tell whether they are apart from the viewer."""
    op.drop_index(BY_SPOT, "check_ins")
    op.create_index(BY_SPOT, "check_ins", ["spot", "id"], unique=False, postgresql_include=include)
