"""What happened in communities."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Joined:
    """A person chose to belong."""

    person_id: UUID
    community_id: UUID


@dataclass(frozen=True, slots=True)
class Grown:
    """So many people belong that a community is listed to everybody."""

    community_id: UUID


@dataclass(frozen=True, slots=True)
class Left:
    """A person belongs no more."""

    person_id: UUID
    community_id: UUID
