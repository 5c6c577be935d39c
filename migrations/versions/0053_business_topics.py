"""Businesses say what they stand for, and members doubt it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "business_topics",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.String()),
        sa.Column("says", sa.String(), nullable=False, server_default=""),
        sa.Column("evidence_since", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(evidence IS NULL) = (evidence_since IS NULL)", name=op.f("business_topics_evidence_check")
        ),
        _key("business_topics", "business_id", "businesses", ondelete="CASCADE"),
        _key("business_topics", "topic_id", "topics"),
        sa.PrimaryKeyConstraint("business_id", "topic_id", name=op.f("business_topics_pkey")),
    )
    op.create_index(op.f("business_topics_topic_id_index"), "business_topics", ["topic_id"])
    op.create_table(
        "doubts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _key("doubts", "business_id", "businesses", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id", "community_id"],
            ["memberships.person_id", "memberships.community_id"],
            name=op.f("doubts_person_id_community_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "topic_id"],
            ["community_topics.community_id", "community_topics.topic_id"],
            name=op.f("doubts_community_id_topic_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "business_id", "topic_id", name=op.f("doubts_pkey")),
    )
    for columns in (["business_id", "topic_id"], ["person_id", "community_id"], ["community_id", "topic_id"]):
        op.create_index(f"doubts_{'_'.join(columns)}_index", "doubts", columns)


def downgrade() -> None:
    op.drop_table("doubts")
    op.drop_table("business_topics")


def _key(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"{table}_{column}_fkey"), **more)
