"""Finds what somebody proposed or made: when they propose more, and when they leave."""

from collections.abc import Sequence

from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MADE_BY = (("communities", "founded_by"), ("offers", "made_by"), ("topics", "added_by"))


def upgrade() -> None:
    for table, column in _MADE_BY:
        op.create_index(f"{table}_{column}_index", table, [column])


def downgrade() -> None:
    for table, column in reversed(_MADE_BY):
        op.drop_index(f"{table}_{column}_index", table)
