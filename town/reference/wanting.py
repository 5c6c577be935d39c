"""What decides which offers may reach whom, in plain values: offers, communities, people and what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from geo import Position
from town.reference.ground import Drawn

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Hours:
    """Some hours of some days (Monday is 0), in minutes of the day; where they end before they begin, the next day."""

    days: frozenset[int]
    since: int
    until: int

    def include(self, day: int, minute: int) -> bool:
        """Whether a minute of a day of the week is among them."""
        if self.since < self.until:
            return day in self.days and self.since <= minute < self.until
        return (day in self.days and minute >= self.since) or (
            (day - 1) % 7 in self.days and minute < self.until
        )


@dataclass(frozen=True, slots=True)
class Week:
    """Hours of the week by the clock on the wall of a time zone."""

    hours: tuple[Hours, ...]
    time_zone: str

    def includes(self, when: float) -> bool:
        """Whether a moment (seconds since 1970) is among them."""
        day, minute = _on_the_wall(self.time_zone, int(when // MINUTE_S))
        return any(each.include(day, minute) for each in self.hours)


@lru_cache(maxsize=100_000)
def _on_the_wall(time_zone: str, minutes: int) -> tuple[int, int]:
    at = datetime.fromtimestamp(minutes * MINUTE_S, ZoneInfo(time_zone))
    return at.weekday(), at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class Wished:
    """What an offer answers: the community that wished for it, and who pledged."""

    community: str
    pledged: frozenset[str]


@dataclass(frozen=True, slots=True)
class Event:
    """What an offer is for whoever goes to, and when that is over."""

    id: str
    ends: float


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that was published. Times are in seconds since 1970; ids sort by when it was made."""

    id: str
    business: str
    at: Position
    area: Drawn
    topics: frozenset[str]
    activities: frozenset[str]
    starts: float
    ends: float
    week: Week | None = None
    wish: Wished | None = None
    #: Of a hundred for whom it fits, so many are held out.
    hold_out: int = 0
    #: How many there are, None for as many as are wanted; and how many of them somebody gets.
    quantity: int | None = None
    per_person: int = 1
    #: For whoever comes to its business for so many times at least.
    returning: int | None = None
    event: Event | None = None

    def is_open(self, when: float) -> bool:
        """Whether it is to be had then."""
        return self.starts <= when < self.ends and (self.week is None or self.week.includes(when))

    def openings(self) -> list[float]:
        """All moments at which it begins to be to be had, in order."""
        moments = {self.starts, *(self._begins() if self.week else ())}
        return sorted(each for each in moments if self.is_open(each) and not self.is_open(each - 1e-3))

    def _begins(self) -> Iterator[float]:
        assert self.week is not None
        zone = ZoneInfo(self.week.time_zone)
        day = datetime.fromtimestamp(self.starts - DAY_S, zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        while day.timestamp() < self.ends:
            for each in self.week.hours:
                yield day.replace(hour=each.since // 60, minute=each.since % 60).timestamp()
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Community:
    """What its members share, how many offers a day they want through it, and which businesses they sent off."""

    id: str
    topics: frozenset[str]
    noise_budget: int
    sent_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Consent:
    """Whose offers may reach somebody, None for everybody's, and when, None for always."""

    businesses: frozenset[str] | None = None
    refused: frozenset[str] = frozenset()
    week: Week | None = None

    def lets(self, business: str) -> bool:
        """Whether offers of a business are welcome at all."""
        return business not in self.refused and (self.businesses is None or business in self.businesses)


@dataclass(frozen=True, slots=True)
class Budget:
    """How many offers somebody wants at most; these are for whoever has said nothing."""

    an_hour: int = 1
    a_day: int = 3
    a_community: int = 3
    a_business: int = 3


@dataclass(frozen=True, slots=True)
class Manner:
    """What somebody says of offers, until they say otherwise."""

    consent: Consent | None = None
    budget: Budget = Budget()
    muted_businesses: frozenset[str] = frozenset()
    muted_communities: frozenset[str] = frozenset()
    muted_topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stay:
    """Where somebody is and what they do, until when at the latest; quiet, if they want nothing there."""

    at: Position
    activity: str | None
    until: float
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Came:
    """An offer reached somebody (or was held out, which spends no budget), when and through which community."""

    person: str
    offer: str
    business: str
    community: str
    at: float
    #: When it had certainly been written down.
    known_at: float
    topic: str = ""
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What stands during the whole play. Communities of a person are in the order in which they joined."""

    offers: Mapping[str, Offer]
    communities: Mapping[str, Community]
    joined: Mapping[str, tuple[str, ...]]
    _around: dict[Position, list[Offer]] = field(default_factory=dict)

    def around(self, at: Position) -> list[Offer]:
        """The offers whose area a position is in, whether or not they are to be had."""
        if at not in self._around:
            self._around[at] = [each for each in self.offers.values() if each.area.holds(at)]
        return self._around[at]
