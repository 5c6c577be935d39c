"""Offers are held out from some whom they could reach, so that their use can be measured."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0064"
down_revision: str | None = "0063"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_KEY = ("person_id", "offer_id")
_OLD, _NEW = op.f("deliveries_person_id_offer_id_fkey"), op.f("deliveries_person_id_offer_id_held_out_fkey")


def upgrade() -> None:
    # What stands already promised nothing of the kind.
    op.add_column("offers", sa.Column("hold_out", sa.SmallInteger(), nullable=False, server_default="0"))
    op.alter_column("offers", "hold_out", server_default="10")
    op.create_check_constraint(op.f("offers_hold_out_check"), "offers", "hold_out BETWEEN 0 AND 50")
    op.create_check_constraint(op.f("offers_wished_check"), "offers", "wish_id IS NULL OR hold_out = 0")
    op.add_column("approaches", sa.Column("held_out", sa.Boolean(), nullable=False, server_default="false"))
    op.create_check_constraint(
        op.f("approaches_held_out_check"), "approaches", "NOT held_out OR opinion IS NULL"
    )
    op.create_unique_constraint(
        op.f("approaches_person_id_offer_id_held_out_key"), "approaches", [*_KEY, "held_out"]
    )
    never = sa.Column("held_out", sa.Boolean(), sa.Computed("false", persisted=True), nullable=False)
    op.add_column("deliveries", never)
    _refer(_OLD, _NEW, *_KEY, "held_out")


def _refer(instead_of: str, name: str, *key: str) -> None:
    op.drop_constraint(instead_of, "deliveries")
    op.create_foreign_key(name, "deliveries", "approaches", [*key], [*key], ondelete="CASCADE")


def downgrade() -> None:
    op.execute("DELETE FROM approaches WHERE held_out")
    _refer(_NEW, _OLD, *_KEY)
    op.drop_column("deliveries", "held_out")
    op.drop_constraint(op.f("approaches_person_id_offer_id_held_out_key"), "approaches")
    op.drop_column("approaches", "held_out")
    op.drop_column("offers", "hold_out")
