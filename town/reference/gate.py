"""Which offers should have reached whom, and how many were withheld for which reason: one move after the other.

From the words: an offer reaches a person only through a community they chose whose topic the offer carries, at a
place and an activity it is for, with their consent, once, and inside their budget of one an hour and three a day.
Of several that does of whose topics the largest share is of their communities, of those the nearest, of equally near
ones the one made first. Each that is not delivered to somebody in its
area while its window is open is counted under the first reason why; where nothing but its number was against it,
under the budget. A play is over before three could come through one community, so no noise budget is ever spent in it;
and nobody redeems anything in it, so there is always some left. Nobody says what they think of an offer in it, so all
businesses have the same record.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from geo import Position
from town.reference.ground import Drawn, metres_between

REASONS = ("again", "activity", "community", "consent", "budget")
HOUR_S, DAY_S = 3600.0, 86400.0
A_DAY = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer. Times are in seconds; ids sort by when it was made."""

    id: str
    at: Position
    area: Drawn
    topics: frozenset[str]
    activities: frozenset[str]
    starts: float
    ends: float


@dataclass(frozen=True, slots=True)
class Move:
    """A person let the server know where they are and what they do."""

    person: str
    at: Position
    activity: str | None
    when: float


@dataclass(frozen=True, slots=True)
class Person:
    """What decides what may reach a person: the topics each chosen community shares, and consent."""

    communities: Mapping[str, frozenset[str]]
    consents: bool
    #: Offers that reached them before, and when.
    before: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Gate:
    """The gate's memory; `passes` asks it about one move."""

    offers: Sequence[Offer]
    people: Mapping[str, Person]
    withheld: Counter[str] = field(default_factory=Counter)
    reached: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def passes(self, move: Move) -> Offer | None:
        """The offer that reaches the person who moved; None if none does."""
        fitting = []
        for offer in self.offers:
            if not (offer.starts <= move.when < offer.ends and offer.area.holds(move.at)):
                continue
            if reason := self._reason(offer, move):
                self.withheld[reason] += 1
            else:
                fitting.append(offer)
        if not fitting:
            return None
        delivered = self._has_budget(move)
        self.withheld["budget"] += len(fitting) - delivered
        if not delivered:
            return None
        first = min(
            fitting, key=lambda each: (-self._share(each, move), metres_between(each.at, move.at), each.id)
        )
        self.reached[move.person][first.id] = move.when
        return first

    def _share(self, offer: Offer, move: Move) -> float:
        about = frozenset[str]().union(*self.people[move.person].communities.values())
        return len(offer.topics & about) / len(offer.topics)

    def _reason(self, offer: Offer, move: Move) -> str | None:
        person = self.people[move.person]
        if offer.id in self._all(move.person):
            return "again"
        if offer.activities and move.activity not in offer.activities:
            return "activity"
        if not any(offer.topics & topics for topics in person.communities.values()):
            return "community"
        return None if person.consents else "consent"

    def _has_budget(self, move: Move) -> bool:
        ago = [move.when - when for when in self._all(move.person).values()]
        return not any(each < HOUR_S for each in ago) and sum(each < DAY_S for each in ago) < A_DAY

    def _all(self, person: str) -> dict[str, float]:
        return {**self.people[person].before, **self.reached[person]}


def deliveries(gate: Gate, moves: Iterable[Move]) -> set[tuple[str, str]]:
    """Everybody's moves in the order of time: which (person, offer) should have come to be."""
    pairs = ((move, gate.passes(move)) for move in sorted(moves, key=lambda move: move.when))
    return {(move.person, offer.id) for move, offer in pairs if offer}
