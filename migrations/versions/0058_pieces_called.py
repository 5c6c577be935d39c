"""Members say of pieces whether they are useful or noise."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0058"
down_revision: str | None = "0057"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAMES = ("useful", "noise")
RANKED = "pieces_community_id_rank_id_index"


def upgrade() -> None:
    for name in NAMES:
        op.add_column("pieces", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("pieces_counts_check"), "pieces", "useful >= 0 AND noise >= 0")
    rank = sa.Computed("useful / 5 - noise / 5", persisted=True)
    op.add_column("pieces", sa.Column("rank", sa.Integer(), rank, nullable=False))
    op.create_index(RANKED, "pieces", ["community_id", "rank", "id"])
    op.create_table(
        "piece_opinions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("opinion IN ('useful', 'noise')", name=op.f("piece_opinions_opinion_check")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("piece_opinions_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["piece_id"], ["pieces.id"], name=op.f("piece_opinions_piece_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "piece_id", name=op.f("piece_opinions_pkey")),
    )
    op.create_index(op.f("piece_opinions_piece_id_index"), "piece_opinions", ["piece_id"])


def downgrade() -> None:
    op.drop_table("piece_opinions")
    op.drop_index(RANKED, "pieces")
    op.drop_column("pieces", "rank")
    op.drop_constraint(op.f("pieces_counts_check"), "pieces", type_="check")
    for name in NAMES:
        op.drop_column("pieces", name)
