"""Wishes as watches and as feeds, contracts of any kind, and what both should come to."""

import random
from dataclasses import dataclass
from uuid import UUID

from app.trust.terms import Level
from geo import Box, Circle, Position
from realtime.matching import Watch
from tests.realtime.listening import Outbox
from tests.world import CAFE, Json, Someone

STREETS = [
    Position(CAFE.lat + north / 400, CAFE.lon + east / 400) for north in range(-6, 7) for east in range(-6, 7)
]


@dataclass
class Asked:
    """The same wish, as a watch and as a feed's query."""

    watch: Watch
    query: str


def any_wish(
    chance: random.Random, topics: dict[str, UUID], locations: list[Json], mine: list[Json]
) -> Asked:
    area: Circle | Box | None = None
    query = []
    kind = chance.choice(["circle", "bbox", "none"])
    centre = chance.choice(STREETS)
    if kind == "circle":
        area = Circle(centre, chance.choice([300.0, 900.0, 2500.0]))
        query.append(f"lat={centre.lat}&lon={centre.lon}&radius={area.radius_m}")
    if kind == "bbox":
        area = Box(centre.lon - 0.006, centre.lat - 0.004, centre.lon + 0.006, centre.lat + 0.004)
        query.append(f"bbox={area.west},{area.south},{area.east},{area.north}")
    community = chance.choice([None, *locations, *mine]) if area else chance.choice([*locations, *mine])
    if community:
        query.append(f"community={community['id']}")
    topic = chance.choice([None, None, *topics])
    if topic:
        query.append(f"topic={topic}")
    return Asked(
        Watch(
            area=area,
            topics=frozenset([topics[topic]] if topic else []),
            communities=frozenset([UUID(community["id"])] if community else []),
        ),
        "&".join(query),
    )


def as_seen(features: list[Json]) -> set[tuple[str, str, tuple[float, ...]]]:
    return {
        (each["id"], each["properties"]["disclosed"], tuple(each["geometry"]["coordinates"]))
        for each in features
    }


def any_contract(chance: random.Random, author: Someone, groups: list[Json], viewers: list[Someone]) -> Json:
    """A ready one, or terms of any kind that opens check-ins."""
    if chance.random() < 0.3:
        return {"ready": chance.choice(["open-house", "neighbourly", "friends-and-communities"])}
    whos: list[Json] = [{"group": each} for each in ("everyone", "signed_in", "communities")]
    whos += [{"group": "community", "id": each["id"]} for each in groups]
    near = [each for each in viewers if author.asks("GET", f"/people/{each.handle}").status_code == 200]
    if chance.random() < 0.3:
        return {
            "terms": [*_opens({"group": "everyone"}, "street"), *_opens(_named(chance.choice(near)), "exact")]
        }
    whos += [_named(each) for each in chance.sample(near, 1)]
    circle = author.posts("/me/circles", {"name": "the band"})
    author.puts(f"/me/circles/{circle['id']}/members/{chance.choice(near).handle}")
    whos.append({"group": "circle", "id": circle["id"]})
    terms = [
        {
            "purpose": chance.choice(["nearby", "feed"]),
            "who": chance.choice(whos),
            "exactness": chance.choice(["exact", "street", "quarter", "city", "nothing"]),
            "lasts": chance.choice(["kept", "until_i_leave", 3]),
        }
        for _ in range(chance.randint(1, 6))
    ]
    quiet = {"name": "home", "lat": STREETS[30].lat, "lon": STREETS[30].lon, "radius_m": 150}
    return {"terms": terms, "quiet_places": [quiet] if chance.random() < 0.5 else []}


def _named(person: Someone) -> Json:
    return {"group": "person", "handle": person.handle}


def _opens(who: Json, exactness: str) -> list[Json]:
    return [{"purpose": each, "who": who, "exactness": exactness} for each in ("nearby", "feed")]


def knows_no_more_than_the_feed(viewer: Someone, wish: Asked, outbox: Outbox) -> bool:
    feed = as_seen(viewer.gets(f"/check-ins?limit=100&{wish.query}")["features"])
    levels = {made: Level.of(disclosed) for made, disclosed, _ in feed}
    removed = {each["id"] for each in outbox.told("check_in_removed")}
    held = {each for each in as_seen(outbox.told("check_in")) if each[0] not in removed}
    # What others know less exactly than before may be found elsewhere, though this viewer knows as much as ever.
    return all(Level.of(each[1]) <= (levels.get(each[0]) or _asked_for(viewer, each[0])) for each in held)


def _asked_for(viewer: Someone, check_in: str) -> Level:
    answer = viewer.asks("GET", f"/check-ins/{check_in}")
    seen = answer.get_json(force=True)
    return Level.of(seen["properties"]["disclosed"]) if answer.status_code == 200 else Level.NOTHING


def is_as_the_feed(viewer: Someone, wish: Asked, outbox: Outbox, made: list[str]) -> bool:
    feed = as_seen(viewer.gets(f"/check-ins?limit=100&{wish.query}")["features"])
    removed = {each["id"] for each in outbox.told("check_in_removed")}
    told = {each for each in as_seen(outbox.told("check_in")) if each[0] not in removed}
    return told == {each for each in feed if each[0] in made and each[0] not in removed}


def any_replies(chance: random.Random, people: list[Someone], check_ins: list[str]) -> list[str]:
    """Replies of those who may know what they answer, to some of it."""
    whom = ["public", "public", "communities", "followers", "author"]
    said = []
    for number in range(100):
        body = {"text": str(number), "visibility": chance.choice(whom)}
        path = f"/check-ins/{chance.choice(check_ins)}/replies"
        answer = chance.choice(people).asks("POST", path, body)
        if answer.status_code == 201:
            said.append(answer.get_json()["id"])
    return said


def _replies_to(viewer: Someone, check_in: str) -> set[str]:
    answer = viewer.asks("GET", f"/check-ins/{check_in}/replies?limit=100")
    return {each["id"] for each in answer.get_json()["items"]} if answer.status_code == 200 else set()


def _held(outbox: Outbox) -> dict[str, str]:
    """The replies that a client shows, and which check-in each is to."""
    gone = {each["id"] for kind in ("check_in_removed", "reply_removed") for each in outbox.told(kind)}
    told = {each["id"]: each["check_in"] for each in outbox.told("reply")}
    return {reply: check_in for reply, check_in in told.items() if not gone & {reply, check_in}}


def replies_are_as_the_feed(viewer: Someone, outbox: Outbox) -> bool:
    """Of each check-in that came and is shown still."""
    removed = {each["id"] for each in outbox.told("check_in_removed")}
    shown = {each["id"] for each in outbox.told("check_in")} - removed
    held = {reply for reply, check_in in _held(outbox).items() if check_in in shown}
    return held == {reply for each in shown for reply in _replies_to(viewer, each)}


def holds_no_reply_beyond_the_feed(viewer: Someone, outbox: Outbox) -> bool:
    held = _held(outbox)
    return {*held} <= {reply for each in set(held.values()) for reply in _replies_to(viewer, each)}


def each_came_once(outbox: Outbox) -> bool:
    kinds = ("check_in", "reply")
    return all(len(outbox.told(kind)) == len({each["id"] for each in outbox.told(kind)}) for kind in kinds)
