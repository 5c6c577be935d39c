"""What businesses said and may not be heard any more is told to those who were away, and may be hidden."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0070"
down_revision: str | None = "0069"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

POSTS = "business_posts"


def upgrade() -> None:
    op.add_column(POSTS, sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(POSTS, sa.Column("changed_id", sa.Uuid()))
    op.create_index(
        "business_posts_community_id_changed_id_index",
        POSTS,
        ["community_id", "changed_id"],
        postgresql_where=sa.text("changed_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column(POSTS, "changed_id")
    op.drop_column(POSTS, "hidden")
