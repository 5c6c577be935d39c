"""What happened to presences."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from geo import Position


@dataclass(frozen=True, slots=True)
class Moved:
    """A person is somewhere else, or known to be where they were a while longer, or nowhere."""

    person_id: UUID
    #: All location communities they are part of now, and until when.
    here: tuple[UUID, ...]
    until: datetime | None
    #: What changed: memberships that came to be, and that ceased.
    opened: tuple[UUID, ...]
    ended: tuple[UUID, ...]
    #: Where they are now, if this is a newer fix.
    position: Position | None = None
    accuracy_m: float | None = None
    fixed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Faded:
    """Location memberships of these communities expired: fewer are here."""

    community_ids: tuple[UUID, ...]
