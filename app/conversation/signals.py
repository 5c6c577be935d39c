"""What happened around check-ins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.conversation.values import Audience
from app.trust.shares import Share
from geo import Position


@dataclass(frozen=True, slots=True)
class About:
    """The check-in around which something happened: all by which it is found who may know of it and wants to."""

    id: UUID
    person_id: UUID
    found_at: Position
    topic_ids: tuple[UUID, ...]
    location_ids: tuple[UUID, ...]
    community_ids: tuple[UUID, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Replied:
    """Somebody answered a check-in."""

    id: UUID
    about: About
    person_id: UUID
    handle: str
    text: str
    said_at: datetime
    audiences: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class ReplyRemoved:
    """A reply was taken back; or fewer may know of it."""

    id: UUID
    about: About
    reply_id: UUID
    person_id: UUID
    #: Who could know of it, and who still may.
    before: tuple[Audience, ...]
    after: tuple[Audience, ...] = ()
    #: Whether it is gone for its author as well.
    gone: bool = True


@dataclass(frozen=True, slots=True)
class Reacted:
    """How often a check-in is reacted to has changed; the one with the most changes is how it stands."""

    about: About
    counts: tuple[int, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody is named in a check-in or a reply, or answered by it."""

    id: UUID
    person_id: UUID
    about: About
    reply_id: UUID | None
    by_id: UUID
    by: str
    text: str
    said_at: datetime
    #: Who may know of the reply; nobody where it is the check-in itself.
    audiences: tuple[Audience, ...]
