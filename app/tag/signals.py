"""What happened to tags and readers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TagRead:
    """A reader read somebody's tag. Carries what its person's log shows."""

    id: UUID
    person_id: UUID
    reader_id: UUID
    reader: str
    business_id: UUID
    business: str
    purpose: str
    disclosed: str
    pseudonym: str | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class ReadersChanged:
    """Readers came, went, opened or closed."""

    business_id: UUID
