"""What check-ins, communities, places, offers and wishes are found by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import TSVECTOR

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # Trusted: whoever owns the database may add it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "check_in_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id", "cell"],
            ["check_ins.id", "check_ins.cell"],
            name=op.f("check_in_words_id_cell_fkey"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", "cell", name=op.f("check_in_words_pkey")),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index("check_in_words_words_index", "check_in_words", ["words"], postgresql_using="gin")
    op.create_index("check_in_words_cell_id_index", "check_in_words", ["cell", "id"])
    _months_as_of_check_ins()
    op.create_table(
        "search_entries",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.Column(
            "wish_id",
            sa.Uuid(),
            sa.Computed("CASE WHEN kind = 'wish' THEN id END", persisted=True),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wishes.id"], name=op.f("search_entries_wish_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("search_entries_pkey")),
        sa.UniqueConstraint("wish_id", name=op.f("search_entries_wish_id_key")),
    )
    op.create_index("search_entries_words_index", "search_entries", ["words"], postgresql_using="gin")
    op.create_index(
        "search_entries_name_index",
        "search_entries",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index("search_entries_shape_index", "search_entries", ["shape"], postgresql_using="gist")
    op.create_index("search_entries_id_index", "search_entries", ["id"])
    op.create_table(
        "searched_up_to",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("up_to", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("searched_up_to_pkey")),
    )


def _months_as_of_check_ins() -> None:
    """Or what was said before could not be taken in."""
    months = sa.text(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
        "WHERE inhparent = 'check_ins'::regclass"
    )
    for name, bounds in op.get_bind().execute(months).all():
        own = name.replace("check_ins", "check_in_words")
        op.execute(f"CREATE TABLE {own} PARTITION OF check_in_words {bounds}")


def downgrade() -> None:
    for each in ("searched_up_to", "search_entries", "check_in_words"):
        op.drop_table(each)
    op.execute("DROP EXTENSION pg_trgm")
