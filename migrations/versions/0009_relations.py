"""What people are to one another: circles, follows, mutes, and who may check whom in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("people", sa.Column("left_circle_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "circles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('named', 'follow_back')", name=op.f("circles_kind_check")),
        _person("circles", "owner_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("circles_pkey")),
    )
    op.create_index(op.f("circles_owner_id_index"), "circles", ["owner_id"])
    op.create_index(
        "circles_owner_id_follow_back_key",
        "circles",
        ["owner_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'follow_back'"),
    )
    op.create_table(
        "circle_members",
        sa.Column("circle_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("circle_members_circle_id_fkey"), ondelete="CASCADE"
        ),
        _person("circle_members", "member_id"),
        sa.PrimaryKeyConstraint("circle_id", "member_id", name=op.f("circle_members_pkey")),
    )
    op.create_index(op.f("circle_members_member_id_index"), "circle_members", ["member_id"])
    _between_two("follows", "follower_id", "followed_id")
    _between_two("friend_consents", "person_id", "friend_id")
    op.create_table(
        "mutes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.Uuid(), nullable=False),
        sa.Column(
            "muted_person_id",
            sa.Uuid(),
            sa.Computed("CASE WHEN kind = 'person' THEN target END", persisted=True),
            nullable=True,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'community', 'business', 'topic')", name=op.f("mutes_kind_check")
        ),
        _person("mutes", "person_id"),
        _person("mutes", "muted_person_id"),
        sa.PrimaryKeyConstraint("person_id", "kind", "target", name=op.f("mutes_pkey")),
    )
    op.create_index(op.f("mutes_muted_person_id_index"), "mutes", ["muted_person_id"])
    op.add_column("offer_budgets", sa.Column("mutings", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("people", "left_circle_at")
    op.drop_column("offer_budgets", "mutings")
    for each in ("mutes", "friend_consents", "follows", "circle_members", "circles"):
        op.drop_table(each)


def _between_two(table: str, one: str, other: str) -> None:
    """What one person says of another, since when."""
    op.create_table(
        table,
        sa.Column(one, sa.Uuid(), nullable=False),
        sa.Column(other, sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _person(table, one),
        _person(table, other),
        sa.PrimaryKeyConstraint(one, other, name=op.f(f"{table}_pkey")),
    )
    op.create_index(op.f(f"{table}_{other}_index"), table, [other])


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    """It goes with the person."""
    return sa.ForeignKeyConstraint(
        [column], ["people.id"], name=op.f(f"{table}_{column}_fkey"), ondelete="CASCADE"
    )
