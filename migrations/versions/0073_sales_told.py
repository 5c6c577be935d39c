"""Which offers of a business ended lately, and which of its sales were taken back lately, is found by indexes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0073"
down_revision: str | None = "0072"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
SALES = ("redemptions", "purchases")


def upgrade() -> None:
    op.create_index("offers_business_id_ends_at_index", "offers", ["business_id", "ends_at"])
    for table in SALES:
        op.create_index(
            f"{table}_rolled_back_index",
            table,
            ["business_id", "rolled_back_at"],
            postgresql_where=sa.text("rolled_back_at IS NOT NULL"),
        )


def downgrade() -> None:
    for table in SALES:
        op.drop_index(f"{table}_rolled_back_index", table)
    op.drop_index("offers_business_id_ends_at_index", "offers")
