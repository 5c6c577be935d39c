"""Contracts are found by whom they name, as those people may leave for good."""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "contracts_terms_index",
        "contracts",
        ["terms"],
        postgresql_using="gin",
        postgresql_ops={"terms": "jsonb_path_ops"},
    )


def downgrade() -> None:
    op.drop_index("contracts_terms_index", table_name="contracts")
