"""What happened to motions."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MotionDecided:
    """A motion was carried, rejected, withdrawn or void."""

    motion_id: UUID
    community_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class Welcomed:
    """A community welcomed a business."""

    community_id: UUID
    business_id: UUID


@dataclass(frozen=True, slots=True)
class SentOff:
    """A community will have nothing to do with a business any more."""

    community_id: UUID
    business_id: UUID
