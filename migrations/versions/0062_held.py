"""How many of an offer may be held or redeemed, how often by one person; who has seen it, and who holds it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0062"
down_revision: str | None = "0061"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("offers", sa.Column("per_person", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column(
        "offers", sa.Column("rollback_minutes", sa.SmallInteger(), server_default="60", nullable=False)
    )
    op.create_check_constraint(op.f("offers_per_person_check"), "offers", "per_person BETWEEN 1 AND 100")
    op.create_check_constraint(
        op.f("offers_rollback_check"), "offers", "rollback_minutes BETWEEN 0 AND 10080"
    )
    # What was delivered took from it so far; nothing of any offer has been held or redeemed.
    op.execute("UPDATE offers SET remaining = quantity")
    op.add_column("approaches", sa.Column("seen_at", _MOMENT))
    op.add_column("approaches", sa.Column("held_at", _MOMENT))
    op.add_column("approaches", sa.Column("redeemed", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_table(
        "holds",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("holds_offer_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("holds_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", "person_id", name=op.f("holds_pkey")),
    )
    op.create_index(op.f("holds_person_id_index"), "holds", ["person_id"])
    op.create_index(op.f("holds_expires_at_index"), "holds", ["expires_at"])


def downgrade() -> None:
    op.drop_table("holds")
    op.drop_column("approaches", "redeemed")
    op.drop_column("approaches", "held_at")
    op.drop_column("approaches", "seen_at")
    op.execute("""
        UPDATE offers o SET remaining = greatest(0, o.quantity - came.count)
        FROM (SELECT offer_id, count(*) FROM approaches GROUP BY offer_id) AS came
        WHERE came.offer_id = o.id
    """)
    op.drop_constraint(op.f("offers_rollback_check"), "offers")
    op.drop_constraint(op.f("offers_per_person_check"), "offers")
    op.drop_column("offers", "rollback_minutes")
    op.drop_column("offers", "per_person")
