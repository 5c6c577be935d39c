"""Counting a person anew among those who are here, where a contract changed what of them is open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import announce
from app.ids import first_id_at
from app.presence.rules import CLOCK_DRIFT
from app.presence.signals import Faded
from app.settings import LONGEST_PRESENCE

_COUNT = """
UPDATE location_memberships l SET counted_until = openly.until
FROM location_memberships m
CROSS JOIN LATERAL (
    SELECT max(o.present_until) AS until FROM check_ins o
    WHERE o.person_id = :person_id AND o.id >= :from_id AND o.present_until > :now AND o.counted
      AND m.community_id = ANY (o.location_ids)
) AS openly
WHERE m.person_id = :person_id AND l.cell = m.cell AND l.community_id = m.community_id AND l.person_id = m.person_id
  AND l.counted_until IS DISTINCT FROM openly.until
RETURNING l.community_id
"""


def count_anew(session: Session, person_id: UUID, now: datetime) -> None:
    """Count a person among those who are here where what they said openly, and still is open, says so; nowhere else."""
    values = {
        "person_id": person_id,
        "now": now,
        "from_id": first_id_at(now - LONGEST_PRESENCE - CLOCK_DRIFT),
    }
    changed = session.scalars(text(_COUNT), values).all()
    if changed:
        announce(session, Faded(tuple(changed)))
