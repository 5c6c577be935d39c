"""What is noticed where people keep meeting, who is asked about it, and what they decline."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "declined",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("declined_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("declined_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "community_id", name=op.f("declined_pkey")),
    )
    op.create_index(op.f("declined_community_id_index"), "declined", ["community_id"])
    op.create_table(
        "emerging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column(
            "centre",
            Geometry("POINT", srid=4326, spatial_index=False),
            nullable=False,
        ),
        sa.Column("radius_m", sa.Double(), nullable=False),
        sa.Column("people", sa.SmallInteger(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("people >= 5", name=op.f("emerging_people_check")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("emerging_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("emerging_topic_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("emerging_pkey")),
    )
    op.create_index(op.f("emerging_community_id_index"), "emerging", ["community_id"])
    op.create_index(op.f("emerging_last_seen_at_index"), "emerging", ["last_seen_at"])
    op.create_index(op.f("emerging_topic_id_index"), "emerging", ["topic_id"])
    op.create_table(
        "asked",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("emerging_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["emerging_id"], ["emerging.id"], name=op.f("asked_emerging_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("asked_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "emerging_id", name=op.f("asked_pkey")),
    )
    op.create_index(op.f("asked_emerging_id_index"), "asked", ["emerging_id"])


def downgrade() -> None:
    op.drop_table("asked")
    op.drop_table("emerging")
    op.drop_table("declined")
