"""What each audience may know of a check-in, as its author's contract says. Who is here already keeps an open house."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BY_SPOT = "check_ins_spot_id_index"
OPEN_HOUSE = """
INSERT INTO contracts (person_id, version, made_at, terms)
SELECT id, 1, now(), jsonb_build_object('time_zone', 'UTC', 'quiet_places', '[]'::jsonb, 'terms', (
    SELECT jsonb_agg(jsonb_build_object(
        'purpose', purpose, 'who', jsonb_build_object('group', who, 'id', NULL), 'level', level, 'hours', NULL,
        'days', NULL, 'identity', identity))
    FROM (VALUES ('communities', 'here', 'exact', 'nobody'), ('communities', 'communities', 'exact', 'nobody'),
                 ('feed', 'everyone', 'exact', 'nobody'), ('nearby', 'everyone', 'exact', 'nobody'),
                 ('statistics', 'everyone', 'exact', 'nobody'), ('nearby', 'here', 'exact', 'nobody'),
                 ('nearby', 'communities', 'exact', 'nobody'),
                 ('readers', 'everyone', 'nothing', 'handle'))
         AS t (purpose, who, level, identity)))
FROM people
"""
#: 36 is exact by either way, 18 the quarter; ids 1 and 2 stand for everybody and for whoever is signed in.
SHARE = """
UPDATE check_ins SET contract_version = 1, counted = visibility = 'public' AND exactness = 4,
    open_until = CASE WHEN visibility = 'public' THEN 'infinity'::timestamptz END,
    audiences = CASE visibility WHEN 'me' THEN '{}' WHEN 'public' THEN
        '{00000000-0000-0000-0000-000000000001}'::uuid[] ELSE '{}' END
        || CASE WHEN visibility <> 'me' THEN location_ids || community_ids ELSE '{}' END,
    codes = CASE visibility WHEN 'public' THEN ARRAY[other] ELSE '{}' END
        || CASE WHEN visibility <> 'me' THEN array_fill(other, ARRAY[cardinality(location_ids)])
                || array_fill(36::smallint, ARRAY[cardinality(community_ids)]) ELSE '{}' END
FROM (VALUES (2::smallint, 18::smallint), (4::smallint, 36::smallint)) AS o (level, other) WHERE level = exactness
"""
FOR_EVER = """
UPDATE check_ins SET feed_untils = array_fill(NULL::timestamptz, ARRAY[cardinality(codes)]),
                     near_untils = array_fill(NULL::timestamptz, ARRAY[cardinality(codes)])
"""


def upgrade() -> None:
    op.add_column("presences", sa.Column("quiet", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("consents", sa.Column("businesses", sa.ARRAY(sa.Uuid()), nullable=True))
    op.add_column("consents", sa.Column("refused", sa.ARRAY(sa.Uuid()), nullable=False, server_default="{}"))
    op.add_column("consents", sa.Column("minutes", postgresql.INT4MULTIRANGE(), nullable=True))
    op.add_column("consents", sa.Column("time_zone", sa.String(), nullable=False, server_default="UTC"))
    op.execute(OPEN_HOUSE)
    op.execute("UPDATE people SET contract_version = 1")
    op.drop_index(BY_SPOT, "check_ins")
    op.drop_index("check_ins_spot_id_hidden_index", "check_ins")
    op.drop_constraint(op.f("check_ins_visibility_check"), "check_ins")
    op.drop_constraint(op.f("check_ins_exactness_check"), "check_ins")
    op.create_check_constraint(
        op.f("check_ins_visibility_check"),
        "check_ins",
        "visibility IN ('public', 'communities', 'followers', 'me')",
    )
    op.alter_column(
        "check_ins",
        "exactness",
        type_=sa.SmallInteger(),
        postgresql_using="CASE exactness WHEN 'exact' THEN 4 ELSE 2 END",
    )
    op.create_check_constraint(op.f("check_ins_exactness_check"), "check_ins", "exactness BETWEEN 1 AND 4")
    op.add_column(
        "check_ins", sa.Column("contract_version", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("check_ins", sa.Column("counted", sa.Boolean(), nullable=False, server_default="false"))
    for name, kind in LISTS.items():
        op.add_column("check_ins", sa.Column(name, sa.ARRAY(kind), nullable=False, server_default="{}"))
    for name in ("open_until", "ends_at"):
        op.add_column("check_ins", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(SHARE)
    op.execute(FOR_EVER)
    for name in ("contract_version", "counted", *LISTS):
        op.alter_column("check_ins", name, server_default=None)
    _index()
    # Whoever was away begins anew, and needs none of what was taken back.
    op.execute("DELETE FROM removals")
    op.execute(
        "INSERT INTO erasures (id, erased_at) SELECT gen_random_uuid(), now() WHERE EXISTS (SELECT FROM check_ins)"
    )
    op.drop_column("removals", "visibility")
    op.drop_column("removals", "exactness")
    op.add_column("removals", sa.Column("audiences", sa.ARRAY(sa.Uuid()), nullable=False))
    for name in ("codes_before", "codes_after"):
        op.add_column("removals", sa.Column(name, sa.ARRAY(sa.SmallInteger()), nullable=False))


LISTS: dict[str, sa.types.TypeEngine[object]] = {
    "audiences": sa.Uuid(),
    "codes": sa.SmallInteger(),
    "feed_untils": sa.DateTime(timezone=True),
    "near_untils": sa.DateTime(timezone=True),
}


def _index() -> None:
    op.create_index(
        BY_SPOT,
        "check_ins",
        ["spot", "id"],
        unique=False,
        postgresql_include=["found_at", "open_until", "person_id"],
    )
    op.create_index(
        "check_ins_spot_id_shared_index",
        "check_ins",
        ["spot", "id"],
        unique=False,
        postgresql_where=sa.text("open_until IS DISTINCT FROM 'infinity' AND audiences <> '{}'"),
    )
    op.create_index(
        "check_ins_person_id_id_own_index",
        "check_ins",
        ["person_id", "id"],
        unique=False,
        postgresql_where=sa.text("audiences = '{}'"),
    )
    op.create_index(
        "check_ins_ends_at_index",
        "check_ins",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("ends_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("check_ins_ends_at_index", "check_ins")
    op.drop_index("check_ins_person_id_id_own_index", "check_ins")
    op.drop_index("check_ins_spot_id_shared_index", "check_ins")
    op.drop_index(BY_SPOT, "check_ins")
    op.drop_constraint(op.f("check_ins_exactness_check"), "check_ins")
    op.drop_constraint(op.f("check_ins_visibility_check"), "check_ins")
    # What nobody but the author knows of is for nobody else again, and what was for fewer is for them.
    op.execute("UPDATE check_ins SET visibility = 'me' WHERE audiences = '{}' OR visibility = 'followers'")
    for name in ("ends_at", "open_until", *reversed(LISTS), "counted", "contract_version"):
        op.drop_column("check_ins", name)
    op.alter_column(
        "check_ins",
        "exactness",
        type_=sa.String(),
        postgresql_using="CASE exactness WHEN 4 THEN 'exact' ELSE 'area' END",
    )
    op.create_check_constraint(
        op.f("check_ins_visibility_check"), "check_ins", "visibility IN ('public', 'communities', 'me')"
    )
    op.create_check_constraint(
        op.f("check_ins_exactness_check"), "check_ins", "exactness IN ('exact', 'area')"
    )
    op.create_index(
        BY_SPOT,
        "check_ins",
        ["spot", "id"],
        unique=False,
        postgresql_include=["found_at", "visibility", "person_id"],
    )
    op.create_index(
        "check_ins_spot_id_hidden_index",
        "check_ins",
        ["spot", "id"],
        unique=False,
        postgresql_where=sa.text("visibility <> 'public'"),
    )
    op.drop_column("presences", "quiet")
    for name in ("time_zone", "minutes", "refused", "businesses"):
        op.drop_column("consents", name)
    op.execute("DELETE FROM removals")
    for name in ("codes_after", "codes_before", "audiences"):
        op.drop_column("removals", name)
    for name in ("visibility", "exactness"):
        op.add_column("removals", sa.Column(name, sa.String(), nullable=False))
