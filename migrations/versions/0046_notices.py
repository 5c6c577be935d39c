"""People are told of wishes and reports as they are of events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OF_EVENTS = ("moved_up", "changed", "cancelled")
OF_OTHERS = (
    "wish_opened",
    "wish_answered",
    "wish_kept",
    "wish_broken",
    "wish_to_answer",
    "hidden",
    "shown_again",
    "report_upheld",
    "report_dismissed",
)
OLD = ("person_id", "id", "kind", "event_id", "date_id", "starts_at")


def upgrade() -> None:
    _table("notices", (*OF_EVENTS, *OF_OTHERS), {"wish_id": "wishes", "case_id": "moderation_cases"})
    _move("event_notices", "notices")
    op.create_index("offer_topics_topic_id_index", "offer_topics", ["topic_id"])
    op.add_column("wishes", sa.Column("businesses_told_at", sa.DateTime(timezone=True)))
    # Those that are open already stand in the list of their businesses.
    op.execute("UPDATE wishes SET businesses_told_at = opened_at")
    op.create_index(
        "wishes_to_tell_index",
        "wishes",
        ["id"],
        postgresql_where=sa.text("opened_at IS NOT NULL AND businesses_told_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("wishes_to_tell_index", "wishes")
    op.drop_column("wishes", "businesses_told_at")
    op.drop_index("offer_topics_topic_id_index", "offer_topics")
    _table("event_notices", OF_EVENTS, {})
    _move("notices", "event_notices")


def _table(name: str, kinds: Sequence[str], more: dict[str, str]) -> None:
    told = ", ".join(f"'{each}'" for each in kinds)
    whole = bool(more)
    op.create_table(
        name,
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid()),
        sa.Column("date_id", sa.Uuid()),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=whole),
        *(sa.Column(column, sa.Uuid()) for column in more),
        *([sa.Column("pledged", sa.Integer())] if whole else []),
        sa.CheckConstraint(f"kind IN ({told})", name=op.f(f"{name}_kind_check")),
        _key(name, "person_id", "people", "CASCADE"),
        _key(name, "event_id", "events", "SET NULL"),
        _key(name, "date_id", "event_dates", "SET NULL"),
        *(_key(name, column, to, "CASCADE") for column, to in more.items()),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"{name}_pkey")),
        postgresql_partition_by="RANGE (id)",
    )
    for column in ("event_id", "date_id", *more):
        op.create_index(f"{name}_{column}_index", name, [column])


def _move(old: str, new: str) -> None:
    """What people were told of events, month by month."""
    months = sa.text(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
        "WHERE inhparent = CAST(:old AS regclass)"
    )
    for name, bounds in op.get_bind().execute(months, {"old": old}).all():
        op.execute(f"CREATE TABLE {name.replace(old, new)} PARTITION OF {new} {bounds}")
    columns, kinds = ", ".join(OLD), ", ".join(f"'{each}'" for each in OF_EVENTS)
    op.execute(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} WHERE kind IN ({kinds})")
    op.drop_table(old)


def _key(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"{table}_{column}_fkey"), ondelete=ondelete
    )
