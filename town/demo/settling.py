"""Finding what is there of Halfway and making the rest, so that the demo may be started any number of times."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from town.api import Api, Refused
from town.demo.halfway import (
    CIRCLES,
    HAUNTS,
    MADE_UP,
    MIDDLE,
    NAMES,
    QUARTERS,
    SHOPS,
    Circle,
    Shop,
    area_around,
    area_of,
    position_of,
)

#: Everybody's, so that whoever looks at the demo may sign in as any of them.
PASSWORD = "halfway-is-made-up"
_CONSENTING = 0.8
#: Each sign-in is a password hashed: the server's work, and there is another core to do it.
_AT_ONCE = 4
_MOST_CIRCLES = 3


@dataclass(frozen=True, slots=True)
class Townsperson:
    """Somebody of Halfway, signed in; the topics are what their communities share."""

    name: str
    token: str
    topics: frozenset[str]


def settle(api: Api, chance: Random) -> tuple[list[Townsperson], dict[str, str]]:
    """Everybody, in their communities, and the ids of the haunts by name; Refused, NoServer."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        tokens = dict(zip(NAMES, pool.map(lambda name: _token(api, name), NAMES), strict=True))
    founder = tokens[NAMES[0]]
    _add_topics(api, founder)
    circles = _found(api, founder)
    people = [_join(api, name, token, circles, chance) for name, token in tokens.items()]
    return people, _places(api, founder)


def handle_of(name: str) -> str:
    """As people of Halfway are called."""
    return f"{name.lower()}-of-halfway"


def make_offers(api: Api, token: str, today: datetime) -> None:
    """The shops' offers of the day, from midnight to midnight, UTC; made once however often this is called.

    The token is that of whoever keeps the shops.
    """
    midnight = today.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = {each["name"]: each["id"] for each in api.get("/v1/me/businesses", token)["items"]}
    for shop in SHOPS:
        name = f"{shop.name} {MADE_UP}"
        business = (
            mine.get(name) or api.post("/v1/businesses", {"name": name, "about": "Of Halfway."}, token)["id"]
        )
        # The key is remembered for a day, which is as long as the offer runs.
        key = f"halfway {midnight:%Y-%m-%d} {shop.name}"
        api.post(f"/v1/businesses/{business}/offers", _offer(shop, midnight), token, key)


def _token(api: Api, name: str) -> str:
    credentials = {"handle": handle_of(name), "password": PASSWORD, "device": "demo"}
    if _has_account(api, name):
        signed_in = api.post("/v1/sessions", credentials)
    else:
        signed_in = api.post("/v1/people", {**credentials, "name": f"{name} {MADE_UP}"})
    token = str(signed_in["token"])
    api.put("/v1/me/contract", token, {"ready": "open-house"})
    return token


def _has_account(api: Api, name: str) -> bool:
    try:
        api.get(f"/v1/people/{handle_of(name)}")
    except Refused as refused:
        if refused.status != 404:
            raise
        return False
    return True


def _add_topics(api: Api, token: str) -> None:
    for key in {topic for circle in CIRCLES for topic in circle.topics}:
        try:
            api.post("/v1/topics", {"key": key, "name": key.partition(":")[2].replace("-", " ")}, token)
        except Refused as refused:
            if refused.slug != "already-there":
                raise


def _found(api: Api, token: str) -> dict[str, str]:
    """The ids of the chosen communities by name."""
    pages = api.pages("/v1/communities")
    there = {each["properties"]["name"]: str(each["id"]) for page in pages for each in page["features"]}
    for quarter in QUARTERS:
        if _made_up(quarter.name) not in there:
            body = {
                "kind": "location",
                "name": _made_up(quarter.name),
                "purpose": "A quarter of Halfway.",
                "area": area_of(quarter),
            }
            api.post("/v1/communities", body, token)
    for circle in CIRCLES:
        if _made_up(circle.name) not in there:
            there[_made_up(circle.name)] = api.post("/v1/communities", _founding(circle), token)["id"]
    return {circle.name: there[_made_up(circle.name)] for circle in CIRCLES}


def _founding(circle: Circle) -> dict[str, Any]:
    return {
        "kind": circle.kind,
        "name": _made_up(circle.name),
        "purpose": circle.purpose,
        "topics": list(circle.topics),
    }


def _join(api: Api, name: str, token: str, circles: dict[str, str], chance: Random) -> Townsperson:
    chosen = chance.sample(CIRCLES, chance.randint(1, _MOST_CIRCLES))
    for circle in chosen:
        api.put(f"/v1/communities/{circles[circle.name]}/membership", token)
    if chance.random() < _CONSENTING:
        api.put("/v1/me/consents/offers", token)
    return Townsperson(name, token, frozenset(topic for circle in chosen for topic in circle.topics))


def _places(api: Api, token: str) -> dict[str, str]:
    near = api.get("/v1/places", None, lat=MIDDLE.lat, lon=MIDDLE.lon, radius=2000, limit=100)
    there = {each["properties"]["name"]: each["id"] for each in near["features"]}
    for haunt in HAUNTS:
        name = _made_up(haunt.name)
        if name not in there:
            body = {"name": name, "category": haunt.category, "position": position_of(*haunt.at).to_geojson()}
            there[name] = api.post("/v1/places", body, token)["id"]
    return {haunt.name: there[_made_up(haunt.name)] for haunt in HAUNTS}


def _offer(shop: Shop, midnight: datetime) -> dict[str, Any]:
    at = next(haunt.at for haunt in HAUNTS if haunt.name == shop.haunt)
    return {
        "title": shop.title,
        "text": f"{shop.text} {MADE_UP}",
        "topics": list(shop.topics),
        "area": area_around(at, shop.radius_m),
        "position": position_of(*at).to_geojson(),
        "activities": list(shop.activities),
        "starts_at": midnight.isoformat(),
        "ends_at": (midnight + timedelta(days=1)).isoformat(),
        # A demonstration measures nothing, and everybody is to see what comes.
        "hold_out": 0,
    }


def _made_up(name: str) -> str:
    return f"{name} {MADE_UP}"
