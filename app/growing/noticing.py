"""Who keeps checking in near one another, in SQL (ST_ClusterDBSCAN: Ester, Kriegel, Sander and Xu, KDD 1996).

Only check-ins are looked at whose author lets everybody know exactly where, and lets themselves be counted. Each person
stands once for each spot they were in; distances are metres of the UTM zone, at whose border a group falls in two.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.growing.rules import LEAST_DAYS, LEAST_PEOPLE, LOOKED_BACK, REACHES_M, Meeting, meetings
from app.ids import first_id_at
from geo import Position

_TOGETHER = text("""
WITH said AS (
    SELECT topic.id AS topic_id, c.person_id, c.spot, ST_Centroid(ST_Collect(c.found_at)) AS at,
           array_agg(DISTINCT (c.fixed_at AT TIME ZONE 'UTC')::date) AS days
    FROM check_ins c CROSS JOIN LATERAL unnest(c.topic_ids) AS topic (id)
    WHERE c.id >= :from_id AND c.counted AND c.fixed_at >= :since AND c.fixed_at < :now
      AND ST_Y(c.found_at) BETWEEN -80 AND 84
    GROUP BY 1, 2, 3
),
zoned AS (
    SELECT *, 32600 + CASE WHEN ST_Y(at) < 0 THEN 100 ELSE 0 END
              + least(60, floor((ST_X(at) + 180) / 6)::int + 1) AS zone
    FROM said
),
grouped AS (
    SELECT *, ST_ClusterDBSCAN(ST_Transform(at, zone), :reach_m, :people) OVER (PARTITION BY topic_id, zone) AS place
    FROM zoned
),
regulars AS (
    SELECT topic_id, zone, place, person_id, ST_Collect(DISTINCT at) AS spots
    FROM grouped CROSS JOIN LATERAL unnest(days) AS of (day)
    WHERE place IS NOT NULL
    GROUP BY 1, 2, 3, 4
    HAVING count(DISTINCT of.day) >= :days
),
places AS (
    SELECT topic_id, array_agg(person_id) AS people, ST_Collect(spots) AS spots
    FROM regulars GROUP BY topic_id, zone, place HAVING count(*) >= :people
)
SELECT topic_id, people, ST_Y(middle) AS lat, ST_X(middle) AS lon,
       (SELECT max(ST_DistanceSphere(middle, each.geom)) FROM ST_DumpPoints(spots) AS each) AS radius_m
FROM places CROSS JOIN LATERAL ST_Centroid(spots) AS middle
ORDER BY topic_id, cardinality(people) DESC, lat, lon
""")


def people_together(session: Session, now: datetime) -> list[Meeting]:
    """Those who kept meeting in the time looked back on; three passes over what was said in it."""
    return meetings(list(_found(session, reach_m, now)) for reach_m in REACHES_M)


def _found(session: Session, reach_m: float, now: datetime) -> Iterator[Meeting]:
    since = now - LOOKED_BACK
    asked = {
        "from_id": first_id_at(since),
        "since": since,
        "now": now,
        "reach_m": reach_m,
        "people": LEAST_PEOPLE,
        "days": LEAST_DAYS,
    }
    for row in session.execute(_TOGETHER, asked):
        yield Meeting(row.topic_id, frozenset(row.people), Position(row.lat, row.lon), row.radius_m)
