"""Who may know what of a check-in: its shares, made of a contract and of what its author wants for this one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.ids import NOBODY
from app.trust.contract import Contract, Opened, Openings, Way
from app.trust.shares import ANYONE, MEMBERS, Known, Share
from app.trust.terms import EVERYONE, KEPT, SIGNED_IN, Group, Level, Purpose, Who, disclosed_at
from geo import Position

_BEYOND_COMMUNITIES = frozenset({Group.FOLLOW_BACK, Group.CIRCLE, Group.PERSON})
_AMONG_COMMUNITIES = frozenset({Group.HERE, Group.COMMUNITIES, Group.COMMUNITY})
#: Of these there is but one.
_SINGLE = frozenset({Group.EVERYONE, Group.HERE, Group.COMMUNITIES})
_COMMUNITIES = Who(Group.COMMUNITIES)


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


def shares_of_words(
    contract: Contract, visibility: Visibility, said_at: datetime, communities: Iterable[UUID]
) -> tuple[Share, ...]:
    """What each audience may know of words that say nothing of where anyone is: whether, and not how exactly.

    Nobody is here by them, and what is to be known until their author leaves is known to nobody.
    """
    if visibility is Visibility.ME:
        return ()
    wanted = Wanted(visibility, Level.EXACT, said_at, None)
    plan = _plan(contract, wanted)
    told = plan.always or _told(plan, said_at, None)
    return Shared(contract.version, _NOWHERE, told.said, fellows=told.fellows, named=told.named).of(
        (), communities
    )


_NOWHERE = Position(0, 0)


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
        least=min((share.least for _, share in told), default=Level.EXACT),
        here_least=Level.EXACT if here is None or here.is_exact else here.least,
        counted=plan.counts and everyone is not None and everyone.is_exact,
    )


def _share(opening: _Opening, received_at: datetime, present_until: datetime | None) -> Share:
    feed, near = (_known(opened, received_at, present_until) for opened in (opening.feed, opening.near))
    return Share.of(opening.audience, feed, near)


def _known(opened: Opened, received_at: datetime, present_until: datetime | None) -> Known:
    """What is opened in one way; nothing where that ends before it begins."""
    until = opened.lasts.until(received_at, present_until)
    if not opened.level or (until is not None and until <= received_at):
        return Known()
    return Known(opened.level, until, opened.lasts.until_i_leave)


def _audience(who: Who) -> UUID:
    """The audience's id; nobody's for those that stand for many, whose ids are put there later."""
    return _FOR_ALL.get(who.group) or who.id or NOBODY


_FOR_ALL = {EVERYONE.group: ANYONE, SIGNED_IN.group: MEMBERS}
