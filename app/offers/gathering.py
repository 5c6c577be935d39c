"""Who waits for others, now that enough are there: of offers that are for several members of a community at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.offers.reasons import open_sql, together_sql


def completed_by(session: Session, arrived: Sequence[UUID], now: datetime) -> list[UUID]:
    """Who was there already where too few were until some of these people came."""
    return list(session.scalars(_COMPLETED, {"arrived": list(arrived), "now": now}))


def together_since(session: Session, since: datetime, now: datetime) -> list[UUID]:
    """Who is where enough are, of whom some moved lately, and has not been reached.

    For what `completed_by` misses: of two who come at once through different processes, neither may be the last.
    """
    return list(session.scalars(_TOGETHER, {"since": since, "now": now}))


def _who_waits(those: str, when: str) -> str:
    """Those of these presences, and who is there with them, where this is so."""
    return f"""
    WITH places AS MATERIALIZED (
        SELECT DISTINCT o.id, m.community_id
        FROM presences a
        JOIN offers o ON o.collective IS NOT NULL AND ST_Covers(o.area, a.position) AND {open_sql("o", ":now")}
        JOIN memberships m ON m.person_id = a.person_id
        WHERE {those} AND a.expires_at > :now AND NOT a.quiet AND EXISTS (
            SELECT FROM community_topics c JOIN offer_topics t ON t.topic_id = c.topic_id
            WHERE c.community_id = m.community_id AND t.offer_id = o.id)
    )
    SELECT DISTINCT one.person_id
    FROM places JOIN offers o ON o.id = places.id
    CROSS JOIN LATERAL (
        SELECT array_agg(p.person_id) AS people FROM {together_sql("o", "places.community_id", ":now")}
        ) AS there
    CROSS JOIN LATERAL unnest(there.people) AS one (person_id)
    WHERE cardinality(there.people) >= o.collective AND {when} AND NOT EXISTS (
        SELECT FROM approaches a WHERE a.person_id = one.person_id AND a.offer_id = o.id)
    """


_COMPLETED = text(
    _who_waits(
        "a.person_id = ANY (CAST(:arrived AS uuid[]))",
        """cardinality(there.people) - (
            SELECT count(*) FROM unnest(there.people) AS new (id) WHERE new.id = ANY (CAST(:arrived AS uuid[]))
            ) < o.collective""",
    )
)
_TOGETHER = text(_who_waits("a.fixed_at > :since", "true"))
