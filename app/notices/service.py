"""Giving notice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.db import announce
from app.ids import first_id_at, new_id
from app.notices import queries
from app.notices.models import Notice
from app.notices.rules import KEPT, Told


@dataclass(frozen=True, slots=True)
class ToTell:
    """Whom to tell, and of what."""

    person_id: UUID
    kind: Told
    event_id: UUID | None = None
    date_id: UUID | None = None
    starts_at: datetime | None = None
    wish_id: UUID | None = None
    pledged: int | None = None
    case_id: UUID | None = None
    webhook_id: UUID | None = None
    business_id: UUID | None = None


#: Whoever leaves for good meanwhile is told nothing.
_TELL = text("""
INSERT INTO notices (id, person_id, kind, event_id, date_id, starts_at, wish_id, pledged, case_id, webhook_id,
                     business_id)
SELECT t.id, t.person_id, t.kind, t.event_id, t.date_id, t.starts_at, t.wish_id, t.pledged, t.case_id, t.webhook_id,
       t.business_id
FROM json_to_recordset(CAST(:told AS json)) AS t (
    id uuid, person_id uuid, kind text, event_id uuid, date_id uuid, starts_at timestamptz, wish_id uuid,
    pledged int, case_id uuid, webhook_id uuid, business_id uuid)
JOIN people p ON p.id = t.person_id
ORDER BY t.person_id
FOR KEY SHARE OF p
RETURNING id
""")


def tell(session: Session, those: Sequence[ToTell], now: datetime) -> None:
    """Give notice: it is kept for each of them, and told to those who listen once this is committed. Two statements."""
    if not those:
        return
    told = [{"id": new_id(), **asdict(each)} for each in those]
    ids = session.scalars(_TELL, {"told": msgspec.json.encode(told).decode()}).all()
    announce(session, *queries.notices(session, ids, now))


def forget_old(session: Session, now: datetime) -> None:
    """Drop what was told long ago."""
    session.execute(delete(Notice).where(Notice.id < first_id_at(now - KEPT)))
