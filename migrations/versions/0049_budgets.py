"""People say how many offers may reach them, of all, through one community and of one business."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
_BOUNDS = {"an_hour": "1", "a_day": "3", "a_community": "3", "a_business": "3"}


def upgrade() -> None:
    ids = postgresql.ARRAY(sa.Uuid())
    op.add_column("offer_budgets", sa.Column("communities", ids, server_default="{}", nullable=False))
    op.add_column("offer_budgets", sa.Column("businesses", ids, server_default="{}", nullable=False))
    for name, bound in _BOUNDS.items():
        op.add_column(
            "offer_budgets", sa.Column(name, sa.SmallInteger(), server_default=bound, nullable=False)
        )
    op.execute("""
        UPDATE offer_budgets b SET recent = came.recent, communities = came.communities, businesses = came.businesses
        FROM (SELECT person_id, array_agg(at ORDER BY at DESC) AS recent,
                     array_agg(community_id ORDER BY at DESC) AS communities,
                     array_agg(business_id ORDER BY at DESC) AS businesses
              FROM (SELECT a.person_id, a.at, a.community_id, o.business_id,
                           row_number() OVER (PARTITION BY a.person_id ORDER BY a.at DESC) AS place
                    FROM approaches a JOIN offers o ON o.id = a.offer_id) AS newest
              WHERE place <= 20 GROUP BY person_id) AS came
        WHERE came.person_id = b.person_id
    """)


def downgrade() -> None:
    op.execute("UPDATE offer_budgets SET recent = recent[1:3]")
    for name in ("communities", "businesses", *_BOUNDS):
        op.drop_column("offer_budgets", name)
