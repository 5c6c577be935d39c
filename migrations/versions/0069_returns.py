"""What came of offers: what is told of people, what tills told of, and both groups by which its use is measured."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0069"
down_revision: str | None = "0068"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("approaches", sa.Column("topic_id", sa.Uuid()))
    op.create_index("approaches_at_index", "approaches", ["at"], postgresql_using="brin")
    op.create_table(
        "return_periods",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('day', 'week', 'settled')", name=op.f("return_periods_kind_check")),
        sa.PrimaryKeyConstraint("kind", "starts_on", name=op.f("return_periods_pkey")),
    )
    _figures()
    _sales()
    _groups()


def _figures() -> None:
    _make(
        "return_figures",
        [
            sa.Column("bucket", sa.String(), nullable=False),
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("measure", sa.String(), nullable=False),
            sa.Column("cut", sa.String(), nullable=False),
            sa.Column("part", sa.Uuid(), nullable=False),
        ],
        _of_a_business("return_figures"),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("bucket IN ('day', 'week')", name=op.f("return_figures_bucket_check")),
        sa.CheckConstraint("cut IN ('', 'community', 'topic')", name=op.f("return_figures_cut_check")),
    )
    op.create_index(
        "return_figures_business_id_starts_on_index", "return_figures", ["business_id", "starts_on"]
    )
    op.create_index("return_figures_starts_on_index", "return_figures", ["starts_on"])


def _sales() -> None:
    _make(
        "return_sales",
        [
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("currency", sa.String(), nullable=False),
        ],
        _of_a_business("return_sales"),
        sa.Column("redemptions", sa.Integer(), nullable=False),
        sa.Column("rolled_back", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    )
    op.create_index("return_sales_business_id_day_index", "return_sales", ["business_id", "day"])
    op.create_index("return_sales_day_index", "return_sales", ["day"])


def _groups() -> None:
    _make(
        "return_groups",
        [
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("held_out", sa.Boolean(), nullable=False),
        ],
        [],
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("bought", sa.Integer(), nullable=False),
    )
    op.create_index("return_groups_starts_on_index", "return_groups", ["starts_on"])
    _make(
        "return_spent",
        [
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("held_out", sa.Boolean(), nullable=False),
            sa.Column("currency", sa.String(), nullable=False),
            sa.Column("bin", sa.SmallInteger(), nullable=False),
        ],
        [],
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    )
    op.create_index("return_spent_starts_on_index", "return_spent", ["starts_on"])
    op.create_table(
        "return_recounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        _of("return_recounts", "offer_id", "offers"),
        sa.PrimaryKeyConstraint("id", name=op.f("return_recounts_pkey")),
    )
    op.create_index(op.f("return_recounts_offer_id_index"), "return_recounts", ["offer_id"])


def _make(
    table: str,
    key: list[sa.Column[object]],
    more: Sequence[sa.schema.SchemaItem],
    *rest: sa.schema.SchemaItem,
) -> None:
    """A table of offers: their id comes first in its key."""
    names = ["offer_id", *(each.name for each in key)]
    op.create_table(
        table,
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        *key,
        *more,
        *rest,
        _of(table, "offer_id", "offers"),
        sa.PrimaryKeyConstraint(*names, name=op.f(f"{table}_pkey")),
    )


def _of_a_business(table: str) -> list[sa.schema.SchemaItem]:
    business = sa.Column("business_id", sa.Uuid(), nullable=False)
    return [business, _of(table, "business_id", "businesses")]


def _of(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{of}.id"], name=op.f(f"{table}_{column}_fkey"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("recounts", "spent", "groups", "sales", "figures", "periods"):
        op.drop_table(f"return_{table}")
    op.drop_index("approaches_at_index", "approaches")
    op.drop_column("approaches", "topic_id")
