"""Communities grow: they are forming until enough people belong; and one may belong to a location for good."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("communities", sa.Column("grows_at", sa.SmallInteger(), server_default="0", nullable=False))
    op.alter_column("communities", "grows_at", server_default=None)
    op.add_column("communities", sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True))
    # Those that are there have been listed all along.
    op.execute("UPDATE communities SET listed_at = created_at")
    op.create_check_constraint(op.f("communities_grows_at_check"), "communities", "grows_at >= 0")
    op.create_index(
        "communities_forming_index",
        "communities",
        ["created_at"],
        postgresql_where=sa.text("listed_at IS NULL"),
    )
    op.create_table(
        "lasting_memberships",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("lasting_memberships_community_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("lasting_memberships_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "community_id", name=op.f("lasting_memberships_pkey")),
    )
    op.create_index(op.f("lasting_memberships_community_id_index"), "lasting_memberships", ["community_id"])


def downgrade() -> None:
    op.drop_table("lasting_memberships")
    op.drop_index("communities_forming_index", table_name="communities")
    op.drop_constraint(op.f("communities_grows_at_check"), "communities", type_="check")
    op.drop_column("communities", "listed_at")
    op.drop_column("communities", "grows_at")
