"""What people of a play do where an offer asks more of them than to be there: they show their tag, and say that they go
to what is on, or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from town.api import Refused, Request
from town.offering.gateway import Gateway, Now
from town.offering.opening import Stage
from town.reference.knowing import History
from town.reference.visits import Seen
from town.reference.wanting import Offer, Stay
from town.reference.watching import Look
from town.stage.cast import Player

_SHOWS, _GOES, _GOES_NOT = 0.8, 0.3, 0.2
_KNOWN = frozenset({"pseudonym", "handle"})


@dataclass(slots=True)
class Visiting:
    """Everybody, where they were seen, and where they go; each person does one thing after the other."""

    stage: Stage
    gateway: Gateway
    now: Now
    chance: Random
    seen: list[Seen]
    #: By person and event, whether they have a seat.
    going: dict[tuple[str, str], History[bool]]

    def after(self, player: Player, stay: Stay) -> Iterator[Look]:
        """What somebody does who has come somewhere, and how the gate looks at them for it."""
        here = [each for each in self.stage.world.around(stay.at) if each.is_open(self.now())]
        for offer in here:
            if offer.returning and self.chance.random() < _SHOWS:
                yield from self._shown(player, offer, stay)
            if offer.event:
                yield from self._replied(player, offer, stay)

    def _shown(self, player: Player, offer: Offer, stay: Stay) -> Iterator[Look]:
        since, api = self.now(), self.stage.api
        reader, key = self.stage.readers[offer.business]
        codes = api.post("/v1/me/tag/codes", {}, player.token)["windows"][0]["codes"]
        told = {"readings": [{"code": codes[0], "nonce": f"{self.chance.getrandbits(64):016x}"}]}
        said = api.ask(Request("POST", f"/v1/readers/{reader}/readings", told, key))["answers"][0]
        # Where they want it quiet their tag is silent; and where time is fast a code may have gone.
        if said["outcome"] != "ok":
            return
        reading = said["reading"]
        if reading["disclosed"] in _KNOWN:
            at = datetime.fromisoformat(reading["read_at"]).timestamp()
            self.seen.append(Seen(player.id, offer.business, at, self.now()))
        yield self._look(since, offer, stay)

    def _replied(self, player: Player, offer: Offer, stay: Stay) -> Iterator[Look]:
        assert offer.event is not None
        event = offer.event.id
        goes = self.going.setdefault((player.id, event), History(first=False))
        since, is_free = self.now(), event not in self.stage.seated
        is_going = goes.possible(since, since)[-1]
        if since >= offer.event.ends or self.chance.random() >= (_GOES_NOT if is_going else _GOES):
            return
        if is_going and is_free:
            self.stage.withdraw(player, event)
            goes.change(since, self.now(), to=False)
        elif not is_going:
            try:
                has_seat = self.stage.reply(player, event)
            except Refused as refused:
                if refused.slug != "over":
                    raise
                return
            if has_seat:
                goes.change(since, self.now(), to=True)
                yield self._look(since, offer, stay)

    def _look(self, since: float, offer: Offer, stay: Stay) -> Look:
        self.gateway.wait()
        by = self.now()
        # What has just ended is not waited for any more.
        return Look(since, by, stay, sure=offer.is_open(since) and offer.is_open(by))
