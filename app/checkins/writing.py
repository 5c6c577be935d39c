"""The one statement that writes a batch of check-ins: values in, values out, one round trip.

It writes the check-ins whose key is new, finds the location communities that cover each, files each in its feeds,
moves the presences of those for whom it is the newest fix, and opens, prolongs and ends their location memberships.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from app.checkins.rules import NewCheckIn
from app.presence.moving import COVERING, MOVE

#: Given `(ord, id, …)` as JSON; answers a row for each, in no order.
STATEMENT = f"""
WITH given AS MATERIALIZED (
    SELECT j.*, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS position,
           ST_SetSRID(ST_MakePoint(found_lon, found_lat), 4326) AS found_at,
           decode(key, 'base64') AS key_hash, decode(print, 'base64') AS fingerprint
    FROM json_to_recordset($1) AS j (
        ord int, id uuid, person_id uuid, key text, print text, cell bigint, spot bigint,
        lat float8, lon float8, found_lat float8, found_lon float8, accuracy_m float8, sure_to_m float8,
        text text, activity text, topic_ids uuid[], place_id uuid, visibility text, exactness text,
        fixed_at timestamptz, sent_at timestamptz, received_at timestamptz, present_until timestamptz)
),
keyed AS (
    INSERT INTO idempotency_keys (person_id, key_hash, fingerprint, created_at, check_in_cell, check_in_id)
    SELECT person_id, key_hash, fingerprint, received_at, cell, id FROM given WHERE key_hash IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING check_in_id
),
fresh AS MATERIALIZED (
    SELECT g.*, coalesce(covering.ids, '{{}}') AS location_ids, covering.names, heard.ids AS community_ids
    FROM given g
    CROSS JOIN LATERAL ({COVERING}) AS covering
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT m.community_id), '{{}}') AS ids
        FROM memberships m JOIN community_topics t USING (community_id)
        WHERE m.person_id = g.person_id AND t.topic_id = ANY (g.topic_ids)
    ) AS heard
    WHERE g.key_hash IS NULL OR g.id IN (SELECT check_in_id FROM keyed)
),
moving AS MATERIALIZED (
    SELECT DISTINCT ON (person_id) *, visibility = 'public' AND exactness = 'exact' AS is_open FROM fresh
    WHERE present_until IS NOT NULL ORDER BY person_id, fixed_at DESC, id DESC
),
{MOVE},
moves AS (SELECT here.id, opened.ids AS opened_ids, ended.ids AS ended_ids
          FROM here LEFT JOIN opened USING (person_id) LEFT JOIN ended USING (person_id)),
written AS (
    INSERT INTO check_ins (id, cell, spot, person_id, position, found_at, accuracy_m, text, activity, topic_ids,
                           location_ids, community_ids, place_id, visibility, exactness, fixed_at, sent_at,
                           received_at, present_until)
    SELECT f.id, cell, spot, person_id, position, found_at, accuracy_m, text, activity, topic_ids,
           location_ids, community_ids, place_id, visibility, exactness, fixed_at, sent_at,
           received_at, CASE WHEN moves.id IS NOT NULL THEN present_until END
    FROM fresh f LEFT JOIN moves ON moves.id = f.id
    ORDER BY f.id
),
filed AS (
    INSERT INTO feed_entries (feed_id, check_in_id, cell)
    SELECT feed_id, id, cell FROM fresh, unnest(location_ids || community_ids || topic_ids) AS feed_id
    WHERE visibility <> 'me'
    ON CONFLICT DO NOTHING
)
SELECT g.ord, f.id IS NOT NULL, moves.id IS NOT NULL, f.location_ids, f.names, f.community_ids,
       moves.opened_ids, moves.ended_ids, k.fingerprint, k.check_in_id
FROM given g
LEFT JOIN fresh f ON f.id = g.id
LEFT JOIN moves ON moves.id = g.id
LEFT JOIN idempotency_keys k ON f.id IS NULL AND k.person_id = g.person_id AND k.key_hash = g.key_hash
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one check-in of a batch."""

    ord: int
    fresh: bool
    #: Whether it is its author's newest fix and so says where they are.
    moved: bool
    location_ids: list[UUID]
    location_names: list[str]
    community_ids: list[UUID]
    opened_ids: list[UUID]
    ended_ids: list[UUID]
    #: Of an earlier check-in under the same key, if this one is not fresh.
    first_fingerprint: bytes | None
    first_id: UUID | None


def as_json(ids: Sequence[UUID], batch: Sequence[NewCheckIn]) -> str:
    """The batch as the statement takes it."""
    rows = [_row(place, made, new) for place, (made, new) in enumerate(zip(ids, batch, strict=True))]
    return msgspec.json.encode(rows).decode()


def written(row: tuple[Any, ...]) -> Written:
    """One row of the statement's answer."""
    ordinal, fresh, moved, locations, names, communities, opened, ended, fingerprint, first_id = row
    return Written(
        ordinal,
        fresh,
        moved,
        locations or [],
        names or [],
        communities or [],
        opened or [],
        ended or [],
        None if fingerprint is None else bytes(fingerprint),
        first_id,
    )


def _row(place: int, made: UUID, new: NewCheckIn) -> dict[str, object]:
    found, spot, cell = new.found()
    retried = new.retried
    return {
        "ord": place,
        "id": made,
        "person_id": new.person_id,
        # msgspec writes bytes as base64.
        "key": retried and retried.key_hash,
        "print": retried and retried.fingerprint,
        "cell": cell,
        "spot": spot,
        "lat": new.position.lat,
        "lon": new.position.lon,
        "found_lat": found.lat,
        "found_lon": found.lon,
        "accuracy_m": new.accuracy_m,
        "sure_to_m": new.sure_to_m,
        "text": new.text,
        "activity": new.activity,
        "topic_ids": new.topic_ids,
        "place_id": new.place_id,
        "visibility": new.visibility,
        "exactness": new.exactness,
        "fixed_at": new.times.fixed_at,
        "sent_at": new.times.sent_at,
        "received_at": new.times.received_at,
        "present_until": new.present_until,
    }
