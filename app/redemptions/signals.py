"""What happened at tills."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Redeemed:
    """One of an offer was redeemed; of a purchase without one there is no offer."""

    id: UUID
    business_id: UUID
    offer_id: UUID | None
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A business took a redemption, or a purchase, back."""

    id: UUID
    business_id: UUID
    offer_id: UUID | None
    #: None where they have left for good.
    person_id: UUID | None
