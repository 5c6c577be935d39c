"""Removals do not keep where a check-in had been found, nor in which location communities."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.drop_column("removals", "found_at")
    op.drop_column("removals", "location_ids")


def downgrade() -> None:
    # Nobody knows any more where they were; whoever was away begins anew.
    op.execute("DELETE FROM removals")
    op.execute("INSERT INTO erasures (id, erased_at) VALUES (gen_random_uuid(), now())")
    op.add_column("removals", sa.Column("location_ids", sa.ARRAY(sa.Uuid()), nullable=False))
    position = Geometry("POINT", srid=4326, spatial_index=False)
    op.add_column("removals", sa.Column("found_at", position, nullable=False))
