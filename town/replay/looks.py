"""Whether the gate has looked at everybody who checked in: each look is at a person where they are *now*, so whoever
moves on before it is looked at once, not twice, and the reference could not tell."""

import time
from collections.abc import Sequence

import gevent

from town.api import Api
from town.reference.gate import Offer
from town.replay.phones import Answered
from town.replay.score import Offered, offered

_PATIENCE_S = 5.0
#: Longer ago than this, the gate has looked, or never will.
_LONG_AGO_S = 10.0
_EVERY_S = 0.05


class Looks:
    """Counts the offers that each person who checked in was held against, here and on the server."""

    def __init__(self, api: Api, offers: Sequence[Offer], before: Offered) -> None:
        self._api, self._offers, self._before = api, offers, before
        self._due = 0
        self._looked, self._read_at = 0, 0.0

    def note(self, answered: Answered) -> None:
        """Somebody checked in: one look at each open offer in whose area they are is due."""
        if answered.answer is not None:
            self._due += sum(self._is_open(offer, answered) for offer in self._offers)

    def wait_after(self, answered: Answered) -> None:
        """Wait until the gate has looked at everybody up to now; it takes milliseconds where nothing is wrong."""
        if time.monotonic() > answered.sent_at + _LONG_AGO_S:
            return
        patience = time.monotonic() + _PATIENCE_S
        while self._count() < self._due and time.monotonic() < patience:
            gevent.sleep(_EVERY_S)

    def _count(self) -> int:
        if time.monotonic() > self._read_at + _EVERY_S:
            # Set first, so that of several who wait one asks.
            self._read_at = time.monotonic()
            now = offered(self._api).since(self._before)
            self._looked = now.delivered + now.withheld.total()
        return self._looked

    @staticmethod
    def _is_open(offer: Offer, answered: Answered) -> bool:
        return offer.starts <= time.time() < offer.ends and offer.area.holds(answered.act.row.position)
