"""Holds what reached people against what should have: each delivery, each look at somebody that brought nothing, and
each answer to why something was withheld.

From outside it is not known at which moment between a check-in and what is seen of it the gate looked, nor what of two
things that were asked for at once was first. So every moment between the two is tried, and every order; what reached
somebody has its own moment written on it, and is tried at that one alone. Right is what is right at one of them, and
counted as in doubt if something else would have been right as well.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from town.reference.hindering import Hindered, Hindrance, hindered, possibly_against
from town.reference.inbox import Inbox, Moment, Outcome, Verdict
from town.reference.knowing import Pair, Voices
from town.reference.wanting import DAY_S, HOUR_S, MINUTE_S, Came, Manner, Offer, Stay, World
from town.reference.watching import Asked, Lived, Look, Told

#: As many are told of at once, when somebody asks why not; and as many differences are shown.
_MOST_TOLD, _MOST_SHOWN = 100, 4


@dataclass(slots=True)
class Findings:
    """How many were right, what was not, and why not; and how many were in doubt."""

    looks: int = 0
    openings: int = 0
    justified: int = 0
    held_out: int = 0
    missing: list[str] = field(default_factory=list)
    unjustified: list[str] = field(default_factory=list)
    #: By the rule that was broken, how many deliveries were unjustified.
    broken: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    wrongly_told: list[str] = field(default_factory=list)
    #: Who wanted one kept or redeemed, and was answered what was not so.
    wrongly_answered: list[str] = field(default_factory=list)
    #: Of all that somebody was told: how often which reason, by the server and by the reference.
    told: Counter[str] = field(default_factory=Counter)
    should_be_told: Counter[str] = field(default_factory=Counter)
    in_doubt: Counter[str] = field(default_factory=Counter)

    @property
    def agrees(self) -> bool:
        """Whether each delivery was justified, each justified one made, and each answer true."""
        return not (self.missing or self.unjustified or self.wrongly_told or self.wrongly_answered)


class Judge:
    """Judges one person after the other. What opens is looked at within `promise_s`."""

    def __init__(
        self, world: World, voices: Voices, promise_s: float, hindrances: Sequence[Hindrance] = ()
    ) -> None:
        self._inbox, self._voices, self._promise_s = Inbox(world), voices, promise_s
        self._world, self._hindrances = world, hindrances
        self._hindered: dict[tuple[Stay, Manner | None], Hindered] = {}
        self._person = ""
        #: What may be of use once more, of the person that is judged.
        self._fits: dict[tuple[Stay, Manner], list[Offer]] = {}
        self._pairs: dict[Stay, set[Pair]] = {}
        self._openings = {each.id: each.openings() for each in world.offers.values()}
        self.findings = Findings()

    def judge(self, lived: Lived) -> None:
        """Take in what is known of a person."""
        self._person = lived.person
        self._fits.clear()
        self._hindered.clear()
        self._pairs.clear()
        for place, look in enumerate(lived.looks):
            self.findings.looks += 1
            if look.sure:
                self._judge_look(lived, look, "looks")
            for opening in self._sure_openings(lived, place):
                self.findings.openings += 1
                self._judge_look(lived, opening, "openings")
        for came in lived.came:
            self._judge_came(lived, came)
        for asked in lived.asked:
            self._judge_asked(lived, asked)

    def _judge_came(self, lived: Lived, came: Came) -> None:
        outcomes: set[Outcome | None] = set()
        for moment in self._moments_at(lived, came.at, came.known_at, of_all=False):
            if self._may_look(lived, moment):
                outcomes.add(self._inbox.outcome(moment, self._fitting(moment.stay, moment.manner)))
        due = Outcome(came.offer, came.community, came.held_out)
        if due not in outcomes:
            rule = self._rule_against(lived, came)
            self.findings.broken[rule] += 1
            self.findings.unjustified.append(f"{_named(came)}: {rule}")
            return
        self.findings.justified += not came.held_out
        self.findings.held_out += came.held_out
        self.findings.in_doubt["deliveries"] += len(outcomes) > 1

    def _may_look(self, lived: Lived, moment: Moment) -> bool:
        """Whether the gate had a reason to look: they had just checked in there, or something there had opened."""
        last = bisect_right(lived.looks, moment.when, key=lambda each: each.since) - 1
        look = lived.looks[last] if last >= 0 else None
        if look and look.stay == moment.stay and moment.when <= look.by:
            return True
        since = moment.when - self._promise_s
        return any(self._opened(each, since, moment.when) for each in self._world.around(moment.stay.at))

    def _rule_against(self, lived: Lived, came: Came) -> str:
        """The first rule that a delivery breaks."""
        rule = "place"
        for moment in self._moments_at(lived, came.at, came.known_at):
            around = self._world.around(moment.stay.at)
            for each in self._inbox.verdicts(moment, around):
                if each.offer.id == came.offer:
                    rule = each.reason or self._rule_among(lived, moment, came)
            offer = next((each for each in around if each.id == came.offer), None)
            if offer and rule == "place":
                is_begun = offer.starts <= came.at < offer.ends
                rule = "quiet" if moment.stay.quiet else "hours" if is_begun else "window"
        return rule

    def _rule_among(self, lived: Lived, moment: Moment, came: Came) -> str:
        if not self._may_look(lived, moment):
            return "look"
        outcome = self._inbox.outcome(moment, self._world.around(moment.stay.at))
        if outcome is None or outcome.offer != came.offer:
            return "order"
        return "held-out" if outcome.held_out != came.held_out else "through"

    def _judge_look(self, lived: Lived, look: Look, kind: str) -> None:
        if lived.came_within(look.since, look.by) or not self._may_fit(lived, look):
            return
        outcomes: set[Outcome | None] = set()
        for moment in self._moments_within(lived, look.since, look.by, of_all=False):
            outcomes.add(self._inbox.outcome(moment, self._fitting(moment.stay, moment.manner)))
            if None in outcomes and len(outcomes) > 1:
                self.findings.in_doubt[kind] += 1
                return
        if outcomes and None not in outcomes:
            offers = " or ".join(sorted({each.offer for each in outcomes if each}))
            self.findings.missing.append(
                f"{lived.person} did not get {offers} between {look.since} and {look.by}"
            )

    def _judge_asked(self, lived: Lived, asked: Asked) -> None:
        self.findings.asked += 1
        right = list(dict.fromkeys(self._all_right(lived, asked)))
        best = asked.told if asked.told in right else right[0]
        self.findings.told.update(reason or "nothing" for _, reason in asked.told)
        self.findings.should_be_told.update(reason or "nothing" for _, reason in best)
        self.findings.in_doubt["answers"] += len(right) > 1
        if asked.told != best:
            differs = sorted(set(asked.told) ^ set(best), key=str)[:_MOST_SHOWN]
            self.findings.wrongly_told.append(f"{lived.person} at {asked.since}: {differs}")

    def _all_right(self, lived: Lived, asked: Asked) -> Iterator[Told]:
        """All that would have been right to tell somebody; nothing where they are nowhere known."""
        for moment in self._moments_within(lived, asked.since, asked.by):
            around = self._world.around(moment.stay.at)
            for came in lived.came_possibly(moment.when, asked.by):
                yield _as_told(self._inbox.verdicts(replace(moment, came=came), around))
        if None in lived.stays.possible(asked.since, asked.by):
            yield ()

    def _may_fit(self, lived: Lived, look: Look) -> bool:
        return any(
            self._fitting(stay, manner)
            for stay in lived.stays.possible(look.since, look.by)
            for manner in lived.manners.possible(look.since, look.by)
            if stay
        )

    def _fitting(self, stay: Stay, manner: Manner) -> list[Offer]:
        if (stay, manner) not in self._fits:
            self._fits[stay, manner] = self._inbox.may_ever_fit(self._person, stay, manner)
        return self._fits[stay, manner]

    def _pairs_around(self, stay: Stay) -> set[Pair]:
        if stay not in self._pairs:
            self._pairs[stay] = self._inbox.pairs(self._person, self._world.around(stay.at))
        return self._pairs[stay]

    def _sure_openings(self, lived: Lived, place: int) -> Iterator[Look]:
        """What opened around somebody while they stayed there, so long that it must have been seen."""
        look = lived.looks[place]
        following = lived.looks[place + 1].since if place + 1 < len(lived.looks) else float("inf")
        until = min(look.stay.until, following)
        seen: set[float] = set()
        for offer in self._world.around(look.stay.at):
            for opened in self._opened(offer, look.by, until - self._promise_s):
                if opened not in seen:
                    seen.add(opened)
                    yield Look(opened, opened + self._promise_s, look.stay)

    def _opened(self, offer: Offer, since: float, until: float) -> list[float]:
        openings = self._openings[offer.id]
        return openings[bisect_right(openings, since) : bisect_right(openings, until)]

    def _moments_within(self, lived: Lived, since: float, by: float, of_all: bool = True) -> Iterator[Moment]:
        """Every moment that may have been the one, as far as anything differs between them."""
        cuts = sorted({since, by, *(each for each in self._cuts(lived, since, by) if since < each < by)})
        for here, there in pairwise([*cuts, by]):
            yield from self._moments_at(lived, here, by, of_all)
            yield from self._moments_at(lived, (here + there) / 2, by, of_all)

    def _cuts(self, lived: Lived, since: float, by: float) -> Iterator[float]:
        yield from (each * MINUTE_S for each in range(int(since // MINUTE_S), int(by // MINUTE_S) + 1))
        for came in lived.came_before(by):
            yield from (came.at, came.known_at, came.at + HOUR_S, came.at + DAY_S)
        yield from lived.manners.bounds(since, by)
        for stay in lived.stays.possible(since, by):
            if stay:
                yield stay.until
                yield from (end for each in self._world.around(stay.at) for end in (each.starts, each.ends))
                for hindrance, offer in self._hindered_at(stay, None):
                    yield from hindrance.bounds(lived.person, offer, since, by)

    def _moments_at(self, lived: Lived, when: float, until: float, of_all: bool = True) -> Iterator[Moment]:
        """All that may have decided at a moment, if what was asked for until another had perhaps been done: of all
        offers around, or of those alone that may ever fit."""
        came = lived.came_before(when)
        for stay in lived.stays.possible(when, until):
            if stay is None:
                continue
            for manner in lived.manners.possible(when, until):
                for records in self._voices.records(self._pairs_around(stay), when, until):
                    those = self._hindered_at(stay, None if of_all else manner)
                    for against in possibly_against(those, lived.person, when, until):
                        yield Moment(lived.person, when, stay, manner, came, records, against)

    def _hindered_at(self, stay: Stay, manner: Manner | None) -> Hindered:
        if (stay, manner) not in self._hindered:
            offers = self._fitting(stay, manner) if manner else self._world.around(stay.at)
            self._hindered[stay, manner] = hindered(self._hindrances, offers)
        return self._hindered[stay, manner]


def _as_told(verdicts: Iterable[Verdict]) -> Told:
    told = sorted((each.metres, each.offer.id, each.reason) for each in verdicts if each.reason != "again")
    return tuple((offer, reason) for _, offer, reason in told[:_MOST_TOLD])


def _named(came: Came) -> str:
    what = "was held out of" if came.held_out else "got"
    return f"{came.person} {what} {came.offer} at {came.at} through {came.community}"
