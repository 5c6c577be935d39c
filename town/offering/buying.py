"""What people of a play take of offers of which there are few: they have one kept, or redeem one by the till's code."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from town.api import Refused
from town.offering.gateway import Now
from town.offering.opening import Stage
from town.reference.shelves import ENOUGH, KEPT_S, NONE_LEFT, NOT_FOUND, Tried
from town.reference.wanting import Manner
from town.stage.cast import Player

#: Of what just came: how many have one kept, and of all how many redeem one at once. Later how many do either.
_KEEP, _REDEEM, _LATER = 0.6, 0.45, 0.25
_ANSWERS = frozenset({ENOUGH, NONE_LEFT, NOT_FOUND})
#: A till's code is good for some minutes, which are short where time is fast.
_LOOKS = 4


@dataclass(slots=True)
class Buying:
    """Everybody, and what they took; each person does one thing after the other."""

    stage: Stage
    now: Now
    chance: Random
    tried: list[Tried]
    #: By person, what reached them of which there are few, and through which community.
    _have: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def after(self, player: Player, manner: Manner, new: Sequence[dict[str, Any]]) -> None:
        """What somebody who is so does when these offers have just reached them, or none."""
        have = self._have[player.id]
        if have and self.chance.random() < _LATER:
            self._try(player, manner, self.chance.choice(list(have)), keeps=self.chance.random() < _KEEP / 2)
        for said in (each for each in new if self.stage.offers[str(each["offer_id"])].quantity):
            offer = str(said["offer_id"])
            have[offer] = str(said["why"]["community_id"])
            if self.chance.random() < _KEEP:
                self._try(player, manner, offer, keeps=True)
            if self.chance.random() < _REDEEM:
                self._try(player, manner, offer, keeps=False)

    def _try(self, player: Player, manner: Manner, offer: str, keeps: bool) -> None:
        since, refusal, at, made = self.now(), None, 0.0, ""
        try:
            at, made = self._kept(player, offer) if keeps else self._redeemed(player, offer)
        except Refused as refused:
            if refused.slug not in _ANSWERS:
                raise
            refusal = refused.slug
        muted = self._mutes(manner, offer, self._have[player.id][offer])
        self.tried.append(Tried(player.id, offer, keeps, since, self.now(), refusal, at, made, muted))

    def _mutes(self, manner: Manner, number: str, community: str) -> bool:
        offer = self.stage.offers[number]
        return (
            offer.business in manner.muted_businesses
            or bool(offer.topics & manner.muted_topics)
            or community in manner.muted_communities
        )

    def _kept(self, player: Player, offer: str) -> tuple[float, str]:
        said = self.stage.api.put(f"/v1/me/offers/{offer}/hold", player.token)
        return _seconds(said["held_until"]) - KEPT_S, ""

    def _redeemed(self, player: Player, offer: str) -> tuple[float, str]:
        for _ in range(_LOOKS - 1):
            try:
                return self._typed(player, offer)
            except Refused as refused:
                if refused.slug != "wrong-till-code":
                    raise
        return self._typed(player, offer)

    def _typed(self, player: Player, offer: str) -> tuple[float, str]:
        api, business = self.stage.api, self.stage.offers[offer].business
        code = api.get(f"/v1/businesses/{business}/till-code", self.stage.cast.keeper.token)["code"]
        body: dict[str, Any] = {"code": code, "nonce": f"{self.chance.getrandbits(64):016x}"}
        said = api.post(f"/v1/me/offers/{offer}/redemptions", body, player.token)
        return _seconds(said["at"]), str(said["id"])


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
