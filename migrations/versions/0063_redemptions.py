"""What of offers was redeemed, what was bought without one, and what tills were answered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0063"
down_revision: str | None = "0062"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make("redemptions", _of_an_offer())
    op.create_index(op.f("redemptions_offer_id_person_id_index"), "redemptions", ["offer_id", "person_id"])
    _make("purchases", [])
    _make_answers()
    op.create_table(
        "till_secrets",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("till_secrets_business_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", name=op.f("till_secrets_pkey")),
    )


def _of_an_offer() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("redemptions_offer_id_fkey"), ondelete="CASCADE"
        ),
    ]


def _make(table: str, more: list[sa.schema.SchemaItem]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("reader_id", sa.Uuid()),
        sa.Column("reading_id", sa.Uuid()),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("amount", sa.Numeric(14, 4)),
        sa.Column("currency", sa.CHAR(3)),
        sa.Column("rolled_back_at", _MOMENT),
        *more,
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{of}.id"], name=op.f(f"{table}_{column}_fkey"), ondelete=ondelete
            )
            for column, of, ondelete in (
                ("business_id", "businesses", "CASCADE"),
                ("person_id", "people", "SET NULL"),
                ("reader_id", "readers", "CASCADE"),
                ("reading_id", "readings", "SET NULL"),
            )
        ),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f(f"{table}_money_check")),
        sa.CheckConstraint("amount >= 0", name=op.f(f"{table}_amount_check")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{table}_pkey")),
        sa.UniqueConstraint("business_id", "nonce", name=op.f(f"{table}_business_id_nonce_key")),
    )
    op.create_index(f"{table}_business_id_id_index", table, ["business_id", "id"])
    op.create_index(f"{table}_person_id_id_index", table, ["person_id", "id"])
    op.create_index(op.f(f"{table}_reader_id_index"), table, ["reader_id"])
    op.create_index(op.f(f"{table}_reading_id_index"), table, ["reading_id"])


def _make_answers() -> None:
    op.create_table(
        "redemption_answers",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("made_id", sa.Uuid()),
        sa.Column("reading_id", sa.Uuid()),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=op.f("redemption_answers_business_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
            name=op.f("redemption_answers_reading_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("business_id", "nonce", name=op.f("redemption_answers_pkey")),
    )
    op.create_index(op.f("redemption_answers_received_at_index"), "redemption_answers", ["received_at"])
    op.create_index(op.f("redemption_answers_reading_id_index"), "redemption_answers", ["reading_id"])


def downgrade() -> None:
    for table in ("till_secrets", "redemption_answers", "purchases", "redemptions"):
        op.drop_table(table)
