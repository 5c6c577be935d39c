"""Offers are drafts, published and paused, and have hours of the week."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("offers", sa.Column("published_at", sa.DateTime(timezone=True)))
    op.add_column("offers", sa.Column("paused_at", sa.DateTime(timezone=True)))
    op.add_column("offers", sa.Column("minutes", postgresql.INT4MULTIRANGE()))
    op.add_column("offers", sa.Column("time_zone", sa.String(), server_default="UTC", nullable=False))
    op.execute("UPDATE offers SET published_at = created_at")
    op.create_check_constraint(
        op.f("offers_draft_check"),
        "offers",
        "published_at IS NOT NULL OR paused_at IS NULL AND withdrawn_at IS NULL",
    )
    op.create_index("offers_published_at_index", "offers", ["published_at"])
    op.create_index("offers_business_id_id_index", "offers", ["business_id", "id"])
    op.drop_index(op.f("offers_business_id_index"), "offers")


def downgrade() -> None:
    op.execute("DELETE FROM offers WHERE published_at IS NULL")
    op.create_index(op.f("offers_business_id_index"), "offers", ["business_id"])
    op.drop_index("offers_business_id_id_index", "offers")
    op.drop_index("offers_published_at_index", "offers")
    op.drop_constraint(op.f("offers_draft_check"), "offers")
    for column in ("time_zone", "minutes", "paused_at", "published_at"):
        op.drop_column("offers", column)
