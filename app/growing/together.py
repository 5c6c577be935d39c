"""Which communities may have grown into two, and who in one answered and met whom, in SQL.

Only members are looked at, by check-ins heard in the community in which their author lets themselves be counted, and by
answers that everybody may read. One who meets n others has a tie of 1/n to each (Newman 2001).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.growing.splitting import (
    LEAST_ACTIVE,
    MOST_ACTIVE,
    MOST_TIES,
    MOST_TOGETHER,
    SPLITS_LOOKED_BACK,
    Tie,
    Trait,
)
from app.ids import first_id_at

#: So many communities are looked at in a day; the others on the days after.
A_DAY = 20
_DUE = text("""
SELECT heard.id
FROM check_ins c CROSS JOIN LATERAL unnest(c.community_ids) AS heard (id)
JOIN memberships m ON m.person_id = c.person_id AND m.community_id = heard.id
JOIN communities k ON k.id = heard.id AND k.listed_at IS NOT NULL
WHERE c.id >= :from_id AND c.counted AND c.planned_for IS NULL
  AND NOT EXISTS (SELECT FROM splits_looked_for l WHERE l.community_id = heard.id AND l.at > :since)
  AND NOT EXISTS (SELECT FROM motions o
                  WHERE o.community_id = heard.id AND o.kind = 'split' AND o.state <> 'withdrawn'
                    AND o.closes_at > :since)
GROUP BY heard.id HAVING count(DISTINCT c.person_id) BETWEEN :least AND :most
ORDER BY heard.id LIMIT :limit
""")
_SAID = """
WITH said AS MATERIALIZED (
    SELECT c.id, c.cell, c.person_id, c.spot, (c.fixed_at AT TIME ZONE 'UTC')::date AS day, c.topic_ids, c.location_ids
    FROM memberships m JOIN check_ins c ON c.person_id = m.person_id
    WHERE m.community_id = :community AND c.id >= :from_id AND c.counted AND c.planned_for IS NULL
      AND :community = ANY (c.community_ids)
)"""
_TIES = text(f"""{_SAID},
met AS (
    SELECT array_agg(DISTINCT person_id) AS people FROM said GROUP BY spot, day
    HAVING count(DISTINCT person_id) BETWEEN 2 AND :crowd
),
ties AS (
    SELECT a.id AS one, b.id AS other, 1.0::float8 / (cardinality(people) - 1) AS weight
    FROM met CROSS JOIN LATERAL unnest(people) AS a (id) JOIN LATERAL unnest(people) AS b (id) ON a.id < b.id
    UNION ALL
    SELECT least(r.person_id, s.person_id), greatest(r.person_id, s.person_id),
           count(DISTINCT (r.said_at AT TIME ZONE 'UTC')::date)
    FROM said s JOIN replies r ON r.check_in_id = s.id AND r.cell = s.cell
    WHERE r.check_in_id >= :from_id AND r.visibility = 'public' AND NOT r.gone AND r.person_id <> s.person_id
      AND r.person_id IN (SELECT person_id FROM said)
    GROUP BY 1, 2
)
(SELECT one, other, sum(weight) AS weight FROM ties GROUP BY one, other LIMIT :ties)
UNION ALL
SELECT person_id, NULL, 0 FROM said GROUP BY person_id
""")
_TRAITS = text(f"""{_SAID}
SELECT DISTINCT s.person_id, 'topic' AS kind, t.name
FROM said s CROSS JOIN LATERAL unnest(s.topic_ids) AS of (id) JOIN topics t ON t.id = of.id
UNION
SELECT DISTINCT s.person_id, 'place', k.name
FROM said s CROSS JOIN LATERAL (
    SELECT c.name FROM unnest(s.location_ids) WITH ORDINALITY AS of (id, place) JOIN communities c ON c.id = of.id
    WHERE c.listed_at IS NOT NULL ORDER BY of.place LIMIT 1) AS k
""")


def due(session: Session, now: datetime) -> Sequence[UUID]:
    """Communities in which enough took part, and that were neither looked at nor decided on a split lately."""
    since = now - SPLITS_LOOKED_BACK
    values = {"since": since, "least": LEAST_ACTIVE, "most": MOST_ACTIVE, "limit": A_DAY}
    return session.scalars(_DUE, {**values, "from_id": first_id_at(since)}).all()


def who_with_whom(session: Session, community_id: UUID, now: datetime) -> tuple[set[UUID], list[Tie]]:
    """The members who took part, and the ties between them; of more ties than can be judged, one more than that."""
    values = {**_of(community_id, now), "crowd": MOST_TOGETHER, "ties": MOST_TIES + 1}
    people, ties = set(), []
    for one, other, weight in session.execute(_TIES, values):
        if other is None:
            people.add(one)
        else:
            ties.append(Tie(one, other, weight))
    return people, ties


def traits(session: Session, community_id: UUID, now: datetime) -> list[Trait]:
    """What members who took part speak of there, and around which smallest location communities."""
    return [Trait(*row) for row in session.execute(_TRAITS, _of(community_id, now))]


def _of(community_id: UUID, now: datetime) -> dict[str, object]:
    return {"community": community_id, "from_id": first_id_at(now - SPLITS_LOOKED_BACK)}
