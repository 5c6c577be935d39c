"""What a trust contract is made of: groups of people, how exactly, when, where, how long; and the term that says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID

from geo import CITY, QUARTER, SPOT, Circle, Position, blur, metres_between

MOST_TERMS = 50
MOST_QUIET_PLACES = 20
#: Smaller circles would be found by their border.
SMALLEST_QUIET_M = 100.0
LARGEST_QUIET_M = 5_000.0
MOST_DAYS = 3_650


class Level(IntEnum):
    """How exactly somebody may know where. All but the outermost are H3 cells (resolutions 5, 8 and 9)."""

    NOTHING = 0
    #: Some 17 km across.
    CITY = 1
    #: Some 900 m across.
    QUARTER = 2
    #: Within some 150 m.
    STREET = 3
    EXACT = 4

    @property
    def word(self) -> str:
        """As it is said and written."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Level":
        """By its word; raises KeyError."""
        return cls[word.upper()]


_RESOLUTIONS = {Level.CITY: CITY, Level.QUARTER: QUARTER, Level.STREET: SPOT}


def disclosed_at(position: Position, level: Level) -> Position:
    """Where somebody is for those who know that much: the centre of a cell, always the same,
    so that asking often gains nothing.

    For who knows nothing it is where the author finds it.
    """
    resolution = _RESOLUTIONS.get(level)
    return position if resolution is None else blur(position, resolution)


class Identity(IntEnum):
    """What a reader may learn of whose tag it read."""

    NOBODY = 0
    PERSON = 1
    #: A name that is the same at all readers of one business, and that no other business knows.
    PSEUDONYM = 2
    HANDLE = 3

    @property
    def word(self) -> str:
        """As it is said and written."""
        return self.name.lower()


class Purpose(StrEnum):
    """What something may be known for."""

    #: In the feeds of communities, and by those who are here too.
    COMMUNITIES = "communities"
    #: Being found by who looks around.
    NEARBY = "nearby"
    #: In feeds by topic and by person.
    FEED = "feed"
    OFFERS = "offers"
    #: Being counted among those who are here, and in what communities learn of themselves.
    STATISTICS = "statistics"
    #: Being read by a tag reader.
    READERS = "readers"


class Group(StrEnum):
    """Kinds of people who may know something."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"
    #: Whoever is part of a location community that a check-in is heard in.
    HERE = "here"
    #: Members of any community I chose that a check-in is heard in.
    COMMUNITIES = "communities"
    COMMUNITY = "community"
    FOLLOW_BACK = "follow_back"
    CIRCLE = "circle"
    PERSON = "person"
    BUSINESS = "business"


#: Groups that need to be named by an id.
NAMED = frozenset({Group.COMMUNITY, Group.CIRCLE, Group.PERSON, Group.BUSINESS})
_PEOPLE = frozenset(Group) - {Group.BUSINESS}
#: Whom each purpose may be opened for.
ALLOWED: Mapping[Purpose, frozenset[Group]] = {
    Purpose.COMMUNITIES: frozenset({Group.HERE, Group.COMMUNITIES, Group.COMMUNITY}),
    Purpose.NEARBY: _PEOPLE,
    Purpose.FEED: _PEOPLE - {Group.HERE},
    Purpose.OFFERS: frozenset({Group.EVERYONE, Group.BUSINESS}),
    Purpose.STATISTICS: frozenset({Group.EVERYONE}),
    Purpose.READERS: frozenset({Group.EVERYONE, Group.BUSINESS}),
}


@dataclass(frozen=True, slots=True)
class Who:
    """A group of people; of some kinds there are many, told apart by an id."""

    group: Group
    id: UUID | None = None

    def holds(self, other: "Who") -> bool:
        """Whether everybody in the other is surely in this one, too."""
        if self.group is Group.EVERYONE:
            return other != self
        return self.group is Group.SIGNED_IN and other.group not in (Group.EVERYONE, Group.SIGNED_IN)


EVERYONE = Who(Group.EVERYONE)
SIGNED_IN = Who(Group.SIGNED_IN)


@dataclass(frozen=True, slots=True)
class Hours:
    """Times of the week, by the clock of the contract. Where `until` is not after `since` they end the next day."""

    #: 0 is Monday (as in ISO 8601, less one).
    days: frozenset[int]
    #: Minutes since midnight.
    since: int
    until: int

    def include(self, local: datetime) -> bool:
        """Whether a moment, by that clock, is among them."""
        return self.at(local.weekday(), local.hour * 60 + local.minute)

    def at(self, day: int, minute: int) -> bool:
        """Whether a minute of a day is among them."""
        if self.since < self.until:
            return day in self.days and self.since <= minute < self.until
        return (day in self.days and minute >= self.since) or (
            (day - 1) % 7 in self.days and minute < self.until
        )


@dataclass(frozen=True, slots=True, order=True)
class Lasts:
    """How long it may be known; the shorter is the stricter. `Lasts(0)` is until I leave, `KEPT` for ever."""

    days: float

    @property
    def until_i_leave(self) -> bool:
        """Whether it ends with being there."""
        return self.days == 0

    def until(self, received_at: datetime, present_until: datetime | None) -> datetime | None:
        """When it ends; None where never."""
        if self == KEPT:
            return None
        return (
            (present_until or received_at) if self.until_i_leave else received_at + timedelta(days=self.days)
        )


UNTIL_I_LEAVE = Lasts(0)
KEPT = Lasts(float("inf"))


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a contract opens."""

    purpose: Purpose
    who: Who
    level: Level = Level.NOTHING
    hours: Hours | None = None
    lasts: Lasts = KEPT
    #: For readers only.
    identity: Identity = Identity.NOBODY

    def applies(self, local: datetime) -> bool:
        """Whether it does at a moment by the contract's clock."""
        return self.hours is None or self.hours.include(local)

    @property
    def opens(self) -> bool:
        """Whether it lets anything be known at all."""
        return (
            self.identity > Identity.NOBODY if self.purpose is Purpose.READERS else self.level > Level.NOTHING
        )


@dataclass(frozen=True, slots=True)
class QuietPlace:
    """A circle that is nobody else's business, such as home."""

    name: str
    circle: Circle

    def covers(self, position: Position) -> bool:
        """Whether nobody may know of being there: the street (H3 cell) a position is in touches the circle, or might.

        It is the same for all circles of a size whose middle is in the same cell, so that the border of silence, which
        who listens long enough will find, does not tell more of the middle than that cell.
        """
        metres = metres_between(blur(position, SPOT), blur(self.circle.centre, SPOT))
        return metres <= self.circle.radius_m + 2 * _CELL_REACH_M


#: No position of a cell of that size lies farther from its middle.
_CELL_REACH_M = 260.0
