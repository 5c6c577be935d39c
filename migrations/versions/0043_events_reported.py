"""Events are reported, and what moderators hide of them stays hidden."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CASES = "moderation_cases"
BEFORE = "'check-in', 'reply', 'person', 'community'"


def upgrade() -> None:
    op.add_column("events", sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(CASES, sa.Column("event_id", sa.Uuid()))
    op.create_foreign_key(
        "moderation_cases_event_id_fkey", CASES, "events", ["event_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(
        "moderation_cases_event_id_index",
        CASES,
        ["event_id"],
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    _replaced("what", f"what IN ({BEFORE}, 'event')")
    _replaced("about", "num_nonnulls(person_id, community_id, event_id) = 1")


def downgrade() -> None:
    op.execute(f"DELETE FROM {CASES} WHERE event_id IS NOT NULL")
    _replaced("about", "num_nonnulls(person_id, community_id) = 1")
    _replaced("what", f"what IN ({BEFORE})")
    op.drop_column(CASES, "event_id")
    op.drop_column("events", "hidden")


def _replaced(name: str, condition: str) -> None:
    named = op.f(f"{CASES}_{name}_check")
    op.drop_constraint(named, CASES, type_="check")
    op.create_check_constraint(named, CASES, condition)
