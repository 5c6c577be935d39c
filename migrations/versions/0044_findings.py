"""What is new of a saved search is told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import TSQUERY

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEGINS = (("communities", "listed_at"), ("offers", "starts_at"))


def upgrade() -> None:
    _searches()
    op.create_table(
        "findings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.BigInteger()),
        *(
            sa.Column(
                f"{kind}_id",
                sa.Uuid(),
                sa.Computed(f"CASE WHEN kind = '{kind}' THEN thing_id END", persisted=True),
            )
            for kind in ("wish", "event")
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "name"],
            ["saved_searches.person_id", "saved_searches.name"],
            name=op.f("findings_person_id_name_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thing_id", "cell"],
            ["check_in_words.id", "check_in_words.cell"],
            name=op.f("findings_thing_id_cell_fkey"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wishes.id"], name=op.f("findings_wish_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("findings_event_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "name", "kind", "thing_id", name=op.f("findings_pkey")),
        sa.UniqueConstraint("person_id", "id", name=op.f("findings_person_id_id_key")),
    )
    for column in ("thing_id", "id", "wish_id", "event_id"):
        op.create_index(f"findings_{column}_index", "findings", [column])
    for table, column in BEGINS:
        op.create_index(f"{table}_{column}_index", table, [column])


def _searches() -> None:
    for column in (
        sa.Column("words", TSQUERY()),
        sa.Column("folded", sa.String()),
        sa.Column("topic_id", sa.Uuid()),
        sa.Column("around", Geometry("GEOMETRY", srid=4326, spatial_index=False)),
        sa.Column("anchors", sa.ARRAY(sa.Text())),
        sa.Column("hour", sa.DateTime(timezone=True)),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("more_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("saved_searches", column)
    op.create_foreign_key("saved_searches_topic_id_fkey", "saved_searches", "topics", ["topic_id"], ["id"])
    op.create_index("saved_searches_topic_id_index", "saved_searches", ["topic_id"])
    op.create_index(
        "saved_searches_anchors_index",
        "saved_searches",
        ["anchors"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("saved_searches_around_index", "saved_searches", ["around"], postgresql_using="gist")
    op.create_index(
        "saved_searches_unread_index",
        "saved_searches",
        ["person_id"],
        postgresql_where=sa.text("anchors IS NULL"),
    )


def downgrade() -> None:
    for table, column in BEGINS:
        op.drop_index(f"{table}_{column}_index", table)
    op.drop_table("findings")
    op.drop_index("saved_searches_unread_index", "saved_searches")
    for column in ("words", "folded", "topic_id", "around", "anchors", "hour", "told", "more_at"):
        op.drop_column("saved_searches", column)
