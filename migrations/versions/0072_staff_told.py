"""People are told that they are invited to a staff, what those say whom they invited, and that they were removed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0072"
down_revision: str | None = "0071"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OLD = (
    "moved_up",
    "changed",
    "cancelled",
    "wish_opened",
    "wish_answered",
    "wish_kept",
    "wish_broken",
    "wish_to_answer",
    "hidden",
    "shown_again",
    "report_upheld",
    "report_dismissed",
    "webhook_paused",
)
NEW = ("staff_invited", "staff_joined", "staff_declined", "staff_removed")


def upgrade() -> None:
    op.add_column("notices", sa.Column("business_id", sa.Uuid()))
    named = op.f("notices_business_id_fkey")
    op.create_foreign_key(named, "notices", "businesses", ["business_id"], ["id"], ondelete="CASCADE")
    op.create_index(op.f("notices_business_id_index"), "notices", ["business_id"])
    _take(*OLD, *NEW)


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE business_id IS NOT NULL")
    _take(*OLD)
    op.drop_column("notices", "business_id")


def _take(*kinds: str) -> None:
    """Of these kinds, and no other."""
    told = ", ".join(f"'{each}'" for each in kinds)
    op.drop_constraint(op.f("notices_kind_check"), "notices")
    op.create_check_constraint(op.f("notices_kind_check"), "notices", f"kind IN ({told})")
