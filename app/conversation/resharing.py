"""Letting replies be known as a contract says now, or as their author takes them back; and telling of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.conversation.feeds import WHOLE
from app.conversation.line import next_id
from app.conversation.rules import audiences_of
from app.conversation.signals import About, ReplyRemoved
from app.conversation.values import Audience, For, still
from app.db import announce
from app.ids import NOBODY, new_id
from app.trust.contract import Contract
from app.trust.shares import in_columns
from geo import Position

#: What fewer are to know of is named, for those who are away.
_WRITE = """
UPDATE replies r
SET audiences = g.audiences, untils = g.untils, changed_id = coalesce(g.changed_id, r.changed_id),
    audiences_before = ARRAY(SELECT unnest(r.audiences_before) UNION SELECT unnest(g.lost))
FROM json_to_recordset(CAST(:given AS json)) AS g (
    check_in_id uuid, id uuid, cell bigint, audiences uuid[], untils timestamptz[], changed_id uuid, lost uuid[])
WHERE r.check_in_id = g.check_in_id AND r.id = g.id AND r.cell = g.cell
"""
_TAKE_BACK = """
UPDATE replies SET gone = true, text = '', changed_id = :changed, audiences = '{}', untils = '{}',
                   audiences_before = audiences_before || audiences
WHERE check_in_id = :check_in AND id = :id AND cell = :cell
"""
_TURN = "UPDATE replies SET hidden = :hidden WHERE id = :id AND person_id = :person AND NOT gone AND hidden <> :hidden"
_FORGET_NAMED = """
UPDATE replies SET audiences = array_replace(audiences, CAST(:person AS uuid), CAST(:nobody AS uuid)),
                   audiences_before = array_remove(audiences_before, CAST(:person AS uuid))
WHERE person_id = ANY (CAST(:authors AS uuid[]))
  AND (CAST(:person AS uuid) = ANY (audiences) OR CAST(:person AS uuid) = ANY (audiences_before))
"""


def share_anew(session: Session, person_id: UUID, contract: Contract, now: datetime) -> None:
    """Let all that a person replied be known as this contract says. Whoever calls this has locked the person."""
    _share_anew(
        session, _whole(session, "r.person_id = :person FOR UPDATE OF r", person=person_id), contract, now
    )


def hide(session: Session, person_id: UUID, reply_id: UUID, contract: Contract, now: datetime) -> bool:
    """Take somebody's reply back for everybody but them, whatever their contract comes to say.

    Whether that changes anything. Whoever calls this has locked the person.
    """
    return _turn(session, {"person": person_id, "id": reply_id, "hidden": True}, contract, now)


def unhide(session: Session, person_id: UUID, reply_id: UUID, contract: Contract, now: datetime) -> bool:
    """Let it be known again, as the contract says now: whether that changes anything. The person is locked."""
    return _turn(session, {"person": person_id, "id": reply_id, "hidden": False}, contract, now)


def _turn(session: Session, turn: dict[str, object], contract: Contract, now: datetime) -> bool:
    if not session.execute(text(_TURN), turn).rowcount:  # type: ignore[attr-defined]
        return False
    rows = _whole(session, "r.person_id = :person AND r.id = :id", **turn)
    _share_anew(session, rows, contract, now)
    return True


def _share_anew(session: Session, rows: Sequence[Any], contract: Contract, now: datetime) -> None:
    written: list[dict[str, object]] = []
    for row in rows:
        before = audiences_in(row)
        made = audiences_of(contract, For(row.visibility), row.said_at, row.shared, row.person_id)
        after = () if row.hidden else still(made, now)
        if before != after:
            written.append(_changed(session, row, before, after))
    if written:
        session.execute(text(_WRITE), {"given": msgspec.json.encode(written).decode()})


def take_back(session: Session, check_in_id: UUID, reply_id: UUID, by: UUID) -> bool:
    """Take a reply back, one's own or one to one's own check-in; whether there was any. Its words are gone at once."""
    which = "r.check_in_id = :check_in AND r.id = :id AND :by IN (r.person_id, c.person_id) FOR UPDATE OF r"
    for row in _whole(session, which, check_in=check_in_id, id=reply_id, by=by):
        signal = _removed(next_id(session), row, ())
        values = {"changed": signal.id, "check_in": row.id, "id": row.reply_id, "cell": row.cell}
        session.execute(text(_TAKE_BACK), values)
        announce(session, signal)
        return True
    return False


def forget(session: Session, person_id: UUID) -> None:
    """Tell those who are connected to forget all replies of somebody who leaves for good; they go with the person."""
    rows = _whole(session, "r.person_id = :person", person=person_id)
    announce(session, *(_removed(new_id(), row, ()) for row in rows))


def forget_named(session: Session, person_id: UUID, authors: Sequence[UUID]) -> None:
    """Let no reply of these authors be known to somebody who leaves for good: nobody stands in their place."""
    values = {"person": person_id, "nobody": NOBODY, "authors": list(authors)}
    session.execute(text(_FORGET_NAMED), values)


def about(row: Any) -> About:
    """The check-in of a row of `feeds`."""
    return About(
        id=row.id,
        person_id=row.person_id,
        found_at=Position(row.found_lat, row.found_lon),
        topic_ids=tuple(row.topic_ids),
        location_ids=tuple(row.location_ids),
        community_ids=tuple(row.community_ids),
        shares=in_columns(row.audiences, row.codes, row.feed_untils, row.near_untils),
    )


def audiences_in(row: Any) -> tuple[Audience, ...]:
    """Who may know of the reply of a row."""
    return tuple(map(Audience, row.known_to, row.untils))


def _whole(session: Session, which: str, **values: object) -> Sequence[Any]:
    return session.execute(text(WHOLE.format(which=which)), values).all()


def _changed(
    session: Session, row: Any, before: tuple[Audience, ...], after: tuple[Audience, ...]
) -> dict[str, object]:
    left = {each.id for each in after}
    lost = [each.id for each in before if each.id not in left]
    changed_id = None
    if lost:
        changed_id = next_id(session)
        announce(session, _removed(changed_id, row, after, gone=False))
    return {
        "check_in_id": row.id,
        "id": row.reply_id,
        "cell": row.cell,
        "audiences": [each.id for each in after],
        "untils": [each.until for each in after],
        "changed_id": changed_id,
        "lost": lost,
    }


def _removed(removal_id: UUID, row: Any, after: tuple[Audience, ...], gone: bool = True) -> ReplyRemoved:
    before = audiences_in(row)
    return ReplyRemoved(removal_id, about(row), row.reply_id, row.replier_id, before, after, gone)
