"""Decisions about check-ins on plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.presence.plausibility import Doubt
from app.presence.rules import ASSUMED_ACCURACY_M
from app.trust.contract import Contract
from app.trust.rules import Shared, Visibility, Wanted, shared
from app.trust.terms import Level, disclosed_at
from geo import DISTRICT, SPOT, Position, cell_of, metres_between, parent

LONGEST_TEXT = 280
MOST_COMMUNITIES = 10
#: How far ahead one may plan, and how long a plan counts as being there.
FARTHEST_PLAN = timedelta(days=366)
PLAN_LASTS = timedelta(hours=2)
#: Whoever is farther from where they said something has left: who knows exactly allows for what phones between houses
#: are unsure of; whoever knows a cell takes the ones beside it for the same. By anything finer the end would tell more.
STILL_HERE_M = {Level.EXACT: 250.0, Level.STREET: 500.0, Level.QUARTER: 1_300.0, Level.CITY: 24_000.0}


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
class Saying:
    """A friend who says it for somebody."""

    id: UUID
    handle: str


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
    #: Why the phone itself gives no reason to believe it, and whether to look for more reasons.
    doubts: tuple[Doubt, ...] = ()
    judged: bool = False
    #: When its author will be there, where it says so of the future; it then moves nobody.
    planned_for: datetime | None = None
    #: Who says it for its author.
    said_by: Saying | None = None
    #: Chosen communities it is posted to, beside those it is heard in by its topics; each once.
    posted_to: tuple[UUID, ...] = ()

    @property
    def sure_to_m(self) -> float:
        """How sure the position is, where the phone does not say as well."""
        return ASSUMED_ACCURACY_M if self.accuracy_m is None else self.accuracy_m

    def shared(self, contract: Contract) -> Shared:
        """Who may know what of it under its author's contract."""
        until = planned_until(self.planned_for) if self.planned_for else self.present_until
        wanted = Wanted(self.visibility, self.exactness, self.times.received_at, until)
        return shared(contract, wanted, self.position)


def planned_until(planned_for: datetime) -> datetime:
    """Until when a plan may be known that is to be known until its author leaves: nobody follows them there."""
    return planned_for + PLAN_LASTS


def cells_of(found_at: Position) -> tuple[int, int]:
    """The spot and the district in which something is found."""
    spot = cell_of(found_at, SPOT)
    return spot, parent(spot, DISTRICT)


def stays(said_at: Position, position: Position, level: Level) -> bool:
    """Whether somebody is still where they said, as far as those can tell who know both places that exactly."""
    return metres_between(disclosed_at(said_at, level), disclosed_at(position, level)) <= STILL_HERE_M[level]
