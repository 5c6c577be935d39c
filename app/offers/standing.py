"""The offers that stand, in memory: where people move and none is, the gate need not be asked."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.trust.week import Week
from geo import Area, AreaIndex, Position


class Window(NamedTuple):
    """When an offer is to be had, and since when it stands: another time after each pause."""

    published_at: datetime
    starts_at: datetime
    ends_at: datetime
    week: Week | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it is to be had then."""
        return self.starts_at <= now < self.ends_at and (self.week is None or self.week.includes(now))


class Awaited(NamedTuple):
    """What may happen without anybody moving so that an offer fits which did not before."""

    #: Others come.
    others: bool = False
    #: This business sees somebody again.
    business_id: UUID | None = None
    #: Somebody says that they go to this event.
    event_id: UUID | None = None


class Standing(NamedTuple):
    """An offer's area, its window, and what it waits for."""

    offer_id: UUID
    area: Area
    window: Window
    awaited: Awaited = Awaited()


class StandingOffers:
    """The offers one process knows of. May hold some that were withdrawn or are paused, but must miss none."""

    def __init__(self) -> None:
        self._windows: dict[UUID, Window] = {}
        #: Those that were not to be had when it was looked last, and those that may be so at another hour.
        self._closed: set[UUID] = set()
        self._weekly: set[UUID] = set()
        self._areas: AreaIndex[UUID] = AreaIndex()
        #: What each waits for, and how many wait for it, so that what happens is not held against all of them.
        self._awaited: dict[UUID, list[UUID | bool]] = {}
        self._waiting: Counter[UUID | bool] = Counter()

    def __len__(self) -> int:
        return len(self._windows)

    def learn(self, offers: Iterable[Standing], now: datetime) -> list[UUID]:
        """Take in offers, those known already apart; the new ones that are to be had. About a millisecond each.

        One that stands again after a pause is new.
        """
        new = [each for each in offers if self._windows.get(each.offer_id) != each.window]
        for offer in new:
            if offer.offer_id not in self._windows:
                self._areas.add(offer.offer_id, offer.area)
                self._awaited[offer.offer_id] = [each for each in offer.awaited if each]
                self._waiting.update(self._awaited[offer.offer_id])
            self._windows[offer.offer_id] = offer.window
        self._weekly.update(each.offer_id for each in new if each.window.week)
        opened = [each.offer_id for each in new if each.window.is_open(now)]
        self._closed.update(each.offer_id for each in new)
        self._closed.difference_update(opened)
        return opened

    def open_at(self, position: Position, now: datetime) -> bool:
        """Whether an offer here is to be had; some ten microseconds, however many there are."""
        return self._areas.any_covering(position, lambda each: self._windows[each].is_open(now))

    def awaits(self, event_or_business: UUID) -> bool:
        """Whether an offer waits for this event's guests, or to be seen by this business."""
        return self._waiting[event_or_business] > 0

    def awaits_others(self) -> bool:
        """Whether an offer is for several people at once."""
        return self._waiting[True] > 0

    def opened(self, now: datetime) -> list[UUID]:
        """Those that are to be had, and were not when they were learnt or looked for last."""
        opened = [each for each in self._closed if self._windows[each].is_open(now)]
        self._closed.update(each for each in self._weekly if not self._windows[each].is_open(now))
        self._closed.difference_update(opened)
        return opened

    def forget_ended(self, now: datetime) -> None:
        """Let go of those whose window is closed for good."""
        for each in [each for each, window in self._windows.items() if window.ends_at <= now]:
            del self._windows[each]
            self._closed.discard(each)
            self._weekly.discard(each)
            self._waiting.subtract(self._awaited.pop(each))
            self._areas.remove(each)
        # Without what nobody waits for any more.
        self._waiting = +self._waiting
