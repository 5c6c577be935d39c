"""What happened to events."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """Somebody is told of a date that they go to. Carries what their notices show."""

    id: UUID
    person_id: UUID
    kind: str
    event_id: UUID | None
    date_id: UUID | None
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class EventChanged:
    """An event is called, about, or somewhere else than before."""

    event_id: UUID
