"""Offers for people who are there together, who come again, or who go to an event."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0065"
down_revision: str | None = "0064"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WISHED = op.f("offers_wished_check")


def upgrade() -> None:
    for name in ("collective", "returning"):
        op.add_column("offers", sa.Column(name, sa.SmallInteger()))
        op.create_check_constraint(op.f(f"offers_{name}_check"), "offers", f'"{name}" BETWEEN 2 AND 100')
    op.add_column("offers", sa.Column("event_id", sa.Uuid()))
    op.create_index(
        "offers_collective_index",
        "offers",
        ["area"],
        postgresql_using="gist",
        postgresql_where=sa.text("collective IS NOT NULL"),
    )
    _keep_for_who_pledged('hold_out = 0 AND num_nonnulls(collective, "returning", event_id) = 0')


def _keep_for_who_pledged(promised: str) -> None:
    op.drop_constraint(_WISHED, "offers")
    op.create_check_constraint(_WISHED, "offers", f"wish_id IS NULL OR {promised}")


def downgrade() -> None:
    _keep_for_who_pledged("hold_out = 0")
    op.drop_index("offers_collective_index", "offers")
    for name in ("event_id", "returning", "collective"):
        op.drop_column("offers", name)
