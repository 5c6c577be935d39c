"""Devices: apps on phones that say where their person is, what they notice, and what is kept of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "contact_letters",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seen_id", sa.Uuid(), nullable=False),
        sa.Column("letters", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("contact_letters_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seen_id"], ["people.id"], name=op.f("contact_letters_seen_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "seen_id", name=op.f("contact_letters_pkey")),
    )
    op.create_index(
        "contact_letters_person_id_letters_index", "contact_letters", ["person_id", "letters"], unique=True
    )
    op.create_index(op.f("contact_letters_seen_id_index"), "contact_letters", ["seen_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("letters", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("passphrase", sa.LargeBinary(), nullable=True),
        sa.Column("setup", sa.LargeBinary(), nullable=True),
        sa.Column("setup_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("history_days", sa.SmallInteger(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("exactness", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("battery", sa.SmallInteger(), nullable=True),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("dropped", sa.BigInteger(), nullable=False),
        sa.Column("last_dropped", sa.String(), nullable=True),
        sa.Column("commands", sa.String(), nullable=False),
        sa.Column("watching", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("app IN ('owntracks', 'traccar', 'overland')", name=op.f("devices_app_check")),
        sa.CheckConstraint(
            "commands IN ('unknown', 'asked', 'on', 'off')", name=op.f("devices_commands_check")
        ),
        sa.CheckConstraint(
            "exactness IN ('exact', 'street', 'quarter', 'city')", name=op.f("devices_exactness_check")
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'communities', 'followers', 'me')",
            name=op.f("devices_visibility_check"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("devices_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("devices_pkey")),
    )
    op.create_index(op.f("devices_person_id_index"), "devices", ["person_id"], unique=False)
    op.create_table(
        "positions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("position", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("altitude_m", sa.Double(), nullable=True),
        sa.Column("speed_m_s", sa.Double(), nullable=True),
        sa.Column("heading", sa.Double(), nullable=True),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("positions_device_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("positions_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("positions_pkey")),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index(
        "positions_device_id_fixed_at_index", "positions", ["device_id", "fixed_at"], unique=False
    )
    op.create_index(op.f("positions_person_id_index"), "positions", ["person_id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("position", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(position IS NULL) = (decided_at IS NOT NULL)", name=op.f("suggestions_position_check")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("suggestions_device_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("suggestions_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("suggestions_pkey")),
    )
    op.create_index(
        "suggestions_device_id_key_hash_index", "suggestions", ["device_id", "key_hash"], unique=True
    )
    op.create_index(op.f("suggestions_person_id_index"), "suggestions", ["person_id"], unique=False)
    op.create_index(op.f("suggestions_received_at_index"), "suggestions", ["received_at"], unique=False)


def downgrade() -> None:
    op.drop_table("contact_letters")
    op.drop_table("suggestions")
    op.drop_table("positions")
    op.drop_table("devices")
