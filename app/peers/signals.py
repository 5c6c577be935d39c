"""What businesses said among members."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BusinessPosted:
    """A business said something to the members of a community. Carries what they see of it."""

    id: UUID
    community_id: UUID
    business_id: UUID
    business: str
    text: str
    topic_ids: tuple[UUID, ...]
    topics: tuple[str, ...]
    said_at: datetime


@dataclass(frozen=True, slots=True)
class BusinessUnheard:
    """What a business said in a community is not to be seen any more: one thing, or all, where it belongs no more."""

    community_id: UUID
    business_id: UUID
    post_id: UUID | None = None
    #: Names this in the stream that sockets resume; None where members sent the business off.
    id: UUID | None = None
