"""The one statement that takes a check-in back: the check-in, its feed entries, and the presence it made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.checkins.signals import CheckInRemoved
from app.ids import first_id_at
from app.presence.rules import CLOCK_DRIFT
from app.presence.signals import Moved
from app.settings import LONGEST_PRESENCE
from app.trust.shares import Share
from geo import Position

#: Takes (id of the removal, id of the check-in, its author, now, an id before all that can still say where they are).
STATEMENT = """
WITH gone AS (
    DELETE FROM check_ins WHERE id = $2 AND person_id = $3
    RETURNING id, cell, person_id, found_at, fixed_at, present_until, topic_ids, location_ids, community_ids,
              audiences, codes
),
unfiled AS (
    DELETE FROM feed_entries e USING gone, unnest(topic_ids || location_ids || community_ids) AS feed_id
    WHERE e.feed_id = feed_id.feed_id AND e.check_in_id = gone.id
),
told AS (
    INSERT INTO removals (id, cell, check_in_id, topic_ids, community_ids, audiences, codes_before, codes_after)
    SELECT $1, cell, id, topic_ids, community_ids, audiences, codes,
           array_fill(0::smallint, ARRAY[cardinality(codes)])
    FROM gone
),
absent AS (
    UPDATE presences p SET expires_at = $4 FROM gone
    WHERE p.person_id = gone.person_id AND p.fixed_at = gone.fixed_at AND gone.present_until IS NOT NULL
      AND p.expires_at > $4
      -- Another check-in from the same fix still says where they are.
      AND NOT EXISTS (SELECT FROM check_ins o WHERE o.person_id = $3 AND o.id > $5 AND o.id <> $2
                      AND o.fixed_at = gone.fixed_at AND o.present_until IS NOT NULL)
    RETURNING p.person_id
),
ended AS (
    DELETE FROM location_memberships l USING absent WHERE l.person_id = absent.person_id
    RETURNING l.community_id, l.expires_at
),
uncounted AS (
    UPDATE location_memberships l SET counted_until = NULL FROM gone
    WHERE l.person_id = gone.person_id AND gone.present_until > $4 AND l.counted_until IS NOT NULL
      AND NOT EXISTS (SELECT FROM absent)
      -- Another check-in still says openly that they are there.
      AND NOT EXISTS (SELECT FROM check_ins o WHERE o.person_id = $3 AND o.id > $5 AND o.id <> $2
                      AND o.counted AND o.present_until > $4
                      AND l.community_id = ANY (o.location_ids))
)
SELECT ST_Y(found_at), ST_X(found_at), topic_ids, location_ids, community_ids, audiences, codes,
       ARRAY(SELECT community_id FROM ended WHERE expires_at > $4)
FROM gone
"""


#: Takes (person): all their check-ins and feed entries, and no row that tells of it.
FORGET = """
WITH gone AS (
    DELETE FROM check_ins WHERE person_id = :person_id
    RETURNING id, found_at, topic_ids, location_ids, community_ids, audiences, codes
),
unfiled AS (
    DELETE FROM feed_entries e USING gone, unnest(topic_ids || location_ids || community_ids) AS feed (id)
    WHERE e.feed_id = feed.id AND e.check_in_id = gone.id
)
SELECT id, ST_Y(found_at), ST_X(found_at), topic_ids, location_ids, community_ids, audiences, codes
FROM gone ORDER BY id
"""

#: Takes (person, nobody, authors).
FORGET_NAMED = """
UPDATE check_ins SET audiences = array_replace(audiences, CAST(:person_id AS uuid), CAST(:nobody AS uuid))
WHERE person_id = ANY (CAST(:authors AS uuid[])) AND CAST(:person_id AS uuid) = ANY (audiences)
"""


@dataclass(frozen=True, slots=True)
class Removal:
    """Who takes which check-in back, when."""

    check_in_id: UUID
    by: UUID
    at: datetime

    @property
    def horizon(self) -> UUID:
        """Check-ins before it are too old to say where anyone is."""
        return first_id_at(self.at - LONGEST_PRESENCE - CLOCK_DRIFT)


def signals_of(removal_id: UUID, removal: Removal, row: tuple[Any, ...]) -> Iterator[object]:
    """What the statement's answer means."""
    *told, ended = row
    yield removed(removal_id, removal.by, (removal.check_in_id, *told))
    if ended:
        yield Moved(removal.by, (), None, (), tuple(ended))


def removed(removal_id: UUID, by: UUID, row: Sequence[Any]) -> CheckInRemoved:
    """The signal of one check-in that was taken back."""
    check_in_id, lat, lon, topic_ids, location_ids, community_ids, audiences, codes = row
    return CheckInRemoved(
        id=removal_id,
        check_in_id=check_in_id,
        person_id=by,
        found_at=Position(lat, lon),
        topic_ids=tuple(topic_ids),
        location_ids=tuple(location_ids),
        community_ids=tuple(community_ids),
        before=tuple(map(Share, audiences, codes)),
        after=(),
    )
