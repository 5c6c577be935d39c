"""The trust contract: what a person lets whom know, for what purpose, how exactly, when and where, for how long.

A contract is closed; each of its terms opens something for somebody. Whoever belongs to several groups that it
opens for knows what the one that knows most does. Terms contradict each other where they say different things of the
same people, or where a group that holds another would know more than that other one may: the stricter then holds for
both, for whoever is in the inner group could always ask as one of the outer. In a quiet place nothing is open.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntFlag
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.trust.terms import EVERYONE, Group, Identity, Lasts, Level, Purpose, QuietPlace, Term, Who
from geo import Position


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open to a group: how exactly, and how long."""

    level: Level
    lasts: Lasts


Openings = Mapping[Who, Opened]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two groups of which the inner may know less, or for a shorter time, than the outer says."""

    purpose: Purpose
    stricter: Term
    laxer: Term


class Way(IntFlag):
    """By what something is come to know: by looking around, or by following what somebody says."""

    NEAR = 1
    FEED = 2


PURPOSES_OF = {
    Way.NEAR: frozenset({Purpose.NEARBY}),
    Way.FEED: frozenset({Purpose.COMMUNITIES, Purpose.FEED}),
}


@dataclass(frozen=True)
class Contract:
    """All that a person opened. The version grows by one with each change; version 0 is what everybody begins with."""

    version: int = 0
    terms: tuple[Term, ...] = ()
    quiet: tuple[QuietPlace, ...] = ()
    time_zone: str = "UTC"
    #: What rules made of it, to be found again where it knows no hours; for them alone.
    worked_out: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def zone(self) -> ZoneInfo:
        """By which clock hours are meant."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def has_hours(self) -> bool:
        """Whether anything in it depends on the time of the week."""
        return any(term.hours for term in self.terms)

    @cached_property
    def ends_with_leaving(self) -> bool:
        """Whether anything in it is to be known until its person leaves."""
        return any(term.lasts.until_i_leave for term in self.terms)

    def with_circle(self, circle_id: UUID | None) -> "Contract":
        """The same, those whom its person follows back being a circle that goes by this id."""
        terms = (
            replace(term, who=Who(Group.FOLLOW_BACK, circle_id))
            if term.who.group is Group.FOLLOW_BACK
            else term
            for term in self.terms
        )
        return replace(self, terms=tuple(terms), worked_out={})

    @property
    def needs_circle(self) -> bool:
        """Whether it speaks of those whom its person follows back."""
        return any(term.who.group is Group.FOLLOW_BACK for term in self.terms)

    def is_quiet_at(self, position: Position) -> bool:
        """Whether nobody else is to know anything of being there."""
        return any(place.covers(position) for place in self.quiet)

    def openings(self, way: Way, moment: datetime) -> Openings:
        """What is open to whom at a moment, by one way, save in quiet places; contradictions are decided.

        A group that terms speak of is there also where nothing is open to it; one that is not there has nothing open.
        """
        terms = self._of(PURPOSES_OF[way], moment)
        found: dict[Who, Opened] = {}
        for who in {term.who for term in terms}:
            binding = [term for term in terms if term.who == who or who.holds(term.who)]
            found[who] = Opened(min(term.level for term in binding), min(term.lasts for term in binding))
        return found

    def allows(self, purpose: Purpose, moment: datetime) -> bool:
        """Whether a purpose that knows no exactness is open to everyone at a moment."""
        terms = [term for term in self._of({purpose}, moment) if term.who == EVERYONE]
        return bool(terms) and all(term.opens for term in terms)

    def identity_for(self, business_id: UUID, moment: datetime) -> Identity:
        """What readers of a business may learn: what is said of that business goes before what is said of all."""
        terms = self._of({Purpose.READERS}, moment)
        own = [term for term in terms if term.who.id == business_id]
        binding = own or [term for term in terms if term.who == EVERYONE]
        return min((term.identity for term in binding), default=Identity.NOBODY)

    def contradictions(self) -> list[Contradiction]:
        """Where terms say different things, at any time: which of each two holds."""
        return [
            Contradiction(stricter.purpose, stricter, laxer)
            for purposes in _TOGETHER
            for stricter in self.terms
            for laxer in self.terms
            if stricter.purpose in purposes
            and laxer.purpose in purposes
            and (laxer.who == stricter.who or laxer.who.holds(stricter.who))
            and _is_stricter(stricter, laxer)
        ]

    def _of(self, purposes: Iterable[Purpose], moment: datetime) -> list[Term]:
        local = moment.astimezone(self.zone)
        return [term for term in self.terms if term.purpose in purposes and term.applies(local)]


#: What people learn in the same way stands together; the rest by itself.
_TOGETHER: tuple[frozenset[Purpose], ...] = (
    *PURPOSES_OF.values(),
    *(frozenset({each}) for each in (Purpose.OFFERS, Purpose.STATISTICS, Purpose.READERS)),
)
CLOSED = Contract()


def _is_stricter(one: Term, other: Term) -> bool:
    if one.who.group is Group.BUSINESS and other.who != one.who:
        # What is said of one business goes before what is said of all; neither contradicts the other.
        return False
    return one.level < other.level or one.lasts < other.lasts or one.identity < other.identity
