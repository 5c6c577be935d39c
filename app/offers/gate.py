"""The gate: one statement that, for a batch of people who have just moved, delivers what may reach them.

It takes each person's presence, the live offers whose area covers it and which are to be had at this hour, and gives
every pair the first reason why not, in the order of `REASONS`. Of what is left the nearest offer (in whole metres; of
equally near ones the first made) reaches the person, if their budget allows. Budgets are locked while they are counted,
so several processes never exceed them. What is delivered takes nothing from how many there are: see holding and
redeeming; an offer of which none is left reaches nobody. A community lets nothing through of a business that it sent
off, nor more in a day than its noise budget; what it decides on either waits for the gate, or the gate for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.ids import new_id
from app.offers.rules import MOST_A_DAY, MOST_AROUND, SAID_NOTHING
from app.offers.signals import OfferDelivered
from app.peers import queries as peers
from app.peers.rules import A_PIECE
from app.relations import queries as relations
from app.relations.rules import MuteKind

#: Why an offer does not reach a person who is in its area while its window is open.
REASONS = ("again", "quantity", "activity", "community", "wish", "consent", "muted", "noise", "budget")


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


#: Who is where, and of the offers around each the first reason why not.
_NEAR = f"""
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
    SELECT h.person_id, h.activity, o.id AS offer_id,
           ST_DistanceSphere(coalesce(o.positions, o.position), h.position) AS metres,
           o.wish_id, o.business_id, through.community_id, through.topic_id,
           CASE WHEN EXISTS (SELECT FROM approaches a WHERE a.person_id = h.person_id AND a.offer_id = o.id)
                    THEN 'again'
                WHEN o.remaining = 0 THEN 'quantity'
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
           END AS reason
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
_STATEMENT = f"""
WITH {_NEAR},
fitting AS (
    SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY round(metres), offer_id) AS choice
    FROM near WHERE reason IS NULL
),
locked AS MATERIALIZED (
    SELECT id, remaining FROM offers WHERE id IN (SELECT offer_id FROM fitting WHERE choice = 1)
      AND withdrawn_at IS NULL AND paused_at IS NULL AND remaining IS DISTINCT FROM 0 ORDER BY id FOR SHARE
),
decided AS MATERIALIZED (
    SELECT c.id FROM communities c WHERE c.id IN (SELECT community_id FROM fitting WHERE choice = 1)
      -- What members decide while we do shows in this row alone, and waits until we are done.
      AND (c.sendings_off, c.noise_budget) = (SELECT as_decided.sendings_off, as_decided.noise_budget
                                              FROM communities as_decided WHERE as_decided.id = c.id)
    ORDER BY c.id FOR SHARE
),
allowed AS (
    SELECT f.* FROM fitting f JOIN locked l ON l.id = f.offer_id JOIN decided c ON c.id = f.community_id
    WHERE choice = 1
),
spent AS (
    INSERT INTO offer_budgets AS b (person_id, recent, communities, businesses)
    SELECT person_id, ARRAY[$3], ARRAY[community_id], ARRAY[business_id] FROM allowed ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET recent = (excluded.recent || b.recent)[1:{MOST_A_DAY}],
        communities = (excluded.communities || b.communities)[1:{MOST_A_DAY}],
        businesses = (excluded.businesses || b.businesses)[1:{MOST_A_DAY}]
    -- Whoever reaches them or mutes holds this row: what happened while we decided shows in it alone.
    WHERE (b.recent, b.mutings) = (SELECT h.recent, h.mutings FROM here h WHERE h.person_id = b.person_id)
    RETURNING person_id
),
approached AS (
    INSERT INTO approaches (person_id, offer_id, community_id, at)
    SELECT person_id, offer_id, community_id, $3 FROM allowed JOIN spent USING (person_id)
    RETURNING person_id, offer_id
),
delivered AS (
    INSERT INTO deliveries (person_id, offer_id, id, community_id, topic_id, purpose, metres, activity, delivered_at,
                            wish_id)
    SELECT person_id, offer_id, made.id, community_id, topic_id, 'offers', metres, activity, $3, wish_id
    FROM allowed JOIN approached USING (person_id, offer_id)
    JOIN unnest($1, $2) AS made (person_id, id) USING (person_id)
    RETURNING *
)
SELECT d.id, d.person_id, d.offer_id, b.name AS business, o.title, o.text, t.key AS topic, t.name AS topic_name,
       d.community_id, c.name AS community, d.metres, d.activity, o.ends_at, d.delivered_at, l.remaining,
       NULL AS reason, NULL AS withheld
FROM delivered d
JOIN offers o ON o.id = d.offer_id
JOIN locked l ON l.id = d.offer_id
JOIN businesses b ON b.id = o.business_id
JOIN topics t ON t.id = d.topic_id
JOIN communities c ON c.id = d.community_id
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       coalesce(n.reason, 'budget'), count(*)
FROM near n LEFT JOIN delivered d USING (person_id, offer_id)
WHERE d.id IS NULL GROUP BY 16
"""


_AROUND = f"""
WITH {_NEAR}
SELECT n.offer_id, b.name, o.title, n.metres, n.reason
FROM near n JOIN offers o ON o.id = n.offer_id JOIN businesses b ON b.id = o.business_id
WHERE n.reason IS DISTINCT FROM 'again' ORDER BY round(n.metres), n.offer_id LIMIT {MOST_AROUND} OFFSET cardinality($2)
"""


#: Planned once a connection, which takes longer than the gate itself. The tables are small when the plan is made and
#: large when it is used, so only plans that grow well may be made.
_PLANS = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
PREPARE {name} (uuid[], uuid[], timestamptz, timestamptz, timestamptz) AS {statement};
"""
_PREPARE = {
    name: _PLANS.format(name=name, statement=statement)
    for name, statement in (("gate", _STATEMENT), ("around", _AROUND))
}


@dataclass(frozen=True, slots=True)
class Withheld:
    """An offer that somebody is in the area of, and the first reason why it does not reach them; None if it may."""

    offer_id: UUID
    business: str
    title: str
    metres: float
    reason: str | None


def around(session: Session, person_id: UUID, now: datetime) -> list[Withheld]:
    """The offers where somebody is that did not reach them, the nearest first; nothing is changed by looking."""
    return [Withheld(*row) for row in _executed(session, "around", [person_id], [], now)]


def deliver(
    session: Session, people: Sequence[UUID], now: datetime
) -> tuple[list[OfferDelivered], dict[str, int]]:
    """Deliver what may reach these people, each at most one offer; and how many were withheld, by first reason.

    Raises IntegrityError where somebody left a community or withdrew their consent meanwhile: ask again.
    """
    delivered: list[OfferDelivered] = []
    withheld: dict[str, int] = {}
    for row in _executed(session, "gate", people, [new_id() for _ in people], now):
        *shown, reason, count = row
        if reason is None:
            delivered.append(OfferDelivered(*shown))
        else:
            withheld[reason] = count
    return delivered, withheld


def _executed(
    session: Session, name: str, people: Sequence[UUID], ids: Sequence[UUID], now: datetime
) -> Iterator[Any]:
    connection = session.connection()
    known: set[str] = connection.info.setdefault("gates", set())
    values = (list(people), list(ids), now, now - timedelta(hours=1), now - timedelta(days=1))
    # It is planned when it is run first, which has to be in the same breath.
    prepare = "" if name in known else _PREPARE[name].replace("%", "%%")
    rows = connection.exec_driver_sql(f"{prepare}EXECUTE {name} (%s, %s, %s, %s, %s)", values)
    known.add(name)
    yield from rows
