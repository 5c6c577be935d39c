"""What only friends may know exactly is filed in no location community's feed."""

from collections.abc import Sequence

from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

#: Exact is the fourth level, in the lowest three bits or the next three; the two ids are those of everyone and of
#: whoever is signed in.
HEARD_AROUND = """EXISTS (
    SELECT FROM unnest(c.audiences, c.codes) AS a (id, code)
    WHERE (a.code & 7 = 4 OR a.code >> 3 & 7 = 4)
      AND a.id = ANY (ARRAY['00000000-0000-0000-0000-000000000001',
                            '00000000-0000-0000-0000-000000000002']::uuid[] || c.location_ids || c.community_ids))"""


def upgrade() -> None:
    op.execute(f"""
        DELETE FROM feed_entries e USING check_ins c
        WHERE c.id = e.check_in_id AND c.cell = e.cell AND e.feed_id = ANY (c.location_ids) AND NOT {HEARD_AROUND}
    """)


def downgrade() -> None:
    op.execute(f"""
        INSERT INTO feed_entries (feed_id, check_in_id, cell)
        SELECT location.id, c.id, c.cell FROM check_ins c CROSS JOIN unnest(c.location_ids) AS location (id)
        WHERE c.visibility <> 'me' AND NOT {HEARD_AROUND}
        ON CONFLICT DO NOTHING
    """)
