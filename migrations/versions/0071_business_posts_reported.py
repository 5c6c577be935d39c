"""What businesses say to members is reported, and what moderators hide of them stays hidden."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0071"
down_revision: str | None = "0070"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CASES = "moderation_cases"
BEFORE = "'check-in', 'reply', 'person', 'community', 'event', 'piece'"
ABOUT = "person_id, community_id, event_id, piece_id"


def upgrade() -> None:
    op.add_column(CASES, sa.Column("post_id", sa.Uuid()))
    op.create_foreign_key(
        "moderation_cases_post_id_fkey", CASES, "business_posts", ["post_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(
        "moderation_cases_post_id_index",
        CASES,
        ["post_id"],
        postgresql_where=sa.text("post_id IS NOT NULL"),
    )
    _replaced("what", f"what IN ({BEFORE}, 'business-post')")
    _replaced("about", f"num_nonnulls({ABOUT}, post_id) = 1")


def downgrade() -> None:
    op.execute(f"DELETE FROM {CASES} WHERE post_id IS NOT NULL")
    _replaced("about", f"num_nonnulls({ABOUT}) = 1")
    _replaced("what", f"what IN ({BEFORE})")
    op.drop_column(CASES, "post_id")


def _replaced(name: str, condition: str) -> None:
    named = op.f(f"{CASES}_{name}_check")
    op.drop_constraint(named, CASES, type_="check")
    op.create_check_constraint(named, CASES, condition)
