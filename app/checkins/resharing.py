"""Sharing what was said before as a contract says now, or as its time has come: for all of it at once.

Whoever may know less than before is told to forget it, live and when they come back; what they may still know they find
when they ask again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.checkins.changing import Change, write
from app.checkins.rules import planned_until, stays
from app.ids import first_id_at
from app.presence.rules import ASSUMED_ACCURACY_M, CLOCK_DRIFT
from app.settings import LONGEST_PRESENCE
from app.trust.contract import Contract, Way
from app.trust.rules import Shared, Visibility, Wanted, shared
from app.trust.shares import Share, in_columns, still
from app.trust.terms import Level
from geo import Position

_READ = """
SELECT c.id, c.cell, ST_Y(c.position) AS lat, ST_X(c.position) AS lon, ST_Y(c.found_at) AS found_lat,
       ST_X(c.found_at) AS found_lon, c.topic_ids, c.location_ids, c.community_ids, c.visibility, c.exactness,
       c.accuracy_m, c.received_at, c.planned_for, c.present_until, c.audiences, c.codes, c.feed_untils, c.near_untils,
       c.hidden
FROM check_ins c WHERE {whose} ORDER BY c.id
"""
_TURN = "UPDATE check_ins SET hidden = :hidden WHERE id = :check_in_id AND person_id = :person_id AND hidden <> :hidden"
_ENDING = """
SELECT DISTINCT person_id
FROM (SELECT person_id FROM check_ins WHERE ends_at <= :now ORDER BY ends_at LIMIT :limit) AS first
"""
#: The location communities that were around positions then, as when somebody checks in.
_AROUND = """
SELECT j.id, array_agg(c.id) AS ids
FROM json_to_recordset(CAST(:given AS json)) AS j (id uuid, lat float8, lon float8, sure_to_m float8, at timestamptz)
JOIN communities c ON c.kind = 'location' AND ST_Covers(c.area, ST_SetSRID(ST_MakePoint(j.lon, j.lat), 4326))
    AND j.sure_to_m <= c.reach_m AND c.created_at <= j.at
GROUP BY j.id
"""


def share_anew(session: Session, person_id: UUID, contract: Contract, now: datetime) -> int:
    """Share all that a person said as this contract says: how many check-ins are shared otherwise than before.

    Some 50 µs a check-in. Whoever calls this has locked the person.
    """
    rows = session.execute(
        text(_READ.format(whose="c.person_id = :person_id")), {"person_id": person_id}
    ).all()
    return _share_anew(session, person_id, rows, contract, now)


def hide(session: Session, person_id: UUID, check_in_id: UUID, contract: Contract, now: datetime) -> bool:
    """Take somebody's check-in back for everybody but them, whatever their contract comes to say.

    Whether that changes anything. Whoever calls this has locked the person.
    """
    return _turn(session, _Turn(person_id, check_in_id, hidden=True), contract, now)


def unhide(session: Session, person_id: UUID, check_in_id: UUID, contract: Contract, now: datetime) -> bool:
    """Share it again, as the contract says now: whether that changes anything. The person is locked."""
    return _turn(session, _Turn(person_id, check_in_id, hidden=False), contract, now)


class _Turn(NamedTuple):
    person_id: UUID
    check_in_id: UUID
    hidden: bool


def _turn(session: Session, turn: _Turn, contract: Contract, now: datetime) -> bool:
    if not session.execute(text(_TURN), turn._asdict()).rowcount:  # type: ignore[attr-defined]
        return False
    whose = "c.person_id = :person_id AND c.id = :check_in_id"
    rows = session.execute(text(_READ.format(whose=whose)), turn._asdict()).all()
    _share_anew(session, turn.person_id, rows, contract, now)
    return True


def _share_anew(
    session: Session, person_id: UUID, rows: Sequence[Any], contract: Contract, now: datetime
) -> int:
    made = [(row, _shared(row, contract)) for row in rows]
    here = _around(session, made)
    changes = [_anew(row, each, here.get(row.id, row.location_ids), now) for row, each in made]
    return write(session, person_id, changes)


def end_what_is_over(session: Session, person_id: UUID, now: datetime) -> int:
    """Share no more what was to be known until now: of how many check-ins."""
    whose = "c.person_id = :person_id AND c.ends_at <= :now"
    rows = session.execute(text(_READ.format(whose=whose)), {"person_id": person_id, "now": now})
    return write(session, person_id, [_ended(row, now) for row in rows])


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
    return write(session, person_id, [_followed(row, at, now) for row in rows])


def whose_time_has_come(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """People of whom something was to be known until now, those first for whom it was shortest."""
    return session.scalars(text(_ENDING), {"now": now, "limit": limit}).all()


def _before(row: Any) -> tuple[Share, ...]:
    return in_columns(row.audiences, row.codes, row.feed_untils, row.near_untils)


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
    shares = () if row.hidden else made.of(here, row.community_ids)
    counted = made.counted and not row.hidden
    return Change(row, made.found_at, _before(row), still(shares, now), made.version, counted)


def _followed(row: Any, at: tuple[Position, datetime] | None, now: datetime) -> Change:
    said_at = Position(row.lat, row.lon)

    def until(level: Level) -> datetime:
        return at[1] if at is not None and stays(said_at, at[0], level) else now

    before = _before(row)
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
    before = _before(row)
    return Change(row, Position(row.found_lat, row.found_lon), before, still(before, now))
