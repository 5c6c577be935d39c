"""Why offers do not reach people: the first of all reasons, for many people and the offers around them, in SQL."""

from app.events.sight import visible_sql
from app.offers.rules import SAID_NOTHING
from app.peers import queries as peers
from app.peers.rules import A_PIECE
from app.relations import queries as relations
from app.relations.rules import MuteKind
from app.tag.visits import AGAIN
from app.trust.terms import Identity

#: Why an offer does not reach a person who is in its area while its window is open.
REASONS = (
    "again",
    "held-out",
    "quantity",
    "activity",
    "community",
    "wish",
    "collective",
    "returning",
    "event",
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


def _open_sql(minutes: str, zone: str, now: str = "$3") -> str:
    """Whether the minute of the week by the clock of a time zone is among these, or they are null. All are SQL."""
    local = f"{now} AT TIME ZONE {zone}"
    return f"""({minutes} IS NULL OR {minutes} @> (
        (extract(isodow FROM {local})::int - 1) * 1440
        + extract(hour FROM {local})::int * 60 + extract(minute FROM {local})::int))"""


def _came_sql(column: str, which: str) -> str:
    """How many offers reached a person in the last day whose value in an array of their budget is this. All are SQL."""
    return f"""(SELECT count(*) FROM unnest(h.recent, h.{column}) AS came (at, which)
                WHERE came.which = {which} AND came.at > $5)"""


def open_sql(offer: str, now: str) -> str:
    """Whether an offer is to be had now. All are SQL."""
    return f"""{offer}.published_at IS NOT NULL AND {offer}.paused_at IS NULL AND {offer}.withdrawn_at IS NULL
        AND {offer}.starts_at <= {now} AND {offer}.ends_at > {now}
        AND {_open_sql(f"{offer}.minutes", f"{offer}.time_zone", now)}"""


def _lets_sql(consent: str, offer: str, now: str) -> str:
    """Whether a consent in force lets an offer come at this hour. All are SQL."""
    return f"""{consent}.purpose = 'offers'
        AND ({consent}.businesses IS NULL OR {offer}.business_id = ANY ({consent}.businesses))
        AND NOT {offer}.business_id = ANY ({consent}.refused)
        AND {_open_sql(f"{consent}.minutes", f"{consent}.time_zone", now)}"""


def together_sql(offer: str, community: str, now: str) -> str:
    """The presences `p` of a community's members who are in an offer's area and let it come. All are SQL.

    It costs some microseconds for each member of the community: presences have no index of positions, as that would
    cost more with each move.
    """
    return f"""memberships m
        -- One after the other, whatever the planner expects of tables that were empty when it looked.
        CROSS JOIN LATERAL (SELECT * FROM presences p WHERE p.person_id = m.person_id LIMIT 1) AS p
        CROSS JOIN LATERAL (SELECT FROM consents s
            WHERE s.person_id = m.person_id AND {_lets_sql("s", offer, now)} LIMIT 1) AS s
        WHERE m.community_id = {community} AND p.expires_at > {now} AND NOT p.quiet
          AND ST_Covers({offer}.area, p.position)"""


def _visits_sql(person: str, business: str) -> str:
    """How often a business saw somebody come, as far as it can know them again: what its readers read within the time
    it may look at, without what was read again a little later. Both are SQL."""
    return f"""(SELECT count(*) FROM (
        SELECT r.read_at - lag(r.read_at) OVER (ORDER BY r.read_at, r.id) AS later FROM readings r
        WHERE r.person_id = {person} AND r.id >= $6 AND r.business_id = {business}
          AND r.disclosed >= {int(Identity.PSEUDONYM)}) AS seen
        WHERE later IS NULL OR later >= INTERVAL '{AGAIN.total_seconds():.0f} seconds')"""


def _goes_sql(person: str, offer: str) -> str:
    """Whether somebody has a seat at a date of an offer's event that was not over when the offer began. All are SQL."""
    return f"""EXISTS (
        SELECT FROM event_replies r JOIN event_dates d ON d.id = r.date_id JOIN events e ON e.id = d.event_id
        WHERE r.person_id = {person} AND r.reply = 'going' AND r.seated AND d.event_id = {offer}.event_id
          AND d.cancelled_at IS NULL AND d.ends_at > {offer}.starts_at
          AND e.cancelled_at IS NULL AND {visible_sql(None)})"""


def metres_sql(offer: str, position: str) -> str:
    """How far an offer is to be had from a position: on a sphere, from the nearest of its places. All are SQL."""
    return f"ST_DistanceSphere(coalesce({offer}.positions, {offer}.position), {position})"


def relevance_sql(offer: str, topics: str) -> str:
    """How much of what an offer is about is among these topics, from 0 to 1. Both are SQL."""
    return f"""(SELECT count(*) FILTER (WHERE t.topic_id = ANY ({topics}))::float8 / count(*)
        FROM offer_topics t WHERE t.offer_id = {offer})"""


def held_out_sql(percent: str, offer: str, person: str) -> str:
    """Whether an offer is held out from somebody, drawn as `app.offers.rules.is_held_out` does. All are SQL."""
    drawn = f"('x' || left(md5({offer}::text || ':' || {person}::text), 8))::bit(32)::bigint"
    return f"({percent} > 0 AND {drawn} % 100 < {percent})"


#: The reasons that are asked before how many are together, as SQL.
BEFORE_COLLECTIVE = ", ".join(map(repr, REASONS[: REASONS.index("collective")]))
_WAITS = f"collective IS NOT NULL AND coalesce(but_for_others NOT IN ({BEFORE_COLLECTIVE}), true)"
#: Who is where (`here`), and of the offers around each the first reason why not (`near`). $1 are people, $3 is now, $4
#: an hour ago, $5 a day ago, and $6 the first id that a reading may have. How many are together is counted once for all
#: who wait for each other, and only where nothing that is asked before is in the way.
NEAR = f"""
here AS MATERIALIZED (
    SELECT p.person_id, position, activity, coalesce(b.mutings, 0) AS mutings,
           coalesce(b.recent, '{{}}') AS recent, coalesce(b.communities, '{{}}') AS communities,
           coalesce(b.businesses, '{{}}') AS businesses,
           coalesce(b.an_hour, {SAID_NOTHING.an_hour}) AS an_hour, coalesce(b.a_day, {SAID_NOTHING.a_day}) AS a_day,
           coalesce(b.a_community, {SAID_NOTHING.a_community}) AS a_community,
           coalesce(b.a_business, {SAID_NOTHING.a_business}) AS a_business,
           {relations.muted_sql("p.person_id", MuteKind.BUSINESS)} AS muted_businesses,
           {relations.muted_sql("p.person_id", MuteKind.TOPIC)} AS muted_topics,
           heard.in_communities, coalesce(heard.on_topics, '{{}}') AS on_topics, heard.since
    FROM presences p LEFT JOIN offer_budgets b USING (person_id)
    -- What a community and an offer are about is compared for each of the offers around: read once, not each time.
    CROSS JOIN LATERAL (
        SELECT array_agg(t.community_id) AS in_communities, array_agg(t.topic_id) AS on_topics,
               array_agg(m.joined_at) AS since
        FROM memberships m JOIN community_topics t USING (community_id)
        WHERE m.person_id = p.person_id
          AND NOT m.community_id = ANY ({relations.muted_sql("p.person_id", MuteKind.COMMUNITY)})) AS heard
    WHERE p.person_id = ANY ($1) AND expires_at > $3 AND NOT quiet
),
met AS MATERIALIZED (
  SELECT person_id, activity, position, offer_id, wish_id, business_id, community_id, topic_id, collective, hold_out,
         but_for_others, standing,
         CASE WHEN but_for_others IS NULL THEN {relevance_sql("one.offer_id", "one.on_topics")} END AS relevance
  FROM (
    SELECT h.person_id, h.activity, h.position, h.on_topics, o.id AS offer_id, o.wish_id, o.business_id,
           through.community_id, through.topic_id, through.standing, o.collective, o.hold_out,
           CASE WHEN at_once.reason IS NOT NULL THEN at_once.reason
                WHEN through.community_id IS NULL THEN 'community'
                WHEN o.wish_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM pledges g WHERE g.person_id = h.person_id AND g.wish_id = o.wish_id)
                    THEN 'wish'
                WHEN o.returning IS NOT NULL AND {_visits_sql("h.person_id", "o.business_id")} < o.returning
                    THEN 'returning'
                WHEN o.event_id IS NOT NULL AND NOT {_goes_sql("h.person_id", "o")} THEN 'event'
                WHEN NOT EXISTS (SELECT FROM consents s
                                 WHERE s.person_id = h.person_id AND {_lets_sql("s", "o", "$3")}) THEN 'consent'
                WHEN {muted_sql("o", "h.muted_businesses", "h.muted_topics")} THEN 'muted'
                WHEN through.is_noisy THEN 'noise'
                WHEN through.is_spent OR {_came_sql("businesses", "o.business_id")} >= h.a_business
                  -- The last that counts, of those that came: there is none where fewer did.
                  OR h.an_hour = 0 OR coalesce(h.recent[h.an_hour] > $4, false)
                  OR h.a_day = 0 OR coalesce(h.recent[h.a_day] > $5, false) THEN 'budget'
           END AS but_for_others
    FROM here h
    -- By the area alone: what is so of most offers, such as having begun, would else be looked up for all there are.
    CROSS JOIN LATERAL (SELECT * FROM offers o WHERE ST_Covers(o.area, h.position) OFFSET 0) AS o
    -- For most this is the reason, or they share no topic; only of the others more is read.
    CROSS JOIN LATERAL (
        SELECT coalesce(
            (SELECT CASE WHEN a.held_out THEN 'held-out' ELSE 'again' END
             FROM approaches a WHERE a.person_id = h.person_id AND a.offer_id = o.id),
            CASE WHEN o.remaining = 0 THEN 'quantity'
                 WHEN o.activities <> '{{}}' AND NOT coalesce(h.activity = ANY (o.activities), false) THEN 'activity'
            END) AS reason OFFSET 0) AS at_once
    LEFT JOIN LATERAL (
        SELECT m.community_id, m.topic_id, stands.standing,
               came.count >= noise.budget AS is_noisy, came.count >= h.a_community AS is_spent
        FROM (
            SELECT heard.* FROM offer_topics t CROSS JOIN LATERAL (
                SELECT * FROM unnest(h.in_communities, h.on_topics, h.since)
                    AS heard (community_id, topic_id, joined_at)
                WHERE heard.topic_id = t.topic_id OFFSET 0) AS heard
            WHERE at_once.reason IS NULL AND t.offer_id = o.id AND t.topic_id = ANY (h.on_topics) OFFSET 0) AS m
        JOIN communities c ON c.id = m.community_id
        LEFT JOIN business_records r ON r.business_id = o.business_id AND r.community_id = m.community_id
        CROSS JOIN LATERAL (
            SELECT coalesce(r.useful, 0) + {A_PIECE} * coalesce(sum(p.useful), 0) AS useful,
                   coalesce(r.noise, 0) + coalesce(sum(p.noise), 0) AS noise
            FROM pieces p
            WHERE p.business_id = o.business_id AND p.community_id = m.community_id AND NOT p.hidden) AS record
        -- A business whose offers and pieces are called noise has less of it.
        CROSS JOIN LATERAL (SELECT {peers.standing_sql("record")} AS standing) AS stands
        CROSS JOIN LATERAL (SELECT c.noise_budget * stands.standing) AS noise (budget)
        CROSS JOIN LATERAL {_came_sql("communities", "m.community_id")} AS came
        WHERE NOT EXISTS (SELECT FROM standings s WHERE s.community_id = m.community_id
                          AND s.business_id = o.business_id AND NOT s.is_welcome)
          -- What answers a wish comes through the community that wished for it.
          AND (o.wish_id IS NULL OR m.community_id = (SELECT w.community_id FROM wishes w WHERE w.id = o.wish_id))
        ORDER BY came.count >= least(noise.budget, h.a_community), m.joined_at, m.community_id, m.topic_id LIMIT 1
    ) AS through ON true
    WHERE {open_sql("o", "$3")} OFFSET 0) AS one
),
gathered AS MATERIALIZED (
    SELECT w.offer_id, w.community_id, o.collective <= (
        SELECT count(*) FROM (SELECT FROM {together_sql("o", "w.community_id", "$3")} LIMIT o.collective) AS members
        ) AS is_enough
    FROM (SELECT DISTINCT offer_id, community_id FROM met
          WHERE {_WAITS}) AS w
    JOIN offers o ON o.id = w.offer_id
),
near AS MATERIALIZED (
    SELECT met.*, CASE WHEN NOT g.is_enough AND {_WAITS} THEN 'collective'
                       ELSE but_for_others END AS reason
    FROM met LEFT JOIN gathered g ON g.offer_id = met.offer_id AND g.community_id = met.community_id
)"""
