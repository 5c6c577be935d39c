"""What people call the offers of businesses is counted for each community they came through."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0056"
down_revision: str | None = "0055"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "business_records"
FILL = """
INSERT INTO business_records (business_id, community_id, useful, noise)
SELECT o.business_id, c.id, count(*) FILTER (WHERE a.opinion = 'useful'), count(*) FILTER (WHERE a.opinion = 'noise')
FROM approaches a JOIN offers o ON o.id = a.offer_id JOIN communities c ON c.id = a.community_id
WHERE a.opinion IS NOT NULL
GROUP BY 1, 2
"""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("noise", sa.Integer(), nullable=False),
        sa.CheckConstraint("useful >= 0", name=op.f(f"{TABLE}_useful_check")),
        sa.CheckConstraint("noise >= 0", name=op.f(f"{TABLE}_noise_check")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f(f"{TABLE}_business_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f(f"{TABLE}_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "community_id", name=op.f(f"{TABLE}_pkey")),
    )
    op.create_index(op.f(f"{TABLE}_community_id_index"), TABLE, ["community_id"])
    op.execute(FILL)


def downgrade() -> None:
    op.drop_table(TABLE)
