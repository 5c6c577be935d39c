"""Businesses speak to the members of communities that welcomed them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0055"
down_revision: str | None = "0054"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "business_posts"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("topic_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f(f"{TABLE}_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f(f"{TABLE}_business_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f(f"{TABLE}_by_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{TABLE}_pkey")),
    )
    op.create_index(f"{TABLE}_community_id_id_index", TABLE, ["community_id", "id"])
    op.create_index(
        f"{TABLE}_business_id_community_id_id_index", TABLE, ["business_id", "community_id", "id"]
    )
    op.create_index(op.f(f"{TABLE}_by_id_index"), TABLE, ["by_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
