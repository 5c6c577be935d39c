"""The statements that keep what a batch of any size holds, each in one round trip."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ids import new_id
from app.phones.models import Device
from app.phones.rules import Point, Visit
from app.phones.values import hash_of

_KEEP = """
INSERT INTO positions (id, person_id, device_id, key_hash, position, accuracy_m, altitude_m, speed_m_s, heading,
                       activity, fixed_at, sent_at, received_at)
SELECT g.id, :person, :device, decode(g.key, 'base64'), ST_SetSRID(ST_MakePoint(g.lon, g.lat), 4326), g.accuracy_m,
       g.altitude_m, g.speed_m_s, g.heading, g.activity, g.fixed_at, g.sent_at, :received_at
FROM json_to_recordset(CAST(:points AS json)) AS g (
    id uuid, key text, lat float8, lon float8, accuracy_m float8, altitude_m float8, speed_m_s float8, heading float8,
    activity text, fixed_at timestamptz, sent_at timestamptz)
WHERE NOT EXISTS (
    SELECT FROM positions p
    WHERE p.device_id = :device AND p.fixed_at = g.fixed_at AND p.key_hash = decode(g.key, 'base64'))
RETURNING key_hash
"""
_SUGGEST = """
INSERT INTO suggestions AS s (id, person_id, device_id, key_hash, position, accuracy_m, arrived_at, left_at,
                              received_at)
SELECT DISTINCT ON (g.key) g.id, :person, :device, decode(g.key, 'base64'),
       ST_SetSRID(ST_MakePoint(g.lon, g.lat), 4326), g.accuracy_m, g.arrived_at, g.left_at, :received_at
FROM json_to_recordset(CAST(:visits AS json)) AS g (
    id uuid, key text, lat float8, lon float8, accuracy_m float8, arrived_at timestamptz, left_at timestamptz)
ORDER BY g.key, g.left_at DESC NULLS LAST
ON CONFLICT (device_id, key_hash) DO UPDATE SET left_at = coalesce(excluded.left_at, s.left_at)
WHERE s.decided_at IS NULL
"""
#: What is older than its device's history goes; all of it, where no history is wished for any more.
FORGET = """
DELETE FROM positions p USING devices d
WHERE d.id = p.device_id
  AND p.fixed_at <= CAST(:now AS timestamptz) - make_interval(days => coalesce(d.history_days, 0))
"""


def keep(session: Session, device: Device, points: Sequence[Point], now: datetime) -> set[str]:
    """Keep these in the device's history; the keys of those that were not there yet."""
    if not points:
        return set()
    keys = {hash_of(each.key): each.key for each in points}
    rows = [
        {
            "id": new_id(),
            # msgspec writes bytes as base64.
            "key": hash_of(each.key),
            "lat": each.position.lat,
            "lon": each.position.lon,
            "accuracy_m": each.accuracy_m,
            "altitude_m": each.altitude_m,
            "speed_m_s": each.speed_m_s,
            "heading": each.heading,
            "activity": each.activity,
            "fixed_at": each.fixed_at,
            "sent_at": each.sent_at,
        }
        for each in points
    ]
    written = session.scalars(text(_KEEP), _values(device, now, points=rows))
    return {keys[bytes(each)] for each in written}


def suggest(session: Session, device: Device, visits: Sequence[Visit], now: datetime) -> None:
    """Suggest to check in there; where it is suggested already, note when it ended."""
    if not visits:
        return
    rows = [
        {
            "id": new_id(),
            "key": each.key_hash,
            "lat": each.position.lat,
            "lon": each.position.lon,
            "accuracy_m": each.accuracy_m,
            "arrived_at": each.arrived_at,
            "left_at": each.left_at,
        }
        for each in visits
    ]
    session.execute(text(_SUGGEST), _values(device, now, visits=rows))


def _values(device: Device, now: datetime, **rows: object) -> dict[str, object]:
    given = {name: msgspec.json.encode(each).decode() for name, each in rows.items()}
    return {"person": device.person_id, "device": device.id, "received_at": now, **given}
