"""How often members sent a business off, which the gate of offers holds while it delivers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("communities", sa.Column("sendings_off", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("communities", "sendings_off")
