"""Offers that answer a wish, which the database delivers to nobody who has not pledged."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = "COALESCE(wish_id, '00000000-0000-0000-0000-000000000000'::uuid)"


def upgrade() -> None:
    for table in ("offers", "deliveries"):
        op.add_column(table, sa.Column("wish_id", sa.Uuid(), nullable=True))
        op.add_column(
            table, sa.Column("wish_key", sa.Uuid(), sa.Computed(KEY, persisted=True), nullable=False)
        )
    op.create_unique_constraint(op.f("offers_wish_id_key"), "offers", ["wish_id"])
    op.create_unique_constraint(op.f("offers_id_wish_key_key"), "offers", ["id", "wish_key"])
    op.create_foreign_key(
        op.f("offers_wish_id_fkey"), "offers", "wishes", ["wish_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index("deliveries_offer_id_index", "deliveries", ["offer_id"])
    op.create_foreign_key(
        op.f("deliveries_offer_id_wish_key_fkey"),
        "deliveries",
        "offers",
        ["offer_id", "wish_key"],
        ["id", "wish_key"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        op.f("deliveries_person_id_wish_id_fkey"),
        "deliveries",
        "pledges",
        ["person_id", "wish_id"],
        ["person_id", "wish_id"],
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("deliveries_person_id_wish_id_fkey"), "deliveries")
    op.drop_constraint(op.f("deliveries_offer_id_wish_key_fkey"), "deliveries")
    op.drop_index("deliveries_offer_id_index", "deliveries")
    op.drop_constraint(op.f("offers_wish_id_fkey"), "offers")
    # What was for those who pledged is for nobody else.
    op.execute("DELETE FROM offers WHERE wish_id IS NOT NULL")
    for table in ("deliveries", "offers"):
        op.drop_column(table, "wish_key")
        op.drop_column(table, "wish_id")
