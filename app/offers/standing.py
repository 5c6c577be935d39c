"""The offers that stand, in memory: where people move and none is, the gate need not be asked."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from geo import Area, AreaIndex, Position


class Standing(NamedTuple):
    """An offer's area and window."""

    offer_id: UUID
    area: Area
    starts_at: datetime
    ends_at: datetime


class StandingOffers:
    """The offers one process knows of. May hold some that were withdrawn, but must miss none."""

    def __init__(self) -> None:
        self._windows: dict[UUID, tuple[datetime, datetime]] = {}
        self._to_open: set[UUID] = set()
        self._areas: AreaIndex[UUID] = AreaIndex()

    def __len__(self) -> int:
        return len(self._windows)

    def learn(self, offers: Iterable[Standing], now: datetime) -> list[UUID]:
        """Take in offers, those known already apart; the new ones whose window is open. About a millisecond each."""
        new = [each for each in offers if each.offer_id not in self._windows]
        for offer in new:
            self._windows[offer.offer_id] = offer.starts_at, offer.ends_at
            self._areas.add(offer.offer_id, offer.area)
        self._to_open.update(each.offer_id for each in new if each.starts_at > now)
        return [each.offer_id for each in new if each.starts_at <= now]

    def open_at(self, position: Position, now: datetime) -> bool:
        """Whether an offer here has its window open; some ten microseconds."""
        windows = (self._windows[each] for each in self._areas.covering(position))
        return any(starts_at <= now < ends_at for starts_at, ends_at in windows)

    def opened(self, now: datetime) -> list[UUID]:
        """Those whose window has opened since they were learnt, each once."""
        opened = [each for each in self._to_open if self._windows[each][0] <= now]
        self._to_open.difference_update(opened)
        return opened

    def forget_ended(self, now: datetime) -> None:
        """Let go of those whose window is closed for good."""
        for each in [each for each, (_, ends_at) in self._windows.items() if ends_at <= now]:
            del self._windows[each]
            self._to_open.discard(each)
            self._areas.remove(each)
