"""What happened to events."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """Somebody goes to a date of an event: there is a seat for them."""

    person_id: UUID
    event_id: UUID


@dataclass(frozen=True, slots=True)
class EventChanged:
    """An event is called, about, or somewhere else than before."""

    event_id: UUID
