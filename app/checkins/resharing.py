"""Sharing what was said before as a contract says now, or as its time has come: for all of it at once.

Whoever may know less than before is told to forget it, live and when they come back; what they may still know they find
when they ask again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.checkins.rows import first_end, open_until
from app.checkins.rules import cells_of, planned_until, stays
from app.checkins.signals import CheckInRemoved
from app.db import announce
from app.ids import first_id_at, new_id
from app.presence.rules import ASSUMED_ACCURACY_M, CLOCK_DRIFT
from app.settings import LONGEST_PRESENCE
from app.trust.contract import Contract, Way
from app.trust.rules import Shared, Visibility, Wanted, shared
from app.trust.shares import Share, is_heard_around, still
from app.trust.terms import Level
from geo import Position

_READ = """
SELECT c.id, c.cell, ST_Y(c.position) AS lat, ST_X(c.position) AS lon, ST_Y(c.found_at) AS found_lat,
       ST_X(c.found_at) AS found_lon, c.topic_ids, c.location_ids, c.community_ids, c.visibility, c.exactness,
       c.accuracy_m, c.received_at, c.planned_for, c.present_until, c.audiences, c.codes, c.feed_untils, c.near_untils
FROM check_ins c WHERE {whose} ORDER BY c.id
"""
_WRITE = """
WITH given AS (
    SELECT * FROM json_to_recordset(CAST(:given AS json)) AS j (
        id uuid, cell bigint, new_cell bigint, left_in uuid[], unfiled_in uuid[], filed_in uuid[],
        spot bigint, lat float8, lon float8, version int,
        audiences uuid[], counted boolean, codes smallint[], feed_untils timestamptz[], near_untils timestamptz[],
        open_until timestamptz, ends_at timestamptz)
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
    audiences = g.audiences, codes = g.codes,
    feed_untils = g.feed_untils, near_untils = g.near_untils, open_until = g.open_until, ends_at = g.ends_at
FROM given g WHERE c.id = g.id AND c.cell = g.cell
"""
_ENDING = """
SELECT DISTINCT person_id
FROM (SELECT person_id FROM check_ins WHERE ends_at <= :now ORDER BY ends_at LIMIT :limit) AS first
"""
_TELL = """
INSERT INTO removals (id, cell, check_in_id, topic_ids, community_ids, audiences, codes_before, codes_after)
SELECT * FROM json_to_recordset(CAST(:given AS json)) AS j (
    id uuid, cell bigint, check_in_id uuid, topic_ids uuid[], community_ids uuid[], audiences uuid[],
    codes_before smallint[], codes_after smallint[])
"""
#: The location communities that were around positions then, as when somebody checks in.
_AROUND = """
SELECT j.id, array_agg(c.id) AS ids
FROM json_to_recordset(CAST(:given AS json)) AS j (id uuid, lat float8, lon float8, sure_to_m float8, at timestamptz)
JOIN communities c ON c.kind = 'location' AND ST_Covers(c.area, ST_SetSRID(ST_MakePoint(j.lon, j.lat), 4326))
    AND j.sure_to_m <= c.reach_m AND c.created_at <= j.at
GROUP BY j.id
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


def share_anew(session: Session, person_id: UUID, contract: Contract, now: datetime) -> int:
    """Share all that a person said as this contract says: how many check-ins are shared otherwise than before.

    Some 50 µs a check-in. Whoever calls this has locked the person.
    """
    rows = session.execute(text(_READ.format(whose="c.person_id = :person_id")), {"person_id": person_id})
    made = [(row, _shared(row, contract)) for row in rows]
    here = _around(session, made)
    changes = [_anew(row, each, here.get(row.id, row.location_ids), now) for row, each in made]
    return _write(session, person_id, changes)


def end_what_is_over(session: Session, person_id: UUID, now: datetime) -> int:
    """Share no more what was to be known until now: of how many check-ins."""
    whose = "c.person_id = :person_id AND c.ends_at <= :now"
    rows = session.execute(text(_READ.format(whose=whose)), {"person_id": person_id, "now": now})
    return _write(session, person_id, [_ended(row, now) for row in rows])


def follow_the_author(
    session: Session, person_id: UUID, at: tuple[Position, datetime] | None, now: datetime
) -> int:
    """End what is to be known until its author leaves, where they have: of how many check-ins.

    `at` says where they are and until when that is thought; None if nowhere. Where they stay, it lasts as long.
    """
    whose = (
        "c.person_id = :person_id AND c.id >= :from_id AND c.ends_at IS NOT NULL AND c.planned_for IS NULL"
    )
    horizon = first_id_at(now - LONGEST_PRESENCE - CLOCK_DRIFT)
    rows = session.execute(text(_READ.format(whose=whose)), {"person_id": person_id, "from_id": horizon})
    return _write(session, person_id, [_followed(row, at, now) for row in rows])


def whose_time_has_come(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """People of whom something was to be known until now, those first for whom it was shortest."""
    return session.scalars(text(_ENDING), {"now": now, "limit": limit}).all()


def shares_in(row: Any) -> tuple[Share, ...]:
    """The shares of a row."""
    return tuple(map(Share, row.audiences, row.codes, row.feed_untils, row.near_untils))


def _shared(row: Any, contract: Contract) -> Shared:
    until = planned_until(row.planned_for) if row.planned_for else row.present_until
    wanted = Wanted(Visibility(row.visibility), Level(row.exactness), row.received_at, until)
    return shared(contract, wanted, Position(row.lat, row.lon))


def _around(session: Session, made: Sequence[tuple[Any, Shared]]) -> dict[UUID, list[UUID]]:
    """The location communities in which those are told that are told less exactly there, by check-in."""
    asked = [
        {
            "id": row.id,
            "lat": each.here_at.lat,
            "lon": each.here_at.lon,
            "sure_to_m": ASSUMED_ACCURACY_M if row.accuracy_m is None else row.accuracy_m,
            "at": row.received_at,
        }
        for row, each in made
        if each.here_at
    ]
    if not asked:
        return {}
    found = session.execute(text(_AROUND), {"given": msgspec.json.encode(asked).decode()})
    around: dict[UUID, list[UUID]] = {row.id: [] for row, each in made if each.here_at}
    return around | dict(found.all())


def _anew(row: Any, made: Shared, here: Sequence[UUID], now: datetime) -> Change:
    shares = made.of(here, row.community_ids)
    return Change(row, made.found_at, shares_in(row), still(shares, now), made.version, made.counted)


def _followed(row: Any, at: tuple[Position, datetime] | None, now: datetime) -> Change:
    said_at = Position(row.lat, row.lon)

    def until(level: Level) -> datetime:
        return at[1] if at is not None and stays(said_at, at[0], level) else now

    before = shares_in(row)
    moved = (
        share._replace(
            feed_until=until(share.level(Way.FEED))
            if share.ends_with_leaving(Way.FEED)
            else share.feed_until,
            near_until=until(share.level(Way.NEAR))
            if share.ends_with_leaving(Way.NEAR)
            else share.near_until,
        )
        for share in before
    )
    return Change(row, Position(row.found_lat, row.found_lon), before, still(moved, now))


def _ended(row: Any, now: datetime) -> Change:
    before = shares_in(row)
    return Change(row, Position(row.found_lat, row.found_lon), before, still(before, now))


def _write(session: Session, person_id: UUID, found: Sequence[Change]) -> int:
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
        "audiences": [share.audience for share in change.after],
        "codes": [share.code for share in change.after],
        "feed_untils": [share.feed_until for share in change.after],
        "near_untils": [share.near_until for share in change.after],
        "open_until": open_until(change.after),
        "ends_at": first_end(change.after),
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
