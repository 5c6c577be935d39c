"""What happened to offers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OfferPublished:
    """An offer stands, for the first time or after a pause."""

    offer_id: UUID


@dataclass(frozen=True, slots=True)
class PieceLink:
    """A piece that helps to judge an offer, and who wrote it: a member by handle, or a business."""

    id: UUID
    community_id: UUID
    title: str
    language: str
    by: str
    business_id: UUID | None


@dataclass(frozen=True, slots=True)
class OfferDelivered:
    """An offer is in a person's inbox. Carries what the inbox shows."""

    id: UUID
    person_id: UUID
    offer_id: UUID
    business: str
    title: str
    text: str
    topic: str
    topic_name: str
    community_id: UUID
    community: str
    metres: float
    activity: str | None
    ends_at: datetime
    delivered_at: datetime
    #: How many may still be held or redeemed; None where there is no bound.
    left: int | None
    #: What the person says of it, if anything.
    opinion: str | None = None
    seen_at: datetime | None = None
    #: How often they redeemed it.
    redeemed: int = 0
    #: Until when one is kept for the person, if one is.
    held_until: datetime | None = None
    language: str | None = None
    #: What may help them to judge it, as far as they may read it.
    pieces: tuple[PieceLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """One of an offer is kept for a person until then."""

    person_id: UUID
    offer_id: UUID
    business_id: UUID
    held_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """An offer is in a person's inbox no more."""

    person_id: UUID
    offer_id: UUID
