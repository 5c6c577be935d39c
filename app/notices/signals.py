"""What people are told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """Somebody is given notice. Carries what their notices show."""

    id: UUID
    person_id: UUID
    kind: str
    #: What it is called, as far as they may know it; null where they may no more.
    title: str | None
    event_id: UUID | None = None
    date_id: UUID | None = None
    starts_at: datetime | None = None
    wish_id: UUID | None = None
    pledged: int | None = None
    #: What was reported or hidden.
    what: str | None = None
    thing_id: UUID | None = None
    #: What is not called any more; and which business that, or a staff, is of.
    webhook_id: UUID | None = None
    business_id: UUID | None = None
