"""What happened to check-ins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.trust.rules import Visibility
from app.trust.shares import Share
from app.trust.terms import Level
from geo import Position


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A person checked in. Carries all that listeners need."""

    id: UUID
    person_id: UUID
    handle: str
    position: Position
    found_at: Position
    accuracy_m: float | None
    text: str
    activity: str | None
    topic_ids: tuple[UUID, ...]
    topics: tuple[str, ...]
    location_ids: tuple[UUID, ...]
    community_ids: tuple[UUID, ...]
    place_id: UUID | None
    visibility: Visibility
    exactness: Level
    fixed_at: datetime
    received_at: datetime
    present_until: datetime | None
    #: What each audience may know of it; nothing where it is read again for one viewer, of whom that is decided.
    shares: tuple[Share, ...] = ()
    planned_for: datetime | None = None
    #: Why it is not believed that its author is there.
    doubts: tuple[str, ...] = ()
    #: Who said it for its author; told to nobody else.
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedInByFriend:
    """Somebody was checked in by a friend, and is told so."""

    person_id: UUID
    check_in_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class CheckInRemoved:
    """A check-in was taken back; or fewer may know of it, or less."""

    id: UUID
    check_in_id: UUID
    #: Whose it was; nobody's, where it is read again from the table, which does not keep it.
    person_id: UUID
    #: Neither this nor the location communities are known where it is read again.
    found_at: Position | None
    topic_ids: tuple[UUID, ...]
    location_ids: tuple[UUID, ...]
    community_ids: tuple[UUID, ...]
    #: What each audience could know of it, and what it still may.
    before: tuple[Share, ...]
    after: tuple[Share, ...]
    #: Whether it is gone for its author as well.
    gone: bool = True
