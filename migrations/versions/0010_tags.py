"""Personal tags, readers, and what they read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('answering', 'silent')", name=op.f("tags_state_check")),
        _of_a_person("tags"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("tags_pkey")),
        sa.UniqueConstraint("number", name=op.f("tags_number_key")),
    )
    op.create_table(
        "code_keys",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("code_keys_pkey")),
    )
    op.create_table(
        "codes_read",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.SmallInteger(), nullable=False),
        sa.Column("window_number", sa.Integer(), nullable=False),
        sa.Column("salt", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        _of_a_person("codes_read"),
        _of_a_business("codes_read"),
        sa.PrimaryKeyConstraint(
            "person_id", "generation", "window_number", "salt", name=op.f("codes_read_pkey")
        ),
    )
    op.create_index(op.f("codes_read_window_number_index"), "codes_read", ["window_number"], unique=False)
    _readers()
    op.create_table(
        "readings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disclosed", sa.SmallInteger(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=True),
        sa.Column("contract_version", sa.Integer(), nullable=False),
        _of_a_reader("readings"),
        _of_a_business("readings"),
        _of_a_person("readings"),
        sa.PrimaryKeyConstraint("id", name=op.f("readings_pkey")),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index("readings_person_id_id_index", "readings", ["person_id", "id"], unique=False)
    op.create_index("readings_reader_id_id_index", "readings", ["reader_id", "id"], unique=False)
    named = sa.text("pseudonym IS NOT NULL")
    op.create_index("readings_id_index", "readings", ["id"], unique=False, postgresql_where=named)
    op.create_table(
        "reading_nonces",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("nonce_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reading_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        _of_a_reader("reading_nonces"),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
            name=op.f("reading_nonces_reading_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("reader_id", "nonce_hash", name=op.f("reading_nonces_pkey")),
    )
    op.create_index(op.f("reading_nonces_reading_id_index"), "reading_nonces", ["reading_id"], unique=False)
    op.create_index(op.f("reading_nonces_received_at_index"), "reading_nonces", ["received_at"], unique=False)
    op.create_table(
        "area_visits",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("crossing", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dwelt", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _of_a_person("area_visits"),
        _of_a_reader("area_visits"),
        sa.PrimaryKeyConstraint("person_id", "reader_id", name=op.f("area_visits_pkey")),
    )
    op.create_index(op.f("area_visits_until_index"), "area_visits", ["until"], unique=False)
    op.create_table(
        "tag_fixes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", _geometry("POINT"), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _of_a_person("tag_fixes"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("tag_fixes_pkey")),
    )
    op.create_index(op.f("tag_fixes_until_index"), "tag_fixes", ["until"], unique=False)


def downgrade() -> None:
    for table in (
        "tag_fixes",
        "area_visits",
        "reading_nonces",
        "readings",
        "reader_keys",
        "readers",
        "codes_read",
        "code_keys",
        "tags",
    ):
        op.drop_table(table)


def _readers() -> None:
    op.create_table(
        "readers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("position", _geometry("POINT"), nullable=True),
        sa.Column("area", _geometry("MULTIPOLYGON"), nullable=True),
        sa.Column("asks", sa.SmallInteger(), nullable=False),
        sa.Column("single_use", sa.Boolean(), nullable=False),
        sa.Column("post_code", sa.String(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('area', 'post', 'handheld')", name=op.f("readers_kind_check")),
        sa.CheckConstraint("(kind = 'area') = (area IS NOT NULL)", name=op.f("readers_area_check")),
        sa.CheckConstraint("kind <> 'post' OR position IS NOT NULL", name=op.f("readers_position_check")),
        sa.CheckConstraint("(kind = 'post') = (post_code IS NOT NULL)", name=op.f("readers_post_code_check")),
        sa.CheckConstraint("asks BETWEEN 1 AND 3", name=op.f("readers_asks_check")),
        _of_a_business("readers"),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("readers_place_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("readers_pkey")),
        sa.UniqueConstraint("post_code", name=op.f("readers_post_code_key")),
    )
    op.create_index("readers_business_id_id_index", "readers", ["business_id", "id"], unique=False)
    op.create_index("readers_area_index", "readers", ["area"], unique=False, postgresql_using="gist")
    op.create_index(op.f("readers_place_id_index"), "readers", ["place_id"], unique=False)
    op.create_table(
        "reader_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of_a_reader("reader_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("reader_keys_pkey")),
    )
    op.create_index(op.f("reader_keys_reader_id_index"), "reader_keys", ["reader_id"], unique=False)


def _geometry(kind: str) -> Geometry:
    return Geometry(
        geometry_type=kind,
        srid=4326,
        dimension=2,
        spatial_index=False,
        from_text="ST_GeomFromEWKT",
        name="geometry",
    )


def _of_a_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_person_id_fkey")
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")


def _of_a_business(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_business_id_fkey")
    return sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=name, ondelete="CASCADE")


def _of_a_reader(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_reader_id_fkey")
    return sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name=name, ondelete="CASCADE")
