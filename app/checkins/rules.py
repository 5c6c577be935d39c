"""Decisions about check-ins on plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.presence.rules import ASSUMED_ACCURACY_M
from app.trust.contract import Contract
from app.trust.rules import Shared, Visibility, Wanted, shared
from app.trust.terms import Level
from geo import DISTRICT, SPOT, Position, cell_of, parent

LONGEST_TEXT = 280


@dataclass(frozen=True, slots=True)
class Times:
    """When a position was taken, sent and received, all UTC; the first may be long before the last."""

    fixed_at: datetime
    sent_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Retried:
    """What tells a retry from a new check-in: hashes of the phone's key and of what came with it."""

    key_hash: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class NewCheckIn:
    """A check-in that may be written: valid, its topics known, its times judged."""

    person_id: UUID
    handle: str
    position: Position
    accuracy_m: float | None
    text: str
    activity: str | None
    topic_ids: tuple[UUID, ...]
    topics: tuple[str, ...]
    place_id: UUID | None
    visibility: Visibility
    exactness: Level
    times: Times
    present_until: datetime | None
    retried: Retried | None

    @property
    def sure_to_m(self) -> float:
        """How sure the position is, where the phone does not say as well."""
        return ASSUMED_ACCURACY_M if self.accuracy_m is None else self.accuracy_m

    def shared(self, contract: Contract) -> Shared:
        """Who may know what of it under its author's contract."""
        wanted = Wanted(self.visibility, self.exactness, self.times.received_at, self.present_until)
        return shared(contract, wanted, self.position)


def cells_of(found_at: Position) -> tuple[int, int]:
    """The spot and the district in which something is found."""
    spot = cell_of(found_at, SPOT)
    return spot, parent(spot, DISTRICT)
