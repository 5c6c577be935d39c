"""The one statement that writes a batch of check-ins: values in, values out, one round trip.

It writes the check-ins whose key is new, finds the location communities that cover each, files each in its feeds,
moves the presences of those for whom it is the newest fix, and opens, prolongs and ends their location memberships.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.presence.moving import COVERING, DOUBT, MOVE
from app.trust.queries import heard_around_sql

#: A topic it speaks of that the members of a community do not want to hear of there.
_MUTED = "SELECT FROM muted_topics u WHERE u.community_id = {id} AND u.topic_id = ANY (g.topic_ids)"
#: Those chosen communities in which it is heard of which some are named, and what they may know.
_NAMED = """
    SELECT array_agg(c) AS ids, array_agg(known.code) AS codes, array_agg(known.feed) AS feeds,
           array_agg(known.near) AS nears
    FROM unnest(heard.ids) AS c
    LEFT JOIN unnest(g.named_to, g.named, g.named_feed, g.named_near) AS n (id, code, feed, near) ON n.id = c
    CROSS JOIN LATERAL (
        SELECT n.* WHERE n.id IS NOT NULL
        UNION ALL SELECT c, g.fellows, g.fellows_feed, g.fellows_near WHERE n.id IS NULL
    ) AS known (id, code, feed, near)
    WHERE g.named_to IS NOT NULL AND known.code > 0
"""


def _shared(said: str, here: str, fellows: str, named: str) -> str:
    """One thing of what each audience may know: those said, each location community, and each chosen one."""
    return f"""coalesce({said} || CASE WHEN g.here > 0 THEN {here} END
        || CASE WHEN g.named_to IS NOT NULL THEN {named} WHEN g.fellows > 0 THEN {fellows} END, '{{}}')"""


def _each(one: str, ids: str) -> str:
    return f"array_fill({one}, ARRAY[cardinality({ids})])"


_SHARES = f"""
    SELECT {_shared("g.said_to", "around.ids", "heard.ids", "named.ids")} AS audiences,
           {
    _shared("g.said", _each("g.here", "around.ids"), _each("g.fellows", "heard.ids"), "named.codes")
} AS codes,
           {
    _shared(
        "g.said_feed", _each("g.here_feed", "around.ids"), _each("g.fellows_feed", "heard.ids"), "named.feeds"
    )
} AS feed_untils,
           {
    _shared(
        "g.said_near", _each("g.here_near", "around.ids"), _each("g.fellows_near", "heard.ids"), "named.nears"
    )
} AS near_untils
    OFFSET 0
"""

_HEARD_AROUND = heard_around_sql("audiences", "codes", "location_ids || community_ids")

#: Given `(ord, id, …)` as JSON; answers a row for each, in no order.
STATEMENT = f"""
WITH given AS MATERIALIZED (
    SELECT j.*, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS position,
           ST_SetSRID(ST_MakePoint(found_lon, found_lat), 4326) AS found_at,
           decode(key, 'base64') AS key_hash, decode(print, 'base64') AS fingerprint
    FROM json_to_recordset($1) AS j (
        ord int, id uuid, person_id uuid, key text, print text, cell bigint, spot bigint,
        lat float8, lon float8, found_lat float8, found_lon float8, accuracy_m float8, sure_to_m float8,
        text text, activity text, topic_ids uuid[], place_id uuid, visibility text, exactness smallint,
        fixed_at timestamptz, sent_at timestamptz, received_at timestamptz, present_until timestamptz,
        planned_for timestamptz, said_by_id uuid, judged boolean, doubts text[],
        version int, quiet boolean, counted boolean, open_until timestamptz, ends_at timestamptz,
        said_to uuid[], said smallint[], said_feed timestamptz[], said_near timestamptz[],
        here smallint, here_feed timestamptz, here_near timestamptz, here_lat float8, here_lon float8,
        fellows smallint, fellows_feed timestamptz, fellows_near timestamptz,
        named_to uuid[], named smallint[], named_feed timestamptz[], named_near timestamptz[], posted_to uuid[])
),
-- A contract that changed while this was on its way decides anew. Whoever left a community posts nothing there.
current AS MATERIALIZED (
    SELECT g.* FROM given g JOIN people p ON p.id = g.person_id AND p.contract_version = g.version
    WHERE g.posted_to IS NULL OR cardinality(g.posted_to) = (
        SELECT count(*) FROM memberships m WHERE m.person_id = g.person_id AND m.community_id = ANY (g.posted_to))
),
keyed AS (
    INSERT INTO idempotency_keys (person_id, key_hash, fingerprint, created_at, check_in_cell, check_in_id)
    SELECT person_id, key_hash, fingerprint, received_at, cell, id FROM current WHERE key_hash IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING check_in_id
),
fresh AS MATERIALIZED (
    SELECT g.*, coalesce(covering.ids, '{{}}') AS location_ids, covering.names, heard.ids AS community_ids,
           around.ids AS here_ids, shared.*, coalesce(g.doubts, '{{}}') || ARRAY({DOUBT}) AS all_doubts
    FROM current g
    CROSS JOIN LATERAL ({COVERING}) AS covering
    -- Who may not know exactly is here where the middle of what they may know is; or small communities would tell.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN g.here_lat IS NULL THEN covering.ids ELSE ARRAY(
            SELECT c.id FROM communities c
            WHERE c.kind = 'location' AND g.sure_to_m <= c.reach_m
              AND ST_Covers(c.area, ST_SetSRID(ST_MakePoint(g.here_lon, g.here_lat), 4326))
        ) END AS ids OFFSET 0
    ) AS around
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT m.community_id)
                        FILTER (WHERE (m.community_id = ANY (g.posted_to)) IS NOT TRUE), '{{}}')
               || CASE WHEN g.posted_to IS NOT NULL THEN ARRAY(
                      SELECT p.id FROM unnest(g.posted_to) AS p (id) WHERE NOT EXISTS ({_MUTED.format(id="p.id")})) END
               AS ids
        FROM memberships m JOIN community_topics t USING (community_id)
        WHERE m.person_id = g.person_id AND t.topic_id = ANY (g.topic_ids)
          AND NOT EXISTS ({_MUTED.format(id="m.community_id")})
    ) AS heard
    CROSS JOIN LATERAL ({_NAMED}) AS named
    CROSS JOIN LATERAL ({_SHARES}) AS shared
    WHERE g.key_hash IS NULL OR g.id IN (SELECT check_in_id FROM keyed)
),
moving AS MATERIALIZED (
    SELECT DISTINCT ON (person_id) *, counted AS is_open FROM fresh
    WHERE present_until IS NOT NULL AND all_doubts = '{{}}' ORDER BY person_id, fixed_at DESC, id DESC
),
{MOVE},
moves AS (SELECT here.id, opened.ids AS opened_ids, ended.ids AS ended_ids
          FROM here LEFT JOIN opened USING (person_id) LEFT JOIN ended USING (person_id)),
written AS (
    INSERT INTO check_ins (id, cell, spot, person_id, position, found_at, accuracy_m, text, activity, topic_ids,
                           location_ids, community_ids, place_id, visibility, exactness, fixed_at, sent_at,
                           received_at, present_until, contract_version, counted, audiences, codes, feed_untils,
                           near_untils, open_until, ends_at, planned_for,
                           said_by_id, doubts)
    SELECT f.id, cell, spot, person_id, position, found_at, accuracy_m, text, activity, topic_ids,
           location_ids, community_ids, place_id, visibility, exactness, fixed_at, sent_at,
           received_at, CASE WHEN moves.id IS NOT NULL THEN present_until END, version,
           counted AND all_doubts = '{{}}', audiences, codes,
           feed_untils, near_untils, open_until, ends_at, planned_for, said_by_id, all_doubts
    FROM fresh f LEFT JOIN moves ON moves.id = f.id
    ORDER BY f.id
),
-- None twice, for nobody chooses to be a member of a location community: so nothing is asked about conflicts.
filed AS (
    INSERT INTO feed_entries (feed_id, check_in_id, cell)
    SELECT feed_id, id, cell
    FROM fresh, unnest(community_ids || topic_ids || CASE WHEN location_ids <> '{{}}' AND {_HEARD_AROUND}
                                                          THEN location_ids END) AS feed_id
    WHERE visibility <> 'me'
)
SELECT g.ord, f.id IS NOT NULL, moves.id IS NOT NULL, f.location_ids, f.names, f.community_ids, f.here_ids,
       moves.opened_ids, moves.ended_ids, k.fingerprint, k.check_in_id,
       f.all_doubts
FROM given g
LEFT JOIN fresh f ON f.id = g.id
LEFT JOIN moves ON moves.id = g.id
LEFT JOIN idempotency_keys k ON f.id IS NULL AND k.person_id = g.person_id AND k.key_hash = g.key_hash
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one check-in of a batch."""

    ord: int
    fresh: bool
    #: Whether it is its author's newest fix and so says where they are.
    moved: bool
    location_ids: list[UUID]
    location_names: list[str]
    community_ids: list[UUID]
    #: The location communities in which those who are here are told.
    here_ids: list[UUID]
    opened_ids: list[UUID]
    ended_ids: list[UUID]
    #: Of an earlier check-in under the same key, if this one is not fresh.
    first_fingerprint: bytes | None
    first_id: UUID | None
    doubts: list[str]

    @property
    def outdated(self) -> bool:
        """Whether nothing was written, because another contract holds than the one it was to be shared by; or because
        its author belongs no more where it was to be posted."""
        return not self.fresh and self.first_id is None and self.first_fingerprint is None


def written(row: tuple[Any, ...]) -> Written:
    """One row of the statement's answer."""
    (
        ordinal,
        fresh,
        moved,
        locations,
        names,
        communities,
        here,
        opened,
        ended,
        fingerprint,
        first_id,
        doubts,
    ) = row
    return Written(
        ordinal,
        fresh,
        moved,
        locations or [],
        names or [],
        communities or [],
        here or [],
        opened or [],
        ended or [],
        None if fingerprint is None else bytes(fingerprint),
        first_id,
        doubts or [],
    )
