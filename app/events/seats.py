"""Seats, and who waits for one. Whoever changes either holds the date's row; many are held in the order of their ids,
and before any row of a person, so that nobody waits in a circle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import announce
from app.events.signals import SeatTaken
from app.notices import service as notices
from app.notices.rules import Told
from app.notices.service import ToTell


@dataclass(frozen=True, slots=True)
class Going:
    """Somebody goes to a date, or waits to."""

    person_id: UUID
    date_id: UUID


def hold(session: Session, date_ids: Sequence[UUID]) -> None:
    """Let nobody else change seats of these dates until the commit. Those that are gone are left out."""
    session.execute(_HOLD, {"dates": list(date_ids)})


def fill(session: Session, date_ids: Sequence[UUID], now: datetime, but: UUID | None = None) -> None:
    """Give every free seat to who waited longest, and tell them, but for whoever asked just now.

    Of dates that are held. Nobody gets a seat where it is over or cancelled; where somebody sits already they stay.
    """
    moved = session.execute(_FILL, {"dates": list(date_ids), "now": now}).all()
    announce(session, *(SeatTaken(row.person_id, row.event_id) for row in moved))
    told = [Going(row.person_id, row.date_id) for row in moved if row.person_id != but]
    tell(session, told, Told.MOVED_UP, now)


def going_to(session: Session, date_ids: Sequence[UUID]) -> list[Going]:
    """Who goes to these dates or waits to."""
    return [Going(*row) for row in session.execute(_GOING, {"dates": list(date_ids)})]


def tell(session: Session, going: Sequence[Going], why: Told, now: datetime) -> None:
    """Give notice to those who go. What is hidden tells nobody."""
    if not going:
        return
    rows = session.execute(_DATES, {"dates": list({each.date_id for each in going})})
    dates = {row.id: row for row in rows}
    told = [
        ToTell(each.person_id, why, dates[each.date_id].event_id, each.date_id, dates[each.date_id].starts_at)
        for each in going
        if each.date_id in dates
    ]
    notices.tell(session, told, now)


_HOLD = text("SELECT FROM event_dates WHERE id = ANY (:dates) ORDER BY id FOR UPDATE")

_FILL = text("""
UPDATE event_replies AS r SET seated = true
FROM unnest(CAST(:dates AS uuid[])) AS w (date_id)
JOIN event_dates d ON d.id = w.date_id AND d.cancelled_at IS NULL AND d.ends_at > :now
JOIN events e ON e.id = d.event_id AND e.cancelled_at IS NULL
CROSS JOIN LATERAL (
    SELECT q.person_id FROM event_replies q
    WHERE q.date_id = d.id AND q.reply = 'going' AND NOT q.seated
    ORDER BY q.asked
    LIMIT CASE WHEN e.capacity IS NULL THEN NULL ELSE greatest(0, e.capacity - (
        SELECT count(*) FROM event_replies t WHERE t.date_id = d.id AND t.reply = 'going' AND t.seated)) END
) AS next
WHERE r.date_id = d.id AND r.person_id = next.person_id
RETURNING r.person_id, r.date_id, d.event_id
""")

_GOING = text("""
SELECT person_id, date_id FROM event_replies WHERE date_id = ANY (:dates) AND reply = 'going'
ORDER BY date_id, asked
""")

_DATES = text("""
SELECT d.id, d.event_id, d.starts_at FROM event_dates d JOIN events e ON e.id = d.event_id
WHERE d.id = ANY (:dates) AND NOT e.hidden
""")
