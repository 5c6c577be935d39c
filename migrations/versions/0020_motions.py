"""Members decide together: motions, votes, stewards, and what follows of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "motions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("proposal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quorum", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("against", sa.Integer(), nullable=True),
        sa.Column("abstained", sa.Integer(), nullable=True),
        sa.Column("made_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('name', 'purpose', 'area', 'welcome', 'send-off', 'noise-budget', 'mute-topic', 'hear-topic', "
            "'split', 'steward', 'recall')",
            name=op.f("motions_kind_check"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'carried', 'rejected', 'withdrawn', 'void')", name=op.f("motions_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("motions_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_id"], ["communities.id"], name=op.f("motions_made_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("motions_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["people.id"], name=op.f("motions_proposed_by_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("motions_pkey")),
    )
    op.create_index(
        "motions_closes_at_index", "motions", ["closes_at"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("motions_community_id_id_index", "motions", ["community_id", "id"])
    op.create_index(
        "motions_open_index",
        "motions",
        ["community_id", "kind", "about"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("motions_made_id_index"), "motions", ["made_id"])
    op.create_index(op.f("motions_person_id_index"), "motions", ["person_id"])
    op.create_index(op.f("motions_proposed_by_index"), "motions", ["proposed_by"])
    op.create_table(
        "muted_topics",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("muted_topics_community_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("muted_topics_topic_id_fkey")),
        sa.PrimaryKeyConstraint("community_id", "topic_id", name=op.f("muted_topics_pkey")),
    )
    op.create_index(op.f("muted_topics_topic_id_index"), "muted_topics", ["topic_id"])
    op.create_table(
        "standings",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("is_welcome", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("standings_business_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("standings_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "business_id", name=op.f("standings_pkey")),
    )
    op.create_index(op.f("standings_business_id_index"), "standings", ["business_id"])
    op.create_table(
        "stewards",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("stewards_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("stewards_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "community_id", name=op.f("stewards_pkey")),
    )
    op.create_index(op.f("stewards_community_id_index"), "stewards", ["community_id"])
    op.create_table(
        "votes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("choice IN ('for', 'against', 'abstain')", name=op.f("votes_choice_check")),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("votes_motion_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("votes_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "motion_id", name=op.f("votes_pkey")),
    )
    op.create_index(op.f("votes_motion_id_index"), "votes", ["motion_id"])
    op.add_column(
        "communities", sa.Column("noise_budget", sa.SmallInteger(), server_default="3", nullable=False)
    )
    op.create_check_constraint(
        op.f("communities_noise_budget_check"), "communities", "noise_budget BETWEEN 0 AND 10"
    )
    op.add_column("communities", sa.Column("notice", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("communities", "notice")
    op.drop_constraint(op.f("communities_noise_budget_check"), "communities", type_="check")
    op.drop_column("communities", "noise_budget")
    op.drop_table("votes")
    op.drop_table("stewards")
    op.drop_table("standings")
    op.drop_table("muted_topics")
    op.drop_table("motions")
