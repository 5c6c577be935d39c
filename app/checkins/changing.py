"""Writing how check-ins are shared otherwise than before, and telling whoever may know less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.checkins.rows import first_end, open_until
from app.checkins.rules import cells_of
from app.checkins.signals import CheckInRemoved
from app.db import announce
from app.ids import new_id
from app.trust.contract import Way
from app.trust.rules import Visibility
from app.trust.shares import Share, columns, is_heard_around
from app.trust.terms import Level
from geo import Position

_WRITE = """
WITH given AS (
    SELECT * FROM json_to_recordset(CAST(:given AS json)) AS j (
        id uuid, cell bigint, new_cell bigint, left_in uuid[], unfiled_in uuid[], filed_in uuid[],
        spot bigint, lat float8, lon float8, version int,
        audiences uuid[], counted boolean, codes smallint[], feed_untils timestamptz[], near_untils timestamptz[],
        open_until timestamptz, ends_at timestamptz, lost uuid[])
),
moved AS (
    UPDATE feed_entries e SET cell = g.new_cell FROM given g CROSS JOIN unnest(g.left_in) AS feed (id)
    WHERE g.new_cell <> g.cell AND e.feed_id = feed.id AND e.check_in_id = g.id
),
unfiled AS (
    DELETE FROM feed_entries e USING given g CROSS JOIN unnest(g.unfiled_in) AS feed (id)
    WHERE e.feed_id = feed.id AND e.check_in_id = g.id
),
filed AS (
    INSERT INTO feed_entries (feed_id, check_in_id, cell)
    SELECT feed.id, g.id, g.new_cell FROM given g CROSS JOIN unnest(g.filed_in) AS feed (id)
    ON CONFLICT DO NOTHING
),
keyed AS (
    UPDATE idempotency_keys k SET check_in_cell = g.new_cell FROM given g
    WHERE g.new_cell <> g.cell AND k.check_in_id = g.id AND k.person_id = :person_id
)
UPDATE check_ins c
SET cell = g.new_cell, spot = g.spot, found_at = ST_SetSRID(ST_MakePoint(g.lon, g.lat), 4326),
    contract_version = coalesce(g.version, c.contract_version), counted = coalesce(g.counted, c.counted),
    counted_before = c.counted_before OR c.counted AND NOT coalesce(g.counted, c.counted),
    told_before = CASE WHEN g.lost = '{}' THEN c.told_before
                       ELSE ARRAY(SELECT m.id FROM communities m WHERE m.id = ANY (c.told_before || g.lost)) END,
    audiences = g.audiences, codes = g.codes,
    feed_untils = g.feed_untils, near_untils = g.near_untils, open_until = g.open_until, ends_at = g.ends_at
FROM given g WHERE c.id = g.id AND c.cell = g.cell
"""
_COLUMNS = ("audiences", "codes", "feed_untils", "near_untils")
_TELL = """
INSERT INTO removals (id, cell, check_in_id, topic_ids, community_ids, audiences, codes_before, codes_after)
SELECT * FROM json_to_recordset(CAST(:given AS json)) AS j (
    id uuid, cell bigint, check_in_id uuid, topic_ids uuid[], community_ids uuid[], audiences uuid[],
    codes_before smallint[], codes_after smallint[])
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A check-in whose sharing is another than it was."""

    row: Any
    found_at: Position
    before: tuple[Share, ...]
    after: tuple[Share, ...]
    #: Of the contract, and whether its author is counted; None where the contract is as it was.
    version: int | None = None
    counted: bool | None = None

    @property
    def is_one(self) -> bool:
        """Whether anything is to be written at all."""
        return self.version is not None or self.before != self.after

    @property
    def lessens(self) -> bool:
        """Whether some audience may know less."""
        after = {share.audience: share for share in self.after}
        return any(_is_less(after.get(share.audience), share) for share in self.before)


def write(session: Session, person_id: UUID, found: Sequence[Change]) -> int:
    """Write those that are any, and tell of those that lessen what may be known: how many were written.

    Two statements, however many they are.
    """
    changes = [each for each in found if each.is_one]
    if changes:
        given = msgspec.json.encode([_written(each) for each in changes]).decode()
        session.execute(text(_WRITE), {"given": given, "person_id": person_id})
    lessened = [each for each in changes if each.lessens]
    if lessened:
        removed = [_removed(each, person_id) for each in lessened]
        rows = [_row(each, signal) for each, signal in zip(lessened, removed, strict=True)]
        session.execute(text(_TELL), {"given": msgspec.json.encode(rows).decode()})
        announce(session, *removed)
    return len(changes)


def _written(change: Change) -> dict[str, object]:
    spot, cell = cells_of(change.found_at)
    row = change.row
    before, after = (_feeds(row, shares) for shares in (change.before, change.after))
    return {
        "id": row.id,
        "cell": row.cell,
        "new_cell": cell,
        "left_in": before & after,
        "unfiled_in": before - after,
        "filed_in": after - before,
        "spot": spot,
        "lat": change.found_at.lat,
        "lon": change.found_at.lon,
        "version": change.version,
        "counted": change.counted,
        **dict(zip(_COLUMNS, columns(change.after), strict=True)),
        "open_until": open_until(change.after),
        "ends_at": first_end(change.after),
        "lost": {share.audience for share in change.before} - {share.audience for share in change.after},
    }


def _feeds(row: Any, shares: Sequence[Share]) -> set[UUID]:
    """Where it is filed, as when it is written."""
    if row.visibility == Visibility.ME:
        return set()
    is_around = is_heard_around(shares, row.location_ids + row.community_ids)
    return {*row.topic_ids, *row.community_ids, *(row.location_ids if is_around else ())}


def _removed(change: Change, person_id: UUID) -> CheckInRemoved:
    row = change.row
    return CheckInRemoved(
        id=new_id(),
        check_in_id=row.id,
        person_id=person_id,
        found_at=Position(row.found_lat, row.found_lon),
        topic_ids=tuple(row.topic_ids),
        location_ids=tuple(row.location_ids),
        community_ids=tuple(row.community_ids),
        before=change.before,
        after=change.after,
        gone=False,
    )


def _row(change: Change, removed: CheckInRemoved) -> dict[str, object]:
    before = {share.audience: share.code for share in change.before}
    after = {share.audience: share.code for share in change.after}
    audiences = list(before | after)
    return {
        "id": removed.id,
        "cell": change.row.cell,
        "check_in_id": removed.check_in_id,
        "topic_ids": removed.topic_ids,
        "community_ids": removed.community_ids,
        "audiences": audiences,
        "codes_before": _each(before, audiences),
        "codes_after": _each(after, audiences),
    }


def _each(codes: dict[UUID, int], audiences: Iterable[UUID]) -> list[int]:
    return [codes.get(audience, 0) for audience in audiences]


def _is_less(after: Share | None, before: Share) -> bool:
    return any(
        (after.level(way) if after else Level.NOTHING) < before.level(way) for way in (Way.FEED, Way.NEAR)
    )
