"""The gate as one would write it first: a query for each check-in, with all rules in it, and what it finds written."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from uuid import uuid4

from psycopg2.extensions import connection

from bench.database import Database
from bench.gatekeeper import Ask, Decision, Matched, Mover, answer, served

_OPEN = """({0}.minutes IS NULL OR {0}.minutes @> (
    (extract(isodow FROM $4 AT TIME ZONE {0}.time_zone)::int - 1) * 1440
    + extract(hour FROM $4 AT TIME ZONE {0}.time_zone)::int * 60
    + extract(minute FROM $4 AT TIME ZONE {0}.time_zone)::int))"""
_CAME = """(SELECT count(*) FROM approaches a WHERE a.person_id = $1 AND NOT a.held_out
       AND a.at > $4 - interval '{since}'{also})"""
_OF_BUSINESS = " AND EXISTS (SELECT FROM offers x WHERE x.id = a.offer_id AND x.business_id = o.business_id)"
_MUTED = "NOT EXISTS (SELECT FROM mutes WHERE person_id = $1 AND kind = '{}' AND target {})"
#: What a community leaves to a business of its noise budget: its record there, a piece being worth three offers.
_LEFT = """(CASE WHEN record.noise = 0 THEN 1 ELSE 1 - record.noise ^ 2 / (record.total * (record.noise + 1.9208
    + 1.96 * sqrt(record.noise * record.useful / record.total + 0.9604))) END)"""
_RECORD = """(
    SELECT useful, noise, useful + noise AS total
    FROM (SELECT (coalesce(sum(r.useful), 0) + coalesce(sum(p.useful), 0) * 3)::float8 AS useful,
                 (coalesce(sum(r.noise), 0) + coalesce(sum(p.noise), 0))::float8 AS noise
          FROM (SELECT sum(useful) AS useful, sum(noise) AS noise FROM business_records
                WHERE business_id = o.business_id AND community_id = m.community_id) AS r,
               (SELECT sum(useful) AS useful, sum(noise) AS noise FROM pieces
                WHERE business_id = o.business_id AND community_id = m.community_id AND NOT hidden) AS p) AS said)"""
#: How much of what an offer is about is what their communities are about, of those that they have not muted.
_SHARE = """(SELECT avg(EXISTS (
        SELECT FROM memberships a JOIN community_topics b ON b.community_id = a.community_id
        WHERE a.person_id = $1 AND b.topic_id = c.topic_id
          AND NOT EXISTS (SELECT FROM mutes u WHERE u.person_id = $1 AND u.kind = 'community'
                          AND u.target = a.community_id))::int)
    FROM offer_topics c WHERE c.offer_id = o.id)"""
QUERY = f"""
SELECT offer, community, topic, key, wish, is_held_out, metres FROM (
SELECT DISTINCT ON (o.id) o.id, o.id::text AS offer, m.community_id::text AS community, t.topic_id::text AS topic,
       i.key, o.wish_id::text AS wish, {_LEFT} AS standing, {_SHARE} AS share,
       ('x' || left(md5(o.id || ':' || $1), 8))::bit(32)::bigint % 100 < o.hold_out AS is_held_out,
       ST_DistanceSphere(o.position, $2) AS metres
FROM offers o
JOIN offer_topics c ON c.offer_id = o.id
JOIN community_topics t ON t.topic_id = c.topic_id
JOIN topics i ON i.id = t.topic_id
JOIN memberships m ON m.community_id = t.community_id AND m.person_id = $1
JOIN communities k ON k.id = m.community_id
JOIN consents s ON s.person_id = m.person_id AND s.purpose = 'offers'
LEFT JOIN offer_budgets b ON b.person_id = m.person_id
CROSS JOIN LATERAL {_RECORD} AS record
WHERE ST_Covers(o.area, $2) AND o.published_at IS NOT NULL AND o.paused_at IS NULL AND o.withdrawn_at IS NULL
  AND o.starts_at <= $4 AND o.ends_at > $4 AND {_OPEN.format("o")} AND o.remaining IS DISTINCT FROM 0
  AND (o.activities = '{{}}' OR $3 = ANY (o.activities))
  AND (s.businesses IS NULL OR o.business_id = ANY (s.businesses)) AND NOT o.business_id = ANY (s.refused)
  AND {_OPEN.format("s")}
  AND (o.wish_id IS NULL OR EXISTS (SELECT FROM pledges g WHERE g.person_id = $1 AND g.wish_id = o.wish_id
                                    AND g.community_id = m.community_id))
  AND NOT EXISTS (SELECT FROM approaches a WHERE a.person_id = $1 AND a.offer_id = o.id)
  AND NOT EXISTS (SELECT FROM standings x WHERE x.community_id = m.community_id AND x.business_id = o.business_id
                  AND NOT x.is_welcome)
  AND {_MUTED.format("community", "= m.community_id")} AND {_MUTED.format("business", "= o.business_id")}
  AND {_MUTED.format("topic", "IN (SELECT topic_id FROM offer_topics WHERE offer_id = o.id)")}
  AND {_CAME.format(since="1 hour", also="")} < coalesce(b.an_hour, 1)
  AND {_CAME.format(since="1 day", also="")} < coalesce(b.a_day, 3)
  AND {_CAME.format(since="1 day", also=_OF_BUSINESS)} < coalesce(b.a_business, 3)
  AND {_CAME.format(since="1 day", also=" AND a.community_id = m.community_id")}
      < least(coalesce(b.a_community, 3), k.noise_budget * {_LEFT})
ORDER BY o.id, m.joined_at, m.community_id, t.topic_id) AS fitting
ORDER BY share DESC, width_bucket(round(metres), '{{50, 100, 200, 400, 800, 1600, 3200}}'::float8[]), standing DESC,
         round(metres), id LIMIT 1
"""
_PREPARE = f"PREPARE obvious (uuid, geometry, text, timestamptz) AS {QUERY}"
_DECIDE = "EXECUTE obvious (%s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s, %s)"
_HOLD_OUT = """
INSERT INTO approaches (person_id, offer_id, community_id, at, held_out)
VALUES (%(person)s, %(offer)s, %(community)s, %(at)s, true)
"""
_WRITE = """
WITH approached AS (
    INSERT INTO approaches (person_id, offer_id, community_id, at)
    VALUES (%(person)s, %(offer)s, %(community)s, %(at)s)
)
INSERT INTO deliveries (person_id, offer_id, id, community_id, topic_id, purpose, metres, activity,
                        delivered_at, wish_id)
VALUES (%(person)s, %(offer)s, %(id)s, %(community)s, %(topic)s, 'offers', %(metres)s, %(activity)s,
        %(at)s, %(wish)s)
"""


@contextmanager
def plain(database: Database) -> Iterator[Ask]:
    """The plain gate on a database of ours, on one connection in a process of its own."""
    with served(_serve, database) as ask:
        yield ask


def _serve(control: Connection, database: Database) -> None:
    with closing(database.connect()) as connected:
        answer(control, _Gate(connected))


class _Gate:
    def __init__(self, connected: connection) -> None:
        self._connection = connected
        with connected.cursor() as cursor:
            cursor.execute(_PREPARE)

    def match(self, movers: Sequence[Mover], seconds: float) -> Matched:
        """Takes them to the gate one after the other, until all came or time is up; what fits is delivered."""
        matched = Matched()
        began, spent = time.perf_counter(), time.process_time()
        for mover in movers:
            if time.perf_counter() >= began + seconds:
                break
            if found := self._decide(mover, write=True):
                matched.delivered.append(found)
            matched.count += 1
        matched.seconds, matched.cpu_s = time.perf_counter() - began, time.process_time() - spent
        return matched

    def decide(self, movers: Sequence[Mover]) -> list[Decision]:
        """What would be delivered to each if nobody else came before; nothing is."""
        return [found for mover in movers if (found := self._decide(mover, write=False))]

    def _decide(self, mover: Mover, write: bool) -> Decision | None:
        now = datetime.now(UTC)
        with self._connection.cursor() as cursor:
            cursor.execute(_DECIDE, (mover.person, mover.lon, mover.lat, mover.activity, now))
            if (row := cursor.fetchone()) is None:
                return None
            offer, community, topic, key, wish, is_held_out, metres = row
            if write:
                values = {
                    **{
                        "person": mover.person,
                        "offer": offer,
                        "community": community,
                        "topic": topic,
                        "wish": wish,
                    },
                    **{"id": str(uuid4()), "metres": metres, "activity": mover.activity, "at": now},
                }
                cursor.execute(_HOLD_OUT if is_held_out else _WRITE, values)
        return None if is_held_out else Decision(mover.person, offer, community, key)
