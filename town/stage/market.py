"""Made-up businesses with offers at the places of a file; what they offer is real there, the offers are not."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import cos, pi, radians, sin
from random import Random
from typing import Any

import shapely

from geo import Position
from town.api import Api
from town.reference.gate import Offer
from town.reference.ground import Drawn
from town.stage.cast import Cast, Done
from town.stage.plan import Act, Plan

_BUSINESSES = 10
_SIDES = 12
_RADII_M = (200.0, 1500.0)
_METRES_A_DEGREE = 111_195.0
#: Whether offers are for whatever people do, for what they do there, or for something else.
_FOR_ANYTHING, _FOR_THAT = 0.6, 0.85
#: Every so many is not open before tomorrow and must reach nobody.
_TOMORROW_EVERY = 17
_DAY_S = 86_400.0
#: The others are open since before: where a window has just opened the gate looks at everybody once more, and how often
#: it looked at whom would be anybody's guess.
_OPEN_FOR_S = 3600.0


def offers_of(plan: Plan, count: int, lasts_s: float, chance: Random) -> list[Offer]:
    """Offers at places of the file, each of what people go there for; not made yet, without ids.

    None is on what no community shares, as that would be refused.
    """
    shared = {topic for circle in plan.circles for topic in circle.topics}
    places = list({act.row.position: act for act in plan.acts if shared.intersection(act.topics)}.values())
    chosen = chance.sample(places, min(count, len(places)))
    return [_offer(number, act, lasts_s, chance) for number, act in enumerate(chosen)]


def make(api: Api, cast: Cast, offers: Sequence[Offer], done: Done) -> list[Offer]:
    """Register the businesses and make the offers, in order; the same with their ids."""
    token = cast.keeper.token
    count = min(_BUSINESSES, len(offers))
    names = [f"Made-up business {number + 1}" for number in range(count)]
    businesses = [api.post("/v1/businesses", {"name": name}, token)["id"] for name in names]
    made = []
    for number, offer in enumerate(offers):
        answer = api.post(f"/v1/businesses/{businesses[number % count]}/offers", _body(number, offer), token)
        made.append(replace(offer, id=str(answer["id"])))
        done(1)
    return made


def withdraw(api: Api, cast: Cast, offers: Sequence[Offer]) -> None:
    """End the offers, so that they meet nobody after the play."""
    for offer in offers:
        api.delete(f"/v1/offers/{offer.id}", cast.keeper.token)


def _offer(number: int, act: Act, lasts_s: float, chance: Random) -> Offer:
    tomorrow = number % _TOMORROW_EVERY == _TOMORROW_EVERY - 1
    now = time.time()
    starts = now + _DAY_S if tomorrow else now - _OPEN_FOR_S
    return Offer(
        id="",
        at=act.row.position,
        area=_around(act.row.position, chance.uniform(*_RADII_M)),
        topics=frozenset(act.topics),
        activities=_activities(act, chance),
        starts=starts,
        ends=max(now, starts) + lasts_s,
    )


def _activities(act: Act, chance: Random) -> frozenset[str]:
    drawn = chance.random()
    if drawn < _FOR_ANYTHING:
        return frozenset()
    return frozenset({act.activity} if drawn < _FOR_THAT else {"stargazing"})


def _around(at: Position, radius_m: float) -> Drawn:
    lat = radius_m / _METRES_A_DEGREE
    lon = lat / cos(radians(at.lat))
    turns = [2 * pi * side / _SIDES for side in range(_SIDES)]
    return Drawn(shapely.Polygon([(at.lon + lon * cos(turn), at.lat + lat * sin(turn)) for turn in turns]))


def _body(number: int, offer: Offer) -> dict[str, Any]:
    return {
        "title": f"Made-up offer {number + 1}",
        "text": "Nobody gives this: it is there to try the gate.",
        "topics": sorted(offer.topics),
        "area": shapely.geometry.mapping(offer.area.shape),
        "position": offer.at.to_geojson(),
        "activities": sorted(offer.activities),
        "starts_at": _iso(offer.starts),
        "ends_at": _iso(offer.ends),
        "hold_out": 0,
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
