"""People report things, moderators decide, and what they hide stays hidden."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

REASONS = "('implausible', 'spam', 'unwelcome', 'illegal')"


def upgrade() -> None:
    for table in ("check_ins", "replies"):
        op.add_column(table, sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False))
    _cases()
    op.create_table(
        "reports",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        _moment("reported_at", nullable=False),
        _check("reports", "reason", f"reason IN {REASONS}"),
        _key("reports", "case_id", "moderation_cases", "CASCADE"),
        _key("reports", "reporter_id", "people", "CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "reporter_id", name="reports_pkey"),
    )
    op.create_index("reports_reporter_id_id_index", "reports", ["reporter_id", "id"])
    op.create_table(
        "moderation_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("text", sa.String(), nullable=False),
        _moment("at", nullable=False),
        _key("moderation_notes", "case_id", "moderation_cases", "CASCADE"),
        _key("moderation_notes", "by_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="moderation_notes_pkey"),
    )
    op.create_table(
        "moderation_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("act", sa.String(), nullable=False),
        _moment("at", nullable=False),
        _key("moderation_acts", "by_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="moderation_acts_pkey"),
    )
    for table in ("moderation_notes", "moderation_acts"):
        op.create_index(f"{table}_case_id_id_index", table, ["case_id", "id"])
        op.create_index(f"{table}_by_id_index", table, ["by_id"])


def _cases() -> None:
    op.create_table(
        "moderation_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("community_id", sa.Uuid()),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        _moment("opened_at", nullable=False),
        _moment("reported_at", nullable=False),
        sa.Column("taken_by", sa.Uuid()),
        _moment("decided_at"),
        sa.Column("upheld_for", sa.String()),
        sa.Column("objection", sa.String()),
        sa.Column("first_by", sa.Uuid()),
        _check("moderation_cases", "what", "what IN ('check-in', 'reply', 'person', 'community')"),
        _check("moderation_cases", "state", "state IN ('open', 'taken', 'dismissed', 'upheld')"),
        _check("moderation_cases", "upheld_for", f"upheld_for IN {REASONS}"),
        _check("moderation_cases", "about", "num_nonnulls(person_id, community_id) = 1"),
        _key("moderation_cases", "person_id", "people", "CASCADE"),
        _key("moderation_cases", "community_id", "communities", "CASCADE"),
        _key("moderation_cases", "taken_by", "people", "SET NULL"),
        _key("moderation_cases", "first_by", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="moderation_cases_pkey"),
        sa.UniqueConstraint("thing_id", "what", name="moderation_cases_thing_id_what_key"),
    )
    for column in ("community_id", "taken_by", "first_by"):
        op.create_index(f"moderation_cases_{column}_index", "moderation_cases", [column])
    op.create_index("moderation_cases_state_id_index", "moderation_cases", ["state", "id"])
    op.create_index(
        "moderation_cases_person_id_thing_id_index", "moderation_cases", ["person_id", "thing_id"]
    )


def downgrade() -> None:
    for table in ("moderation_acts", "moderation_notes", "reports", "moderation_cases"):
        op.drop_table(table)
    for table in ("check_ins", "replies"):
        op.drop_column(table, "hidden")


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"{table}_{name}_check"))


def _key(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"{table}_{column}_fkey", ondelete=ondelete)
