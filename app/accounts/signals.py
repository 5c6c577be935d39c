"""What happened to accounts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionRevoked:
    """A token is worth nothing any more."""

    person_id: UUID
    session_id: UUID
