"""Whatever is done in a business's name has a name of its own on it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

#: The months for which there are partitions of another table: this one has them from the beginning.
MONTHS = sa.text(
    "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
    "WHERE inhparent = CAST('notices' AS regclass)"
)


def upgrade() -> None:
    op.create_table(
        "business_acts",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("done_by", sa.Uuid()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.Uuid()),
        sa.Column("whom_id", sa.Uuid()),
        _key("business_id", "businesses", "CASCADE"),
        _key("done_by", "people", "SET NULL"),
        _key("whom_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("business_acts_pkey")),
        postgresql_partition_by="RANGE (id)",
    )
    for column in ("done_by", "whom_id"):
        op.create_index(op.f(f"business_acts_{column}_index"), "business_acts", [column])
    for name, bounds in op.get_bind().execute(MONTHS).all():
        month = name.replace("notices", "business_acts", 1)
        op.execute(f"CREATE TABLE {month} PARTITION OF business_acts {bounds}")


def downgrade() -> None:
    op.drop_table("business_acts")


def _key(column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"business_acts_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
