"""Shares: what one audience may know of a check-in. A viewer knows the most of what any audience they belong to may.

The twin in SQL stands in queries.py; a test holds the two together.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.trust.contract import Way
from app.trust.terms import Level

#: Audiences beside communities, circles and single people, who go by their own ids.
ANYONE = UUID(int=1)
MEMBERS = UUID(int=2)
_WHOEVER_COMES = frozenset({ANYONE, MEMBERS})
_LEVELS = tuple(Level)
_FEED_BITS = 0b0000_0111
_NEAR_SHIFT = 3
_LEAVING = {Way.FEED: 0b0100_0000, Way.NEAR: 0b1000_0000}


class Known(NamedTuple):
    """What may be known in one way: how exactly, until when, and whether that is until the author leaves."""

    level: Level = Level.NOTHING
    until: datetime | None = None
    leaving: bool = False


class Share(NamedTuple):
    """What one audience may know, in each of two ways, and until when; without a time for as long as it is kept.

    `code` holds both levels and whether either ends when the author leaves: as tables and processes pass it on.
    """

    audience: UUID
    code: int
    feed_until: datetime | None = None
    near_until: datetime | None = None

    @classmethod
    def of(cls, audience: UUID, feed: Known, near: Known) -> "Share":
        """That of an audience which may know so much by following, and so much by looking around."""
        code = feed.level | near.level << _NEAR_SHIFT
        code |= _LEAVING[Way.FEED] if feed.leaving else 0
        code |= _LEAVING[Way.NEAR] if near.leaving else 0
        return cls(audience, code, feed.until, near.until)

    @property
    def is_exact(self) -> bool:
        """Whether it may know exactly where, in some way."""
        return Level.EXACT in levels_of(self.code)

    @property
    def least(self) -> Level:
        """How exactly it may know where by the way that tells it less, of those that tell it anything."""
        return min(level for level in levels_of(self.code) if level)

    def level(self, way: Way) -> Level:
        """How exactly it may know where, whether or not the time has passed."""
        return levels_of(self.code)[way is Way.NEAR]

    def until(self, way: Way) -> datetime | None:
        """Until when."""
        return self.near_until if way is Way.NEAR else self.feed_until

    def ends_with_leaving(self, way: Way) -> bool:
        """Whether `until` is but how long the author is thought to be there."""
        return bool(self.code & _LEAVING[way])


Columns = tuple[list[UUID], list[int], list[datetime | None], list[datetime | None]]


def columns(shares: Sequence[Share]) -> Columns:
    """Audiences, codes and both times of all of them, as tables keep them."""
    return (
        [share.audience for share in shares],
        [share.code for share in shares],
        [share.feed_until for share in shares],
        [share.near_until for share in shares],
    )


def in_columns(
    audiences: Iterable[UUID],
    codes: Iterable[int],
    feed_untils: Iterable[datetime | None],
    near_untils: Iterable[datetime | None],
) -> tuple[Share, ...]:
    """What tables keep, as shares."""
    return tuple(map(Share, audiences, codes, feed_untils, near_untils))


def levels_of(code: int) -> tuple[Level, Level]:
    """What the code of a share says for following, and for looking around."""
    return _LEVELS[code & _FEED_BITS], _LEVELS[code >> _NEAR_SHIFT & _FEED_BITS]


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


def is_heard_around(shares: Iterable[Share], communities: Collection[UUID]) -> bool:
    """Whether a check-in is heard in the location communities around it, `communities` being all it may be heard in.

    It is where people may know exactly whom nobody chose one by one. Only for friends, it would make a small place's
    feed take longer for everybody, who could tell by that where it was.
    """
    return any(
        share.is_exact and (share.audience in _WHOEVER_COMES or share.audience in communities)
        for share in shares
    )


def is_open(shares: Iterable[Share]) -> bool:
    """Whether everybody may know exactly where, in either way."""
    return any(
        share.audience == ANYONE and levels_of(share.code) == (Level.EXACT, Level.EXACT) for share in shares
    )
