"""What happened to wishes."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WishOpened:
    """Enough people pledged for the first time: businesses may answer. Told once for each wish."""

    wish_id: UUID
    community_id: UUID


@dataclass(frozen=True, slots=True)
class WishJudged:
    """Those who pledged have said whether the answer was kept; told once."""

    wish_id: UUID
    business_id: UUID | None
    verdict: str


@dataclass(frozen=True, slots=True)
class PledgeWithdrawn:
    """A person took their pledge back, and with it what came of it."""

    person_id: UUID
    wish_id: UUID
