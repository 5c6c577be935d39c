"""The mesh is made of what statistics publish, and keeps nothing itself."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.drop_table("mesh_weeks")
    op.drop_table("shared_members")
    # Nothing is drawn from it any more.
    op.execute("DELETE FROM secrets WHERE name = 'mesh'")


def downgrade() -> None:
    op.create_table(
        "shared_members",
        sa.Column("one", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["one"], ["communities.id"], name=op.f("shared_members_one_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other"], ["communities.id"], name=op.f("shared_members_other_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("shared_members_pkey")),
    )
    op.create_index(op.f("shared_members_other_index"), "shared_members", ["other"])
    op.create_table(
        "mesh_weeks",
        sa.Column("week", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("mesh_weeks_pkey")),
    )
