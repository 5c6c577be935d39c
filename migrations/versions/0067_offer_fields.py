"""Offers say in which language they are, at which places they are to be had, and which pieces help to judge them."""

from collections.abc import Sequence

import geoalchemy2
import sqlalchemy as sa
from alembic import op

revision: str = "0067"
down_revision: str | None = "0066"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("offers", sa.Column("language", sa.String()))
    op.add_column(
        "offers", sa.Column("positions", geoalchemy2.Geometry("MULTIPOINT", srid=4326, spatial_index=False))
    )
    op.create_table(
        "offer_places",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("business_place_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("offer_places_offer_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", "number", name=op.f("offer_places_pkey")),
    )
    op.create_table(
        "offer_pieces",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("offer_pieces_offer_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["piece_id"], ["pieces.id"], name=op.f("offer_pieces_piece_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", "piece_id", name=op.f("offer_pieces_pkey")),
    )
    op.create_index(op.f("offer_pieces_piece_id_index"), "offer_pieces", ["piece_id"])


def downgrade() -> None:
    op.drop_table("offer_pieces")
    op.drop_table("offer_places")
    op.drop_column("offers", "positions")
    op.drop_column("offers", "language")
