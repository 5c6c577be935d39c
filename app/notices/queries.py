"""Reading what people were told, as each may know it now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ids import LAST
from app.notices.rules import Told
from app.notices.signals import NoticeGiven

#: A wish's words are for those who pledged; and for a business, as the wish itself is, only while it is open.
_KNOWS_WISH = f"""CASE WHEN n.kind = '{Told.WISH_TO_ANSWER}' THEN
        w.answered_at IS NULL AND w.deadline > :now AND EXISTS (SELECT FROM staff s WHERE s.person_id = n.person_id)
        AND (SELECT count(*) FROM pledges p WHERE p.wish_id = w.id) >= w.threshold
    ELSE EXISTS (SELECT FROM pledges p WHERE p.person_id = n.person_id AND p.wish_id = w.id) END"""
_SHOWN = f"""
SELECT n.id, n.person_id, n.kind, coalesce(d.title, e.title, w.text, b.name) AS title, n.event_id, n.date_id,
       n.starts_at, n.wish_id, n.pledged, c.what, c.thing_id, n.webhook_id,
       coalesce(n.business_id, h.business_id) AS business_id
FROM notices n
LEFT JOIN events e ON e.id = n.event_id AND NOT e.hidden
LEFT JOIN event_dates d ON d.id = n.date_id AND d.event_id = e.id
LEFT JOIN wishes w ON w.id = n.wish_id AND {_KNOWS_WISH}
LEFT JOIN moderation_cases c ON c.id = n.case_id
LEFT JOIN webhooks h ON h.id = n.webhook_id
LEFT JOIN businesses b ON b.id = n.business_id
"""
_BEFORE = text(f"{_SHOWN} WHERE n.person_id = :person AND n.id < :before ORDER BY n.id DESC LIMIT :limit")
_OF = text(f"{_SHOWN} WHERE n.id = ANY (CAST(:ids AS uuid[])) ORDER BY n.id")


def notices_before(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int | None, now: datetime
) -> Sequence[NoticeGiven]:
    """A person's notices before one of them, newest first."""
    values = {"person": person_id, "before": cursor or LAST, "limit": limit, "now": now}
    return [NoticeGiven(**row._mapping) for row in session.execute(_BEFORE, values)]


def notices(session: Session, ids: Sequence[UUID], now: datetime) -> Sequence[NoticeGiven]:
    """These, in the order in which they were given."""
    values = {"ids": list(ids), "now": now}
    return [NoticeGiven(**row._mapping) for row in session.execute(_OF, values)]
