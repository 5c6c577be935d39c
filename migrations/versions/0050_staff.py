"""People are invited to the staff of a business, join it and leave it; a business nobody acts for is closed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("businesses", sa.Column("closed_at", sa.DateTime(timezone=True)))
    now = sa.func.now()
    op.add_column("staff", sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=now))
    op.execute("UPDATE staff s SET since = b.created_at FROM businesses b WHERE b.id = s.business_id")
    op.create_table(
        "staff_invitations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Uuid()),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'staff')", name=op.f("staff_invitations_role_check")),
        _key("person_id", "people", "CASCADE"),
        _key("business_id", "businesses", "CASCADE"),
        _key("invited_by", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("person_id", "business_id", name=op.f("staff_invitations_pkey")),
    )
    for column in ("business_id", "invited_by", "expires_at"):
        op.create_index(op.f(f"staff_invitations_{column}_index"), "staff_invitations", [column])


def downgrade() -> None:
    op.drop_table("staff_invitations")
    op.drop_column("staff", "since")
    op.drop_column("businesses", "closed_at")


def _key(column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"staff_invitations_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
