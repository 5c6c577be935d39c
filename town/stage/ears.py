"""Who listens: sockets of people in the play and of onlookers, each with watches drawn by lot."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import msgspec
import shapely

from geo import Position
from town.api import Api
from town.reference.ground import Drawn, Ground, Round, Straight
from town.reference.heard import Listener, Watching
from town.reference.stays import Stay, Stays
from town.stage.cast import Cast, Done, Player
from town.stage.plan import Plan
from town.stage.several import several
from town.stage.town import Town
from town.stage.wire import Wire

_OWN_SHARE = 0.4
_TWO_WATCHES, _WITH_TOPICS, _WITH_COMMUNITIES = 0.15, 0.3, 0.15
_GROUNDS = {"circle": 50, "box": 20, "polygon": 15, "none": 15}
_RADII_M = (300.0, 5000.0)
_BOX_DEGREES = (0.005, 0.06)
_MOST_TOPICS, _MOST_COMMUNITIES = 5, 4
_STAYING = 0.5


class Geometry(msgspec.Struct):
    """A Point's, as [longitude, latitude]."""

    coordinates: tuple[float, float]


class Properties(msgspec.Struct):
    """How exactly it was disclosed, and the location communities that were named."""

    disclosed: str
    communities: tuple[str, ...]


class CheckInHeard(msgspec.Struct):
    """As much of a check-in's Feature as is checked."""

    id: str
    geometry: Geometry
    properties: Properties


@dataclass(slots=True)
class Ear:
    """One socket, what it watches, and what came, with the monotonic second."""

    listener: Listener
    player: Player
    check_ins: list[tuple[float, CheckInHeard]] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    wire: Wire | None = None

    def open(self, url: str) -> None:
        """Connect and watch."""
        self.wire = Wire(url, self.player.token, self._heard)
        for number, watch in enumerate(self.listener.watches):
            self.wire.ask("watch", {"name": f"watch-{number}", "snapshot": 0, **said(watch)})

    def close(self) -> None:
        """Listen no more."""
        if self.wire:
            self.wire.close()

    @property
    def is_open(self) -> bool:
        """Whether the server spoke to it to the end."""
        return self.wire is not None and not self.wire.lost

    def _heard(self, at: float, name: str, argument: bytes) -> None:
        if name == "check_in":
            self.check_ins.append((at, msgspec.json.decode(argument, type=CheckInHeard)))
        elif name == "offer":
            self.offers.append(json.loads(argument)["offer_id"])


def cast_ears(count: int, plan: Plan, cast: Cast, town: Town, chance: Random) -> list[Ear]:
    """As many listeners as asked for: people of the play hear on a second device, onlookers have several each."""
    users = chance.sample(plan.users, min(len(plan.users), round(count * _OWN_SHARE)))
    players = [cast.users[user] for user in users]
    players += [cast.onlookers[number % len(cast.onlookers)] for number in range(count - len(players))]
    draw = _Draw(plan, cast, town, chance)
    return [
        Ear(Listener(number, player.id, cast.chosen_by(player.id), draw.watches(player)), player)
        for number, player in enumerate(players)
    ]


def open_all(url: str, ears: Sequence[Ear], done: Done) -> None:
    """Connect all, a few at once."""
    for _ in several(lambda ear: ear.open(url), ears):
        done(1)


def settle_onlookers(api: Api, plan: Plan, cast: Cast, chance: Random) -> Stays:
    """Put half of the onlookers where people will check in, so that they are neighbours; where they are part of."""
    stays = Stays()
    for player in cast.onlookers:
        if chance.random() > _STAYING:
            continue
        body = {"position": chance.choice(plan.acts).row.position.to_geojson(), "accuracy_m": 10.0}
        memberships = api.post("/v1/me/positions", body, player.token)["memberships"]
        stays.add(player.id, stay_of(memberships, time.time()))
    return stays


def stay_of(memberships: Sequence[dict[str, Any]], since: float) -> Stay:
    """The stay that an answer's memberships tell of; nowhere if there are none."""
    untils = [datetime.fromisoformat(each["until"]).timestamp() for each in memberships]
    return Stay(since, min(untils, default=float("inf")), frozenset(each["id"] for each in memberships))


def said(watch: Watching) -> dict[str, Any]:
    """A watch as it is said on the socket."""
    words: dict[str, Any] = {"topics": sorted(watch.topics), "communities": sorted(watch.communities)}
    match watch.ground:
        case Round(centre, radius_m):
            words["circle"] = {"lat": centre.lat, "lon": centre.lon, "radius_m": radius_m}
        case Straight(west, south, east, north):
            words["bbox"] = [west, south, east, north]
        case Drawn(shape):
            words["polygon"] = json.loads(shapely.to_geojson(shape))
    return words


@dataclass(frozen=True, slots=True)
class _Draw:
    plan: Plan
    cast: Cast
    town: Town
    chance: Random

    def watches(self, player: Player) -> tuple[Watching, ...]:
        return tuple(self._watch(player) for _ in range(2 if self.chance.random() < _TWO_WATCHES else 1))

    def _watch(self, player: Player) -> Watching:
        ground = self._ground()
        communities = (
            self._communities(player) if ground is None or self._is(_WITH_COMMUNITIES) else frozenset()
        )
        if ground is None and not communities:
            ground = self._circle(self._somewhere())
        return Watching(ground, self._topics() if self._is(_WITH_TOPICS) else frozenset(), communities)

    def _ground(self) -> Ground | None:
        here = self._somewhere()
        match self.chance.choices(list(_GROUNDS), list(_GROUNDS.values()))[0]:
            case "circle":
                return self._circle(here)
            case "box":
                lon, lat = self.chance.uniform(*_BOX_DEGREES), self.chance.uniform(*_BOX_DEGREES)
                return Straight(
                    max(-180.0, here.lon - lon),
                    max(-90.0, here.lat - lat),
                    min(180.0, here.lon + lon),
                    min(90.0, here.lat + lat),
                )
            case "polygon" if self.town.areas:
                return self.town.areas[self.chance.choice(self.town.by_name(self.town.areas))]
        return None

    def _circle(self, here: Position) -> Round:
        return Round(here, round(self.chance.uniform(*_RADII_M), 1))

    def _topics(self) -> frozenset[str]:
        topics = [topic for act in self.plan.acts for topic in act.topics]
        return (
            frozenset(self.chance.choices(topics, k=self.chance.randint(1, _MOST_TOPICS)))
            if topics
            else frozenset()
        )

    def _communities(self, player: Player) -> frozenset[str]:
        may = [*self.cast.by_name(player.id), *self.town.around(self._somewhere())]
        return (
            frozenset(self.chance.choices(may, k=self.chance.randint(1, _MOST_COMMUNITIES)))
            if may
            else frozenset()
        )

    def _somewhere(self) -> Position:
        return self.chance.choice(self.plan.acts).row.position

    def _is(self, likely: float) -> bool:
        return self.chance.random() < likely
