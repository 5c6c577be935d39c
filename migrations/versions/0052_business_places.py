"""Businesses say where they are to be found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "business_places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("area", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("business_id", "businesses", "CASCADE"),
        _key("place_id", "places", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("business_places_pkey")),
    )
    for column in ("business_id", "place_id"):
        op.create_index(op.f(f"business_places_{column}_index"), "business_places", [column])
    op.create_index("business_places_area_index", "business_places", ["area"], postgresql_using="gist")


def downgrade() -> None:
    op.drop_table("business_places")


def _key(column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"business_places_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
