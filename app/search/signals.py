"""What happened to saved searches."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Found:
    """Something new fits what a person saved, and they may find it."""

    id: UUID
    person_id: UUID
    search: str
    kind: str
    thing_id: UUID
    #: Who said it, where it is a check-in.
    author_id: UUID | None


@dataclass(frozen=True, slots=True)
class MoreFound:
    """More is new of a search than is told within an hour."""

    person_id: UUID
    search: str
