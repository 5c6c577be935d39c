"""People react to check-ins; how often is kept with the conversation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PARTITIONS = sa.text(
    "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = 'check_ins'::regclass ORDER BY c.relname"
)


def upgrade() -> None:
    counts = sa.Column("counts", ARRAY(sa.Integer), server_default="{0,0,0,0,0,0}", nullable=False)
    op.add_column("conversations", counts)
    op.add_column("conversations", sa.Column("changes", sa.Integer, server_default="0", nullable=False))
    op.create_table(
        "reactions",
        sa.Column("check_in_id", sa.Uuid, nullable=False),
        sa.Column("cell", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("reacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("check_in_id", "cell", "person_id", "kind", name="reactions_pkey"),
        sa.ForeignKeyConstraint(
            ["check_in_id", "cell"],
            ["conversations.check_in_id", "conversations.cell"],
            name="reactions_check_in_id_cell_fkey",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="reactions_person_id_fkey", ondelete="CASCADE"
        ),
        sa.CheckConstraint("kind BETWEEN 1 AND 6", name="reactions_kind_check"),
        postgresql_partition_by="RANGE (check_in_id)",
    )
    op.create_index("reactions_person_id_index", "reactions", ["person_id"])
    for name, bounds in op.get_bind().execute(PARTITIONS).all():
        op.execute(
            f"CREATE TABLE {name.replace('check_ins', 'reactions', 1)} PARTITION OF reactions {bounds}"
        )


def downgrade() -> None:
    op.drop_table("reactions")
    op.drop_column("conversations", "changes")
    op.drop_column("conversations", "counts")
