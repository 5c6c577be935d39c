"""Who is named in a check-in is named once, also where two look at it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAME = "mentions_check_in_id_cell_person_id_key"


def upgrade() -> None:
    op.create_index(
        NAME,
        "mentions",
        ["check_in_id", "cell", "person_id"],
        unique=True,
        postgresql_where=sa.text("reply_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(NAME, "mentions")
