"""What people of a play do with their phones once they checked in, and everything that is known of it: they read what
reached them, call some of it useful or noise, mute what they are tired of, and ask why not."""

from collections import Counter, defaultdict
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any

from geo import Position
from town.api import NoServer, Refused
from town.offering.buying import Buying
from town.offering.gateway import Ears, Gateway, Heard, Now
from town.offering.opening import Stage
from town.offering.sent import said_of
from town.offering.visiting import Visiting
from town.reference.ground import Round, metres_between, street_of
from town.reference.knowing import Called, History
from town.reference.shelves import Tried
from town.reference.visits import Seen
from town.reference.wanting import Budget, Manner, Stay
from town.reference.watching import Asked, Lived, Look
from town.replay.phones import Answered
from town.stage.cast import Player

#: As long as a check-in says where somebody is, unless the installation says otherwise.
PRESENT_S = 7200.0
#: Beyond a circle that is quiet, as far as its street may reach.
_QUIET_STREET_M = 520.0
_USEFUL, _NOISE, _ANOTHER_OPINION = 0.3, 0.25, 0.1
_MUTES = {"business": 0.04, "topic": 0.02, "community": 0.01}
_ANOTHER_BUDGET = 0.01


@dataclass(slots=True)
class Happened:
    """All that is known of a play, as it came."""

    lived: dict[str, Lived] = field(default_factory=dict)
    called: list[Called] = field(default_factory=list)
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    tried: list[Tried] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    #: By person and event.
    going: dict[tuple[str, str], History[bool]] = field(default_factory=dict)
    #: What needs no reference to be seen as wrong.
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Customs:
    """Everybody, and what they do after each check-in; each person does one thing after the other."""

    gateway: Gateway
    ears: Ears
    now: Now
    stage: Stage
    chance: Random
    #: How many of a hundred check-ins are followed by asking why not.
    asks: int
    happened: Happened = field(default_factory=Happened)
    #: By person, how it stands; how much of what came they have read, and what they called it.
    _manners: dict[str, Manner] = field(default_factory=dict)
    _read: Counter[str] = field(default_factory=Counter)
    _opinions: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _buying: Buying = field(init=False)
    _visiting: Visiting = field(init=False)

    def begin(self) -> None:
        """Take everybody as they said in the beginning."""
        self._buying = Buying(self.stage, self.now, copy(self.chance), self.happened.tried)
        happened = self.happened
        happened.going = {each: History(first=has_seat) for each, has_seat in self.stage.going.items()}
        self._visiting = Visiting(
            self.stage, self.gateway, self.now, copy(self.chance), happened.seen, happened.going
        )
        for person, manner in self.stage.manners.items():
            self._manners[person] = manner
            self.happened.lived[person] = Lived(person, manners=History(manner))

    def after(self, said: Answered) -> None:
        """What somebody does once their check-in was answered."""
        player = self.stage.cast.users[said.act.row.user]
        if said.answer is None:
            self.gateway.refused += 1
            self.happened.refused[said.refusal] += 1
            return
        self.happened.accepted += 1
        answered = self.now()
        received = _received(said)
        at = said.act.row.position
        stay = Stay(at, said.act.activity, received + PRESENT_S, is_quiet(self._quiet(said), at))
        lived = self.happened.lived[player.id]
        lived.stays.change(received, answered, stay)
        try:
            self.gateway.wait()
            lived.looks.append(Look(received, self.now(), stay))
            self._read_inbox(player)
            before = len(lived.looks)
            lived.looks += self._visiting.after(player, stay)
            if len(lived.looks) > before:
                self._read_inbox(player)
            self._ask(player, lived)
        # Raised here it would end this phone alone, and the play would wait for it for ever.
        except (Refused, NoServer) as error:
            slug = error.slug if isinstance(error, Refused) else "no-answer"
            self.happened.refused[f"beside: {slug}"] += 1

    def _quiet(self, said: Answered) -> tuple[Round, ...]:
        return self.stage.market.habits[said.act.row.user].quiet

    def _read_inbox(self, player: Player) -> None:
        came = self.ears.heard(player)
        new = came[self._read[player.id] :]
        self._read[player.id] = len(came)
        self._buying.after(player, self._manners[player.id], [said for _, said in new])
        for heard in new:
            self._call(player, heard[1])
            self._mute(player, heard)
        if came and self.chance.random() < _ANOTHER_OPINION:
            self._call(player, self.chance.choice(came)[1])
        if self.chance.random() < _ANOTHER_BUDGET:
            self._budget(player)

    def _call(self, player: Player, said: dict[str, Any]) -> None:
        """Call something that came useful or noise, or say nothing of it any more."""
        offer, drawn = str(said["offer_id"]), self.chance.random()
        wanted = "useful" if drawn < _USEFUL else "noise" if drawn < _USEFUL + _NOISE else None
        before = self._opinions[player.id].get(offer)
        if wanted == before:
            return
        path, since = f"/v1/me/offers/{offer}/opinion", self.now()
        if wanted:
            self.stage.api.put(path, player.token, {"opinion": wanted})
            self._opinions[player.id][offer] = wanted
        else:
            self.stage.api.delete(path, player.token)
            del self._opinions[player.id][offer]
        useful, noise = (_more(each, before, wanted) for each in ("useful", "noise"))
        business, community = self.stage.offers[offer].business, str(said["why"]["community_id"])
        by = self.now()
        self.happened.called.append(Called(player.id, offer, business, community, useful, noise, since, by))

    def _mute(self, player: Player, heard: Heard) -> None:
        kind = next((each for each, share in _MUTES.items() if self.chance.random() < share), None)
        offer, manner = self.stage.offers[str(heard[1]["offer_id"])], self._manners[player.id]
        why = heard[1]["why"]
        match kind:
            case "business":
                muted = replace(manner, muted_businesses=manner.muted_businesses | {offer.business})
                self._change(player, muted, f"mutes/businesses/{offer.business}")
            case "topic":
                muted = replace(manner, muted_topics=manner.muted_topics | {why["topic"]})
                self._change(player, muted, f"mutes/topics/{why['topic']}")
            case "community":
                muted = replace(manner, muted_communities=manner.muted_communities | {why["community_id"]})
                self._change(player, muted, f"mutes/communities/{why['community_id']}")

    def _budget(self, player: Player) -> None:
        few = self.chance.randint
        budget = Budget(few(0, 5), few(0, 12), few(1, 6), few(1, 5))
        manner = replace(self._manners[player.id], budget=budget)
        self._change(player, manner, "offers/budget", said_of(budget))

    def _change(self, player: Player, to: Manner, path: str, body: dict[str, Any] | None = None) -> None:
        since = self.now()
        self.stage.api.put(f"/v1/me/{path}", player.token, body)
        self.happened.lived[player.id].manners.change(since, self.now(), to)
        self._manners[player.id] = to

    def _ask(self, player: Player, lived: Lived) -> None:
        if self.chance.randrange(100) >= self.asks:
            return
        since = self.now()
        items = self.stage.api.get("/v1/me/offers/withheld", player.token)["items"]
        told = tuple((str(each["offer_id"]), each["reason"]) for each in items)
        lived.asked.append(Asked(since, self.now(), told))


def is_quiet(places: tuple[Round, ...], at: Position) -> bool:
    """Whether somebody wants nothing there: by the middle of the street, so that silence draws no circle."""
    return any(
        metres_between(street_of(place.centre), street_of(at)) <= place.radius_m + _QUIET_STREET_M
        for place in places
    )


def _received(said: Answered) -> float:
    assert said.answer is not None
    return datetime.fromisoformat(said.answer["properties"]["received_at"]).timestamp()


def _more(opinion: str, before: str | None, now: str | None) -> int:
    return (now == opinion) - (before == opinion)
