"""Wishes of goal communities, and who pledged."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("area", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True),
        _moment("deadline", nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        _moment("created_at", nullable=False),
        _moment("opened_at"),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        _moment("answered_at"),
        _moment("answer_ends_at"),
        sa.Column("verdict", sa.String(), nullable=True),
        _check("threshold", "threshold BETWEEN 5 AND 10000"),
        _check("verdict", "verdict IN ('kept', 'broken', 'unsaid')"),
        _check("answer", "(answered_at IS NULL) = (offer_id IS NULL)"),
        _check("answer_end", "(answered_at IS NULL) = (answer_ends_at IS NULL)"),
        _check("judged", "answered_at IS NOT NULL OR verdict IS NULL"),
        _key("wishes", "community_id", "communities", "CASCADE"),
        _key("wishes", "stated_by", "people", "SET NULL"),
        _key("wishes", "answered_by", "businesses", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("wishes_pkey")),
        sa.UniqueConstraint("id", "community_id", name=op.f("wishes_id_community_id_key")),
    )
    op.create_index("wishes_community_id_id_index", "wishes", ["community_id", "id"])
    op.create_index(op.f("wishes_stated_by_index"), "wishes", ["stated_by"])
    op.create_index("wishes_answered_by_id_index", "wishes", ["answered_by", "id"])
    op.create_index(
        "wishes_opened_index",
        "wishes",
        ["id"],
        postgresql_where=sa.text("opened_at IS NOT NULL AND answered_at IS NULL"),
    )
    op.create_index(
        "wishes_to_judge_index",
        "wishes",
        ["answer_ends_at"],
        postgresql_where=sa.text("answered_at IS NOT NULL AND verdict IS NULL"),
    )
    op.create_table(
        "wish_topics",
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        _key("wish_topics", "wish_id", "wishes", "CASCADE"),
        _key("wish_topics", "topic_id", "topics", None),
        sa.PrimaryKeyConstraint("wish_id", "topic_id", name=op.f("wish_topics_pkey")),
    )
    op.create_index(op.f("wish_topics_topic_id_index"), "wish_topics", ["topic_id"])
    _pledges()


def _pledges() -> None:
    op.create_table(
        "pledges",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        _moment("pledged_at", nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "community_id"],
            ["memberships.person_id", "memberships.community_id"],
            name=op.f("pledges_person_id_community_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["wish_id", "community_id"],
            ["wishes.id", "wishes.community_id"],
            name=op.f("pledges_wish_id_community_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "wish_id", name=op.f("pledges_pkey")),
    )
    op.create_index(op.f("pledges_wish_id_index"), "pledges", ["wish_id"])
    op.create_index("pledges_person_id_community_id_index", "pledges", ["person_id", "community_id"])


def downgrade() -> None:
    for each in ("pledges", "wish_topics", "wishes"):
        op.drop_table(each)


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"wishes_{name}_check"))


def _key(table: str, column: str, to: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
