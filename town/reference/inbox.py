"""Which of the offers around somebody would reach them at a moment, and why the others would not: from the words of
docs/offers.md, one offer after the other.

Each offer that is to be had where somebody is has a first reason why not, in the order of `REASONS`, or none. Of those
without one the first reaches them: the one of whose topics the largest share is of their communities; of those the
nearest, by distances that double; then that whose business has the best record in the community through which it comes;
then the nearest in whole metres, and the first made. It comes through the community that they joined first of those
that are for it and have room left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import md5
from math import sqrt

from geo import Position
from town.reference.ground import metres_between
from town.reference.hindering import Against
from town.reference.knowing import Pair, Records
from town.reference.wanting import DAY_S, HOUR_S, Came, Community, Manner, Offer, Stay, World

REASONS = (
    "again",
    "held-out",
    "quantity",
    "activity",
    "community",
    "wish",
    "returning",
    "event",
    "consent",
    "muted",
    "noise",
    "budget",
)
#: What lies between the two halves of 97.5 in a hundred of a normal distribution.
_Z = 1.96
#: Within the same two of these, in metres, no offer counts as nearer.
_AS_NEAR_M = (50, 100, 200, 400, 800, 1600, 3200)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an offer does not reach somebody, or through which community it may."""

    offer: Offer
    metres: int
    reason: str | None
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The offer that reaches somebody, or would but for being held out."""

    offer: str
    community: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """All that decides about somebody at a moment. `came` is what reached them before, in any order."""

    person: str
    when: float
    stay: Stay
    manner: Manner
    came: Sequence[Came]
    records: Records
    #: What is in the way beside all that can be said of them alone.
    against: Against = frozenset()

    def lately(self, seconds: float) -> list[Came]:
        """What reached them within so long."""
        return [each for each in self.came if not each.held_out and each.at > self.when - seconds]


def left_of(useful: int, noise: int) -> float:
    """The share of a noise budget that a business has left: one less Wilson's lower bound for the share of noise.

    >>> [round(left_of(*each), 2) for each in ((9, 0), (0, 1), (0, 2), (20, 2), (5, 5), (0, 20))]
    [1.0, 0.79, 0.66, 0.97, 0.76, 0.16]
    """
    if not noise:
        return 1.0
    n = useful + noise
    share, z2 = noise / n, _Z * _Z
    return 1 - (share + z2 / (2 * n) - _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)


def is_held_out(offer: Offer, person: str) -> bool:
    """Whether somebody is among those to whom an offer is not shown, so that its effect can be told."""
    return int(md5(f"{offer.id}:{person}".encode()).hexdigest()[:8], 16) % 100 < offer.hold_out


@dataclass(frozen=True, slots=True)
class Inbox:
    """What reaches people in a world."""

    world: World

    def may_ever_fit(self, person: str, stay: Stay, manner: Manner) -> list[Offer]:
        """The offers around a stay that some hour, mute or budget alone may keep from somebody."""
        if stay.quiet or manner.consent is None:
            return []
        found = (each for each in self.world.around(stay.at) if _is_for(each, stay.activity))
        return [
            each
            for each in found
            if any(self._are_for(each, self._joined(person)))
            and (each.wish is None or person in each.wish.pledged)
            and manner.consent.lets(each.business)
        ]

    def pairs(self, person: str, offers: Iterable[Offer]) -> set[Pair]:
        """The records of businesses in communities that decide."""
        joined = self._joined(person)
        return {(offer.business, each.id) for offer in offers for each in self._are_for(offer, joined)}

    def outcome(self, moment: Moment, offers: Iterable[Offer]) -> Outcome | None:
        """What reaches somebody at a moment, of these offers; None if nothing does."""
        fitting = [each for each in self.verdicts(moment, offers) if each.reason is None]
        if not fitting:
            return None
        first = min(fitting, key=partial(self._order, moment))
        assert first.community is not None
        return Outcome(first.offer.id, first.community, held_out=is_held_out(first.offer, moment.person))

    def verdicts(self, moment: Moment, offers: Iterable[Offer]) -> Iterator[Verdict]:
        """What is to be said of each of these offers that is to be had then, where somebody is."""
        if moment.stay.quiet or moment.when >= moment.stay.until:
            return
        for offer in offers:
            if offer.is_open(moment.when):
                reason, community = self._first_reason(moment, offer)
                yield Verdict(offer, whole_metres(offer.at, moment.stay.at), reason, community)

    def _first_reason(self, moment: Moment, offer: Offer) -> tuple[str | None, str | None]:
        manner = moment.manner
        through = list(self._are_for(offer, self._heard(moment)))
        before = [each.held_out for each in moment.came if each.offer == offer.id]
        reasons = (
            ("again", False in before),
            ("held-out", True in before),
            ("quantity", ("quantity", offer.id) in moment.against),
            ("activity", not _is_for(offer, moment.stay.activity)),
            ("community", not through),
            ("wish", offer.wish is not None and moment.person not in offer.wish.pledged),
            *((each, (each, offer.id) in moment.against) for each in ("returning", "event")),
            ("consent", not _is_welcome(manner, offer, moment.when)),
            (
                "muted",
                offer.business in manner.muted_businesses or bool(offer.topics & manner.muted_topics),
            ),
        )
        first = next((reason for reason, holds in reasons if holds), None)
        return (first, None) if first else _too_many(moment, offer, through)

    def _order(self, moment: Moment, verdict: Verdict) -> tuple[float, int, float, int, str]:
        """What comes before all others is the least."""
        offer, away = verdict.offer, verdict.metres
        about = set[str]().union(*(each.topics for each in self._heard(moment)))
        record = left_of(*moment.records[offer.business, str(verdict.community)])
        share = len(offer.topics & about) / len(offer.topics)
        return -share, sum(away >= each for each in _AS_NEAR_M), -record, away, offer.id

    def _heard(self, moment: Moment) -> list[Community]:
        return [
            each for each in self._joined(moment.person) if each.id not in moment.manner.muted_communities
        ]

    def _joined(self, person: str) -> list[Community]:
        return [self.world.communities[each] for each in self.world.joined.get(person, ())]

    @staticmethod
    def _are_for(offer: Offer, joined: Iterable[Community]) -> Iterator[Community]:
        """Those that share a topic, did not send its business off, and wished for what it answers."""
        for each in joined:
            wished = offer.wish is None or offer.wish.community == each.id
            if wished and each.topics & offer.topics and offer.business not in each.sent_off:
                yield each


def whole_metres(one: Position, other: Position) -> int:
    """How near, as offers are chosen by."""
    return round(metres_between(one, other))


def _is_for(offer: Offer, activity: str | None) -> bool:
    return not offer.activities or activity in offer.activities


def _is_welcome(manner: Manner, offer: Offer, when: float) -> bool:
    consent = manner.consent
    if consent is None or not consent.lets(offer.business):
        return False
    return consent.week is None or consent.week.includes(when)


def _too_many(moment: Moment, offer: Offer, through: list[Community]) -> tuple[str | None, str | None]:
    today, budget = moment.lately(DAY_S), moment.manner.budget
    came = {each.id: sum(one.community == each.id for one in today) for each in through}
    noise = {
        each.id: each.noise_budget * left_of(*moment.records[offer.business, each.id]) for each in through
    }
    roomy = [each.id for each in through if came[each.id] < min(noise[each.id], budget.a_community)]
    first = through[0].id
    if not roomy:
        return ("noise" if came[first] >= noise[first] else "budget"), None
    full = (
        sum(each.business == offer.business for each in today) >= budget.a_business
        or len(moment.lately(HOUR_S)) >= budget.an_hour
        or len(today) >= budget.a_day
    )
    return ("budget", None) if full else (None, roomy[0])
