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
        self._areas: AreaIndex[UUID] = AreaIndex()

    def __len__(self) -> int:
        return len(self._windows)

    def learn(self, offers: Iterable[Standing]) -> None:
        """Take in offers; those known already stay as they are."""
        for offer in offers:
            if offer.offer_id not in self._windows:
                self._windows[offer.offer_id] = offer.starts_at, offer.ends_at
                self._areas.add(offer.offer_id, offer.area)

    def open_at(self, position: Position, now: datetime) -> bool:
        """Whether an offer here has its window open; some ten microseconds."""
        windows = (self._windows[each] for each in self._areas.covering(position))
        return any(starts_at <= now < ends_at for starts_at, ends_at in windows)

    def opened(self, since: datetime, now: datetime) -> list[UUID]:
        """Those whose window opened after `since`, up to now."""
        return [each for each, (starts_at, _) in self._windows.items() if since < starts_at <= now]

    def forget_ended(self, now: datetime) -> None:
        """Let go of those whose window is closed for good."""
        for each in [each for each, (_, ends_at) in self._windows.items() if ends_at <= now]:
            del self._windows[each]
            self._areas.remove(each)
