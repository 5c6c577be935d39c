"""Whoever is named in a check-in or a reply, or answered, finds it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PARTITIONS = sa.text(
    "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = 'check_ins'::regclass ORDER BY c.relname"
)


def upgrade() -> None:
    op.create_table(
        "mentions",
        sa.Column("check_in_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("cell", sa.BigInteger, nullable=False),
        sa.Column("reply_id", sa.Uuid),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("check_in_id", "id", "cell", name="mentions_pkey"),
        sa.ForeignKeyConstraint(
            ["check_in_id", "cell"],
            ["conversations.check_in_id", "conversations.cell"],
            name="mentions_check_in_id_cell_fkey",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="mentions_person_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="mentions_by_id_fkey", ondelete="CASCADE"),
        postgresql_partition_by="RANGE (check_in_id)",
    )
    op.create_index("mentions_person_id_id_index", "mentions", ["person_id", "id"])
    op.create_index("mentions_by_id_index", "mentions", ["by_id"])
    for name, bounds in op.get_bind().execute(PARTITIONS).all():
        op.execute(f"CREATE TABLE {name.replace('check_ins', 'mentions', 1)} PARTITION OF mentions {bounds}")


def downgrade() -> None:
    op.drop_table("mentions")
