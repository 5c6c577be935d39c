"""Events, their dates, who goes, and what those are told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("area", _geometry("MULTIPOLYGON"), nullable=False),
        sa.Column("position", _geometry("POINT"), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dates_until", sa.DateTime(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "visibility = 'public' OR community_id IS NOT NULL", name=op.f("events_members_check")
        ),
        sa.CheckConstraint("visibility IN ('public', 'community')", name=op.f("events_visibility_check")),
        sa.CheckConstraint("capacity > 0", name=op.f("events_capacity_check")),
        sa.CheckConstraint(
            "num_nonnulls(person_id, community_id, business_id) = 1", name=op.f("events_host_check")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("events_times_check")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("events_business_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("events_community_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("events_made_by_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("events_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("events_place_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("events_pkey")),
    )
    op.create_index(op.f("events_business_id_index"), "events", ["business_id"], unique=False)
    op.create_index(op.f("events_community_id_index"), "events", ["community_id"], unique=False)
    op.create_index(
        "events_dates_until_index",
        "events",
        ["dates_until"],
        unique=False,
        postgresql_where=sa.text("dates_until IS NOT NULL"),
    )
    op.create_index(op.f("events_made_by_index"), "events", ["made_by"], unique=False)
    op.create_index(op.f("events_person_id_index"), "events", ["person_id"], unique=False)
    op.create_index(op.f("events_place_id_index"), "events", ["place_id"], unique=False)
    op.create_table(
        "event_dates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("local_start", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", _geometry("POINT"), nullable=False),
        sa.Column("area", _geometry("MULTIPOLYGON"), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("event_dates_times_check")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("event_dates_event_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("event_dates_pkey")),
    )
    op.create_index(
        "event_dates_event_id_starts_at_index", "event_dates", ["event_id", "starts_at"], unique=False
    )
    op.create_index(
        "event_dates_position_when_index",
        "event_dates",
        ["position", sa.literal_column("tstzrange(starts_at, ends_at)").label("period")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index("event_dates_starts_at_id_index", "event_dates", ["starts_at", "id"], unique=False)
    op.create_table(
        "event_topics",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("event_topics_event_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("event_topics_topic_id_fkey")),
        sa.PrimaryKeyConstraint("event_id", "topic_id", name=op.f("event_topics_pkey")),
    )
    op.create_index(op.f("event_topics_topic_id_index"), "event_topics", ["topic_id"], unique=False)
    op.create_table(
        "event_attendances",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("date_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by IN ('check_in', 'reader')", name=op.f("event_attendances_by_check")),
        sa.ForeignKeyConstraint(
            ["date_id"], ["event_dates.id"], name=op.f("event_attendances_date_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("event_attendances_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "date_id", name=op.f("event_attendances_pkey")),
        postgresql_partition_by="RANGE (date_id)",
    )
    op.create_index("event_attendances_date_id_index", "event_attendances", ["date_id"], unique=False)
    op.create_table(
        "event_notices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("date_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('moved_up', 'changed', 'cancelled')", name=op.f("event_notices_kind_check")
        ),
        sa.ForeignKeyConstraint(
            ["date_id"], ["event_dates.id"], name=op.f("event_notices_date_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("event_notices_event_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("event_notices_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("event_notices_pkey")),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index(op.f("event_notices_date_id_index"), "event_notices", ["date_id"], unique=False)
    op.create_index(op.f("event_notices_event_id_index"), "event_notices", ["event_id"], unique=False)
    op.create_table(
        "event_replies",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("date_id", sa.Uuid(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("seated", sa.Boolean(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("asked", sa.Uuid(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT seated OR reply = 'going'", name=op.f("event_replies_seated_check")),
        sa.CheckConstraint("reply IN ('interested', 'going', 'not')", name=op.f("event_replies_reply_check")),
        sa.CheckConstraint(
            "seen_by IN ('nobody', 'communities', 'followers', 'everyone')",
            name=op.f("event_replies_seen_by_check"),
        ),
        sa.ForeignKeyConstraint(
            ["date_id"], ["event_dates.id"], name=op.f("event_replies_date_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("event_replies_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "date_id", name=op.f("event_replies_pkey")),
        postgresql_partition_by="RANGE (date_id)",
    )
    op.create_index(
        "event_replies_date_id_reply_seated_asked_index",
        "event_replies",
        ["date_id", "reply", "seated", "asked"],
        unique=False,
    )


def downgrade() -> None:
    for table in (
        "event_replies",
        "event_notices",
        "event_attendances",
        "event_topics",
        "event_dates",
        "events",
    ):
        op.drop_table(table)


def _geometry(kind: str) -> Geometry:
    return Geometry(
        geometry_type=kind,
        srid=4326,
        dimension=2,
        spatial_index=False,
        from_text="ST_GeomFromEWKT",
        name="geometry",
    )
