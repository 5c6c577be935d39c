"""Why offers do not reach people: the first of all reasons, for many people and the offers around them, in SQL."""

from app.offers.rules import SAID_NOTHING
from app.peers import queries as peers
from app.peers.rules import A_PIECE
from app.relations import queries as relations
from app.relations.rules import MuteKind

#: Why an offer does not reach a person who is in its area while its window is open.
REASONS = (
    "again",
    "held-out",
    "quantity",
    "activity",
    "community",
    "wish",
    "consent",
    "muted",
    "noise",
    "budget",
)


def muted_sql(offer: str, businesses: str, topics: str) -> str:
    """Whether an offer comes of one of these businesses, or carries one of these topics. All are SQL."""
    return f"""({offer}.business_id = ANY ({businesses}) OR {topics} <> '{{}}' AND EXISTS (
        SELECT FROM offer_topics carried
        WHERE carried.offer_id = {offer}.id AND carried.topic_id = ANY ({topics})))"""


def _open_sql(minutes: str, zone: str) -> str:
    """Whether the minute of the week by the clock of a time zone is among these, or they are null. All are SQL."""
    local = f"$3 AT TIME ZONE {zone}"
    return f"""({minutes} IS NULL OR {minutes} @> (
        (extract(isodow FROM {local})::int - 1) * 1440
        + extract(hour FROM {local})::int * 60 + extract(minute FROM {local})::int))"""


def _came_sql(column: str, which: str) -> str:
    """How many offers reached a person in the last day whose value in an array of their budget is this. All are SQL."""
    return f"""(SELECT count(*) FROM unnest(h.recent, h.{column}) AS came (at, which)
                WHERE came.which = {which} AND came.at > $5)"""


def _held_out_sql(offer: str, person: str) -> str:
    """Whether an offer is held out from somebody, drawn as `app.offers.rules.is_held_out` does. All are SQL."""
    drawn = f"('x' || left(md5({offer}.id::text || ':' || {person}::text), 8))::bit(32)::bigint"
    return f"({offer}.hold_out > 0 AND {drawn} % 100 < {offer}.hold_out)"


#: Who is where (`here`), and of the offers around each the first reason why not (`near`). $1 are people, $3 is now, $4
#: an hour ago and $5 a day ago.
NEAR = f"""
here AS MATERIALIZED (
    SELECT person_id, position, activity, coalesce(b.mutings, 0) AS mutings,
           coalesce(b.recent, '{{}}') AS recent, coalesce(b.communities, '{{}}') AS communities,
           coalesce(b.businesses, '{{}}') AS businesses,
           coalesce(b.an_hour, {SAID_NOTHING.an_hour}) AS an_hour, coalesce(b.a_day, {SAID_NOTHING.a_day}) AS a_day,
           coalesce(b.a_community, {SAID_NOTHING.a_community}) AS a_community,
           coalesce(b.a_business, {SAID_NOTHING.a_business}) AS a_business,
           {relations.muted_sql("presences.person_id", MuteKind.BUSINESS)} AS muted_businesses,
           {relations.muted_sql("presences.person_id", MuteKind.COMMUNITY)} AS muted_communities,
           {relations.muted_sql("presences.person_id", MuteKind.TOPIC)} AS muted_topics
    FROM presences LEFT JOIN offer_budgets b USING (person_id)
    WHERE person_id = ANY ($1) AND expires_at > $3 AND NOT quiet
),
near AS MATERIALIZED (
    SELECT h.person_id, h.activity, o.id AS offer_id, ST_DistanceSphere(coalesce(o.positions, o.position), h.position) AS metres,
           o.wish_id, o.business_id, through.community_id, through.topic_id,
           {_held_out_sql("o", "h.person_id")} AS is_held_out,
           coalesce((SELECT CASE WHEN a.held_out THEN 'held-out' ELSE 'again' END
                     FROM approaches a WHERE a.person_id = h.person_id AND a.offer_id = o.id),
           CASE WHEN o.remaining = 0 THEN 'quantity'
                WHEN o.activities <> '{{}}' AND NOT coalesce(h.activity = ANY (o.activities), false)
                    THEN 'activity'
                WHEN through.community_id IS NULL THEN 'community'
                WHEN o.wish_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM pledges g WHERE g.person_id = h.person_id AND g.wish_id = o.wish_id)
                    THEN 'wish'
                WHEN NOT EXISTS (SELECT FROM consents s WHERE s.person_id = h.person_id AND s.purpose = 'offers'
                                 AND (s.businesses IS NULL OR o.business_id = ANY (s.businesses))
                                 AND NOT o.business_id = ANY (s.refused)
                                 AND {_open_sql("s.minutes", "s.time_zone")})
                    THEN 'consent'
                WHEN {muted_sql("o", "h.muted_businesses", "h.muted_topics")} THEN 'muted'
                WHEN through.is_noisy THEN 'noise'
                WHEN through.is_spent OR {_came_sql("businesses", "o.business_id")} >= h.a_business
                  -- The last that counts, of those that came: there is none where fewer did.
                  OR h.an_hour = 0 OR coalesce(h.recent[h.an_hour] > $4, false)
                  OR h.a_day = 0 OR coalesce(h.recent[h.a_day] > $5, false) THEN 'budget'
           END) AS reason
    FROM here h
    JOIN offers o ON ST_Covers(o.area, h.position)
        AND o.published_at IS NOT NULL AND o.paused_at IS NULL AND o.withdrawn_at IS NULL
        AND o.starts_at <= $3 AND o.ends_at > $3 AND {_open_sql("o.minutes", "o.time_zone")}
    LEFT JOIN LATERAL (
        SELECT m.community_id, t.topic_id,
               came.count >= noise.budget AS is_noisy, came.count >= h.a_community AS is_spent
        FROM memberships m
        JOIN community_topics t ON t.community_id = m.community_id
        JOIN offer_topics ot ON ot.offer_id = o.id AND ot.topic_id = t.topic_id
        JOIN communities c ON c.id = m.community_id
        LEFT JOIN business_records r ON r.business_id = o.business_id AND r.community_id = m.community_id
        CROSS JOIN LATERAL (
            SELECT coalesce(r.useful, 0) + {A_PIECE} * coalesce(sum(p.useful), 0) AS useful,
                   coalesce(r.noise, 0) + coalesce(sum(p.noise), 0) AS noise
            FROM pieces p
            WHERE p.business_id = o.business_id AND p.community_id = m.community_id AND NOT p.hidden) AS record
        -- A business whose offers and pieces are called noise has less of it.
        CROSS JOIN LATERAL (SELECT c.noise_budget * {peers.standing_sql("record")}) AS noise (budget)
        CROSS JOIN LATERAL {_came_sql("communities", "m.community_id")} AS came
        WHERE m.person_id = h.person_id AND NOT m.community_id = ANY (h.muted_communities)
          AND NOT EXISTS (SELECT FROM standings s WHERE s.community_id = m.community_id
                          AND s.business_id = o.business_id AND NOT s.is_welcome)
          -- What answers a wish comes through the community that wished for it.
          AND (o.wish_id IS NULL OR m.community_id = (SELECT w.community_id FROM wishes w WHERE w.id = o.wish_id))
        ORDER BY came.count >= least(noise.budget, h.a_community), m.joined_at, m.community_id, t.topic_id LIMIT 1
    ) AS through ON true
)"""
