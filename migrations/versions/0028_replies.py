"""People answer check-ins. Where there are check-ins of earlier months, they may be answered, too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("check_in_id", sa.Uuid, nullable=False),
        sa.Column("cell", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("check_in_id", "cell", name="conversations_pkey"),
        sa.ForeignKeyConstraint(
            ["check_in_id", "cell"],
            ["check_ins.id", "check_ins.cell"],
            name="conversations_check_in_id_cell_fkey",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        postgresql_partition_by="RANGE (check_in_id)",
    )
    op.create_table(
        "replies",
        sa.Column("check_in_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("cell", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("visibility", sa.String, nullable=False),
        sa.Column("said_at", TIME, nullable=False),
        sa.Column("audiences", ARRAY(sa.Uuid), nullable=False),
        sa.Column("untils", ARRAY(TIME), nullable=False),
        sa.Column("gone", sa.Boolean, server_default="false", nullable=False),
        sa.Column("changed_id", sa.Uuid),
        sa.Column("audiences_before", ARRAY(sa.Uuid), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("check_in_id", "id", "cell", name="replies_pkey"),
        sa.ForeignKeyConstraint(
            ["check_in_id", "cell"],
            ["conversations.check_in_id", "conversations.cell"],
            name="replies_check_in_id_cell_fkey",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="replies_person_id_fkey", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'communities', 'followers', 'author')",
            name="replies_visibility_check",
        ),
        postgresql_partition_by="RANGE (check_in_id)",
    )
    op.create_index("replies_id_index", "replies", ["id"])
    op.create_index(
        "replies_changed_id_index",
        "replies",
        ["changed_id"],
        postgresql_where=sa.text("changed_id IS NOT NULL"),
    )
    op.create_index("replies_person_id_id_index", "replies", ["person_id", "id"])
    for table in ("conversations", "replies"):
        _as_check_ins_are(table)


def _as_check_ins_are(table: str) -> None:
    """Partitions for the months for which check-ins have them."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) "
            "FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'check_ins'::regclass ORDER BY c.relname"
        )
    )
    for name, bounds in found.all():
        op.execute(f"CREATE TABLE {name.replace('check_ins', table, 1)} PARTITION OF {table} {bounds}")


def downgrade() -> None:
    op.drop_table("replies")
    op.drop_table("conversations")
