"""Members, and businesses that a community welcomed, write pieces for it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "pieces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("business_id", sa.Uuid()),
        sa.Column("written_by", sa.Uuid()),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("rendered_by", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(person_id, business_id) = 1", name=op.f("pieces_author_check")),
        sa.CheckConstraint(
            "written_by IS NULL OR business_id IS NOT NULL", name=op.f("pieces_written_by_check")
        ),
        _key("pieces", "community_id", "communities", "CASCADE"),
        _key("pieces", "person_id", "people", "CASCADE"),
        _key("pieces", "business_id", "businesses", "CASCADE"),
        _key("pieces", "written_by", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pieces_pkey")),
    )
    op.create_index("pieces_community_id_id_index", "pieces", ["community_id", "id"])
    op.create_index("pieces_business_id_community_id_index", "pieces", ["business_id", "community_id"])
    op.create_index("pieces_rendered_by_index", "pieces", ["rendered_by"])
    op.create_index(op.f("pieces_person_id_index"), "pieces", ["person_id"])
    op.create_index(op.f("pieces_written_by_index"), "pieces", ["written_by"])
    op.create_table(
        "piece_topics",
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        _key("piece_topics", "piece_id", "pieces", "CASCADE"),
        _key("piece_topics", "topic_id", "topics"),
        sa.PrimaryKeyConstraint("piece_id", "topic_id", name=op.f("piece_topics_pkey")),
    )
    op.create_index(op.f("piece_topics_topic_id_index"), "piece_topics", ["topic_id"])
    op.create_table(
        "piece_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid()),
        sa.Column("reworded", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _key("piece_changes", "piece_id", "pieces", "CASCADE"),
        _key("piece_changes", "changed_by", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("piece_changes_pkey")),
    )
    op.create_index("piece_changes_piece_id_id_index", "piece_changes", ["piece_id", "id"])
    op.create_index(op.f("piece_changes_changed_by_index"), "piece_changes", ["changed_by"])


def downgrade() -> None:
    op.drop_table("piece_changes")
    op.drop_table("piece_topics")
    op.drop_table("pieces")


def _key(table: str, column: str, of: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=name, ondelete=ondelete)
