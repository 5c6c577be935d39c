"""Who may know what of a check-in: shares, made of a contract and of what its author wants for this one. A share is
what one audience may know; a viewer knows the most of what any audience they belong to may. Its twin in SQL stands in
queries.py; a test holds the two together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.ids import NOBODY
from app.trust.contract import Contract, Opened, Openings, Way
from app.trust.terms import EVERYONE, SIGNED_IN, Group, Level, Purpose, Who, disclosed_at
from geo import Position

#: Audiences beside communities, circles and single people, who go by their own ids.
ANYONE = UUID(int=1)
MEMBERS = UUID(int=2)
_BEYOND_COMMUNITIES = frozenset({Group.FOLLOW_BACK, Group.CIRCLE, Group.PERSON})
_AMONG_COMMUNITIES = frozenset({Group.HERE, Group.COMMUNITIES, Group.COMMUNITY})
_HERE, _COMMUNITIES = Who(Group.HERE), Who(Group.COMMUNITIES)
_LEVELS = tuple(Level)
_FEED_BITS = 0b0000_0111
_NEAR_SHIFT = 3
_LEAVING = {Way.FEED: 0b0100_0000, Way.NEAR: 0b1000_0000}


class Visibility(StrEnum):
    """For whom a check-in is at most, whatever the contract opens."""

    PUBLIC = "public"
    COMMUNITIES = "communities"
    #: People I follow back, people of my circles, and people I named.
    FOLLOWERS = "followers"
    ME = "me"

    def lets(self, group: Group) -> bool:
        """Whether a group may know of it at all."""
        match self:
            case Visibility.PUBLIC:
                return True
            case Visibility.COMMUNITIES:
                return group in _AMONG_COMMUNITIES
            case Visibility.FOLLOWERS:
                return group in _BEYOND_COMMUNITIES
            case Visibility.ME:
                return False


class Share(NamedTuple):
    """What one audience may know, in each of two ways, and until when; without a time for as long as it is kept.

    `code` holds both levels and whether either ends when the author leaves: as tables and processes pass it on.
    """

    audience: UUID
    code: int
    feed_until: datetime | None = None
    near_until: datetime | None = None

    def level(self, way: Way) -> Level:
        """How exactly it may know where, whether or not the time has passed."""
        return levels_of(self.code)[way is Way.NEAR]

    def until(self, way: Way) -> datetime | None:
        """Until when."""
        return self.near_until if way is Way.NEAR else self.feed_until

    def ends_with_leaving(self, way: Way) -> bool:
        """Whether `until` is but how long the author is thought to be there."""
        return bool(self.code & _LEAVING[way])


def levels_of(code: int) -> tuple[Level, Level]:
    """What the code of a share says for following, and for looking around."""
    return _LEVELS[code & _FEED_BITS], _LEVELS[code >> _NEAR_SHIFT & _FEED_BITS]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author of a check-in wants of it: they may be stricter than their contract, never laxer."""

    visibility: Visibility
    #: How exactly those outside the author's own communities may know where, at most.
    exactness: Level
    received_at: datetime
    #: Until when it says where its author is; None where it came too late to say so.
    present_until: datetime | None


@dataclass(frozen=True, slots=True)
class Shared:
    """All that a contract shares of one check-in, before it is known which communities it is heard in.

    The audiences of `here` and `fellows` stand for each location community and each chosen one; of a chosen one that is
    in `named`, what stands there holds instead.
    """

    version: int
    #: Where it is found by those who look around: as the least of all who may know do know it.
    found_at: Position
    said: tuple[Share, ...] = ()
    here: Share | None = None
    #: Where those are taken to be here who may not know exactly: in the communities around the middle of what they may
    #: know. None where they may know exactly, and are here in the communities around the check-in itself.
    here_at: Position | None = None
    fellows: Share | None = None
    named: tuple[Share, ...] = ()
    #: Nobody is to know of being there, and no offer is to come.
    quiet: bool = False
    #: Whether its author is counted among those who are here.
    counted: bool = False

    def of(self, locations: Iterable[UUID], communities: Iterable[UUID]) -> tuple[Share, ...]:
        """What each audience may know, the communities being known: those it is told here in, and those chosen."""
        named = {share.audience: share for share in self.named}
        here = [self.here._replace(audience=each) for each in locations] if self.here else []
        chosen = [
            share._replace(audience=each)
            for each in communities
            if (share := named.get(each, self.fellows)) is not None and share.code
        ]
        return (*self.said, *here, *chosen)


def shared(contract: Contract, wanted: Wanted, position: Position) -> Shared:
    """What a contract and its person let whom know of a check-in at a position, at the time it is received."""
    if wanted.visibility is Visibility.ME:
        return Shared(contract.version, position, quiet=contract.is_quiet_at(position))
    if contract.quiet and contract.is_quiet_at(position):
        return Shared(contract.version, position, quiet=True)
    ways = [contract.openings(way, wanted.received_at) for way in (Way.FEED, Way.NEAR)]
    shares = {
        who: _share(who, ways, wanted)
        for who in dict.fromkeys([*ways[0], *ways[1]])
        if wanted.visibility.lets(who.group) and not (who.group is Group.FOLLOW_BACK and who.id is None)
    }
    told = {who: share for who, share in shares.items() if share.code}
    coarsest = min((_least(share) for share in told.values()), default=Level.EXACT)
    everyone, here = told.get(EVERYONE), told.get(Who(Group.HERE))
    return Shared(
        version=contract.version,
        found_at=disclosed_at(position, coarsest),
        said=tuple(share for who, share in told.items() if who.group not in _AMONG_COMMUNITIES),
        here=here,
        here_at=None
        if here is None or Level.EXACT in levels_of(here.code)
        else disclosed_at(position, _least(here)),
        fellows=told.get(_COMMUNITIES),
        named=tuple(share for who, share in shares.items() if who.group is Group.COMMUNITY),
        counted=everyone is not None
        and Level.EXACT in levels_of(everyone.code)
        and contract.allows(Purpose.STATISTICS, wanted.received_at),
    )


def _share(who: Who, ways: Sequence[Openings], wanted: Wanted) -> Share:
    (feed, feed_until, feed_leaves), (near, near_until, near_leaves) = (
        _part(who, openings, wanted) for openings in ways
    )
    code = feed | near << _NEAR_SHIFT
    code |= _LEAVING[Way.FEED] if feed_leaves else 0
    code |= _LEAVING[Way.NEAR] if near_leaves else 0
    return Share(_audience(who), code, feed_until, near_until)


def _part(who: Who, openings: Openings, wanted: Wanted) -> tuple[Level, datetime | None, bool]:
    """How exactly, until when, and whether that is until the author leaves, of what is opened in one way; nothing where
    that ends before it begins."""
    opened = _opened(who, openings)
    if opened is None:
        return _CLOSED
    until = opened.lasts.until(wanted.received_at, wanted.present_until)
    if until is not None and until <= wanted.received_at:
        return _CLOSED
    own = who.group in _OWN
    level = opened.level if own else min(opened.level, wanted.exactness)
    return (level, until, opened.lasts.until_i_leave) if level else _CLOSED


_CLOSED = (Level.NOTHING, None, False)
_OWN = frozenset({Group.COMMUNITIES, Group.COMMUNITY})


def _opened(who: Who, openings: Openings) -> Opened | None:
    """What is said of one community goes before what is said of all."""
    found = openings.get(who)
    if found is None and who.group is Group.COMMUNITY:
        return openings.get(_COMMUNITIES)
    return found


def _audience(who: Who) -> UUID:
    """The audience's id; nobody's for those that stand for many, whose ids are put there later."""
    return _FOR_ALL.get(who.group) or who.id or NOBODY


_FOR_ALL = {EVERYONE.group: ANYONE, SIGNED_IN.group: MEMBERS}


def _least(share: Share) -> Level:
    return min(level for level in levels_of(share.code) if level)


def still(shares: Iterable[Share], now: datetime) -> tuple[Share, ...]:
    """What of them has not ended."""
    left = (_still(share, now) for share in shares)
    return tuple(share for share in left if share.code)


def _still(share: Share, now: datetime) -> Share:
    _, _, feed_until, near_until = share
    if feed_until is not None and feed_until <= now:
        share = share._replace(code=share.code & ~(_FEED_BITS | _LEAVING[Way.FEED]), feed_until=None)
    if near_until is not None and near_until <= now:
        near = _FEED_BITS << _NEAR_SHIFT
        share = share._replace(code=share.code & ~(near | _LEAVING[Way.NEAR]), near_until=None)
    return share


def known(shares: Iterable[Share], belongs: Callable[[UUID], bool]) -> tuple[Level, Level]:
    """What somebody may know by following, and by looking around, who belongs to the audiences that `belongs` says."""
    feed = near = Level.NOTHING
    for share in shares:
        if belongs(share.audience):
            by_feed, by_near = levels_of(share.code)
            feed, near = max(feed, by_feed), max(near, by_near)
    return feed, near


def is_open(shares: Iterable[Share]) -> bool:
    """Whether everybody may know exactly where, in either way."""
    return any(
        share.audience == ANYONE and levels_of(share.code) == (Level.EXACT, Level.EXACT) for share in shares
    )
