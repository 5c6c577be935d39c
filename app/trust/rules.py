"""Who may know what of a check-in: shares, made of a contract and of what its author wants for this one. A share is
what one audience may know; a viewer knows the most of what any audience they belong to may. Its twin in SQL stands in
queries.py; a test holds the two together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.ids import NOBODY
from app.trust.contract import Contract, Opened, Openings, Way
from app.trust.terms import EVERYONE, KEPT, SIGNED_IN, Group, Level, Purpose, Who, disclosed_at
from geo import Position

#: Audiences beside communities, circles and single people, who go by their own ids.
ANYONE = UUID(int=1)
MEMBERS = UUID(int=2)
_BEYOND_COMMUNITIES = frozenset({Group.FOLLOW_BACK, Group.CIRCLE, Group.PERSON})
_AMONG_COMMUNITIES = frozenset({Group.HERE, Group.COMMUNITIES, Group.COMMUNITY})
#: Of these there is but one.
_SINGLE = frozenset({Group.EVERYONE, Group.HERE, Group.COMMUNITIES})
_COMMUNITIES = Who(Group.COMMUNITIES)
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
    plan = _plan(contract, wanted)
    told = plan.always or _told(plan, wanted.received_at, wanted.present_until)
    return Shared(
        version=contract.version,
        found_at=disclosed_at(position, told.least),
        said=told.said,
        here=told.here,
        here_at=None if told.here_least is Level.EXACT else disclosed_at(position, told.here_least),
        fellows=told.fellows,
        named=told.named,
        counted=told.counted,
    )


class _Opening(NamedTuple):
    """What one group is let know of any check-in, before it is known when it is received."""

    group: Group
    audience: UUID
    feed: Opened
    near: Opened


class _Told(NamedTuple):
    """What is shared of one check-in, wherever that is; how exactly at least, and how exactly to those who are here."""

    said: tuple[Share, ...]
    here: Share | None
    fellows: Share | None
    named: tuple[Share, ...]
    least: Level
    here_least: Level
    counted: bool


class _Plan(NamedTuple):
    """What a contract shares of all for which the same is wanted."""

    openings: tuple[_Opening, ...]
    #: Whether its person lets themselves be counted.
    counts: bool
    #: What is shared in any case, where nothing depends on when it is received.
    always: _Told | None


def _plan(contract: Contract, wanted: Wanted) -> _Plan:
    """Some 20 µs, and 1 where the contract knows no hours and has been asked before."""
    if contract.has_hours:
        return _planned(contract, wanted)
    key = (wanted.visibility, wanted.exactness)
    plan: _Plan | None = contract.worked_out.get(key)
    if plan is None:
        plan = contract.worked_out[key] = _planned(contract, wanted)
    return plan


def _planned(contract: Contract, wanted: Wanted) -> _Plan:
    ways = [contract.openings(way, wanted.received_at) for way in (Way.FEED, Way.NEAR)]
    openings = tuple(
        _Opening(who.group, _audience(who), *(_opened(who, openings, wanted.exactness) for openings in ways))
        for who in dict.fromkeys([*ways[0], *ways[1]])
        if wanted.visibility.lets(who.group) and not (who.group is Group.FOLLOW_BACK and who.id is None)
    )
    plan = _Plan(openings, contract.allows(Purpose.STATISTICS, wanted.received_at), None)
    if any(opened.lasts != KEPT for each in openings for opened in (each.feed, each.near)):
        return plan
    return plan._replace(always=_told(plan, wanted.received_at, wanted.present_until))


def _opened(who: Who, openings: Openings, exactness: Level) -> Opened:
    """What is said of one community goes before what is said of all; outsiders learn what is wanted at most."""
    found = openings.get(who)
    if found is None and who.group is Group.COMMUNITY:
        found = openings.get(_COMMUNITIES)
    if found is None:
        return _CLOSED
    return found if who.group in _OWN else Opened(min(found.level, exactness), found.lasts)


_CLOSED = Opened(Level.NOTHING, KEPT)
_OWN = frozenset({Group.COMMUNITIES, Group.COMMUNITY})


def _told(plan: _Plan, received_at: datetime, present_until: datetime | None) -> _Told:
    """What is shared of a check-in received at that time, which says where its author is until then."""
    every = [(each.group, _share(each, received_at, present_until)) for each in plan.openings]
    told = [(group, share) for group, share in every if share.code]
    single = {group: share for group, share in told if group in _SINGLE}
    everyone, here = single.get(Group.EVERYONE), single.get(Group.HERE)
    return _Told(
        said=tuple(share for group, share in told if group not in _AMONG_COMMUNITIES),
        here=here,
        fellows=single.get(Group.COMMUNITIES),
        named=tuple(share for group, share in every if group is Group.COMMUNITY),
        least=min((_least(share) for _, share in told), default=Level.EXACT),
        here_least=Level.EXACT if here is None or Level.EXACT in levels_of(here.code) else _least(here),
        counted=plan.counts and everyone is not None and Level.EXACT in levels_of(everyone.code),
    )


def _share(opening: _Opening, received_at: datetime, present_until: datetime | None) -> Share:
    (feed, feed_until, feed_leaves), (near, near_until, near_leaves) = (
        _part(opened, received_at, present_until) for opened in (opening.feed, opening.near)
    )
    code = feed | near << _NEAR_SHIFT
    code |= _LEAVING[Way.FEED] if feed_leaves else 0
    code |= _LEAVING[Way.NEAR] if near_leaves else 0
    return Share(opening.audience, code, feed_until, near_until)


def _part(
    opened: Opened, received_at: datetime, present_until: datetime | None
) -> tuple[Level, datetime | None, bool]:
    """How exactly, until when, and whether that is until the author leaves, of what is opened in one way; nothing where
    that ends before it begins."""
    until = opened.lasts.until(received_at, present_until)
    if not opened.level or (until is not None and until <= received_at):
        return Level.NOTHING, None, False
    return opened.level, until, opened.lasts.until_i_leave


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
