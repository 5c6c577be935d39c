"""The part of a statement that moves people: shared by check-ins, which move their authors, and by positions.

It stands on a common table expression `moving(person_id, cell, position, accuracy_m, activity, fixed_at,
present_until, location_ids, received_at, quiet, is_open)` with at most one row a person, and leaves three behind:
`arrived`, those for whom this is the newest fix; `opened` and `ended`, the location memberships that came to be or
ceased. `is_open` says that everybody may know the exact spot and that the person lets themselves be counted: only such
people are counted among those who are here.
Run it only after `LOCK`, so that no two statements move one person at once.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from app.presence.plausibility import AT_ONE_TIME_S, FASTEST_M_S, GRAIN_S, HOW_MUCH_WIDER, Doubt
from app.presence.rules import ASSUMED_ACCURACY_M

#: The location communities around a position `g.position` known as well as `g.sure_to_m` says, smallest first.
#: A fix less certain than an area is large opens nothing there, and nothing does in a quiet place.
COVERING = """
    SELECT coalesce(array_agg(c.id ORDER BY c.reach_m, c.id), '{}') AS ids,
           coalesce(array_agg(c.name ORDER BY c.reach_m, c.id), '{}') AS names
    FROM communities c
    WHERE c.kind = 'location' AND ST_Covers(c.area, g.position) AND g.sure_to_m <= c.reach_m AND NOT g.quiet
"""

#: Why a fix `g` of somebody cannot be true beside the last one known of them, which they did not check out from; no row
#: where it can be. The twin of `plausibility.judge`; a test holds the two together.
DOUBT = f"""
    SELECT CASE WHEN abs(extract(epoch FROM g.fixed_at - p.fixed_at)) <= {AT_ONE_TIME_S}
                THEN '{Doubt.TWO_PLACES}' ELSE '{Doubt.TOO_FAST}' END
    FROM presences p WHERE p.person_id = g.person_id AND p.expires_at > p.fixed_at AND g.judged
      AND ST_DistanceSphere(p.position, g.position)
          - {HOW_MUCH_WIDER} * (coalesce(p.accuracy_m, {ASSUMED_ACCURACY_M}) + g.sure_to_m)
          > {FASTEST_M_S} * (abs(extract(epoch FROM g.fixed_at - p.fixed_at)) + {GRAIN_S})
"""

MOVE = """
arrived AS (
    INSERT INTO presences AS p (person_id, position, accuracy_m, activity, fixed_at, expires_at, quiet)
    SELECT person_id, position, accuracy_m, activity, fixed_at, present_until, quiet FROM moving
    ON CONFLICT (person_id) DO UPDATE
    SET position = excluded.position, accuracy_m = excluded.accuracy_m, fixed_at = excluded.fixed_at,
        activity = coalesce(excluded.activity, CASE WHEN p.expires_at > (
            SELECT received_at FROM moving m WHERE m.person_id = p.person_id) THEN p.activity END),
        expires_at = excluded.expires_at, quiet = excluded.quiet
    WHERE p.fixed_at <= excluded.fixed_at
    RETURNING person_id
),
here AS MATERIALIZED (SELECT m.* FROM moving m JOIN arrived USING (person_id)),
was AS MATERIALIZED (
    SELECT l.person_id, l.community_id, l.opened_at, l.expires_at > here.received_at AS still
    FROM location_memberships l JOIN here USING (person_id)
),
gone AS (
    DELETE FROM location_memberships l USING here
    WHERE l.person_id = here.person_id
      AND (l.cell <> here.cell OR NOT l.community_id = ANY (here.location_ids))
),
stays AS (
    SELECT here.person_id, here.cell, c.community_id, here.present_until, coalesce(was.still, false) AS still,
           CASE WHEN was.still THEN was.opened_at ELSE here.fixed_at END AS opened_at,
           CASE WHEN here.is_open THEN here.present_until END AS counted_until
    FROM here CROSS JOIN unnest(here.location_ids) AS c (community_id)
    LEFT JOIN was ON was.person_id = here.person_id AND was.community_id = c.community_id
),
prolonged AS (
    INSERT INTO location_memberships AS l (cell, community_id, person_id, opened_at, expires_at, counted_until)
    SELECT cell, community_id, person_id, opened_at, present_until, counted_until FROM stays
    ON CONFLICT (cell, community_id, person_id) DO UPDATE
    SET opened_at = excluded.opened_at, expires_at = excluded.expires_at,
        -- What was said openly stands as long as it was said for, whatever came without a word since.
        counted_until = greatest(l.counted_until, excluded.counted_until)
),
opened AS (SELECT person_id, array_agg(community_id) AS ids FROM stays WHERE NOT still GROUP BY person_id),
ended AS (
    SELECT was.person_id, array_agg(was.community_id) AS ids FROM was JOIN here USING (person_id)
    WHERE was.still AND NOT was.community_id = ANY (here.location_ids) GROUP BY was.person_id
)
"""

LOCK = "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k"


def lock_keys(person_ids: Iterable[UUID]) -> list[int]:
    """What LOCK takes: one key a person, in one order everywhere, so that no two statements wait for each other."""
    return sorted({_lock_key(each) for each in person_ids})


def _lock_key(person_id: UUID) -> int:
    return int.from_bytes(hashlib.blake2b(person_id.bytes, digest_size=8).digest(), signed=True)
