"""Who hears what: the set a socket delivers is the set a feed returns, and as exactly."""

import random
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.trust.terms import Identity, Level
from geo import Box, Circle, Position
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from tests.app.tag.tags import a_till, code_of, lets_know
from tests.realtime.listening import Outbox, connected, listening
from tests.world import CAFE, Json, Someone, World, eventually, point

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


@pytest.mark.parametrize("seed", range(8))
def test_a_socket_delivers_what_a_feed_returns(app: Flask, world: World, fanout: Fanout, seed: int) -> None:
    chance = random.Random(seed)
    keys = [world.topic(f"interest:t{number}") for number in range(3)]
    topics = dict(zip(keys, app.extensions["hereabouts.topics"].ids(keys), strict=True))
    groups = [world.community(f"Group {number}", topics=[keys[number]]) for number in range(2)]
    locations = [world.location(STREETS[20], "West", 0.006), world.location(STREETS[150], "East", 0.008)]
    authors, viewers = ([world.person(f"p{number}") for number in range(4)] for _ in range(2))
    for person in (*authors, *viewers):
        for group in groups:
            if chance.random() < 0.5:
                person.joins(group)
    for author in authors:
        author.agrees(any_contract(chance, author, groups, viewers))
    chance.choice(viewers).blocks(chance.choice(authors))
    chance.choice(authors).blocks(chance.choice(viewers))
    chance.choice(viewers).puts(f"/me/mutes/topics/{chance.choice(keys)}")
    viewers[2].puts(f"/me/mutes/communities/{chance.choice(groups)['id']}")
    for author in authors:
        if viewers[3].asks("GET", f"/people/{author.handle}").status_code == 200:
            viewers[3].puts(f"/me/mutes/people/{author.handle}")
            break
    for viewer in viewers[:2]:
        viewer.posts("/me/positions", {"position": point(STREETS[20])})
    asked: list[tuple[Someone, Asked, Outbox]] = []
    for viewer in viewers:
        mine = [group for group in groups if any(group["id"] == each["id"] for each in _my(viewer))]
        for _ in range(6):
            wish = any_wish(chance, topics, locations, mine)
            asked.append((viewer, wish, listening(app, fanout, viewer, wish.watch)))
    made = [
        chance.choice(authors).checks_in(
            chance.choice(STREETS),
            saying=str(number),
            topics=chance.sample(keys, chance.randint(0, 2)),
            visibility=chance.choice(["public", "public", "communities", "me"]),
            exactness=chance.choice(["exact", "exact", "street", "quarter", "city"]),
        )["id"]
        for number in range(40)
    ]
    eventually(lambda: not fanout.heard.missed(UUID(made[-1])))
    for viewer, wish, outbox in asked:
        # Of what was to be known until its author left, some is taken back meanwhile.
        eventually(partial(_is_as_the_feed, viewer, wish, outbox, made))
        assert len(outbox.told("check_in")) == len({each["id"] for each in outbox.told("check_in")})
    for author in authors:
        author.agrees(any_contract(chance, author, groups, viewers))
    for viewer, wish, outbox in asked:
        eventually(partial(_knows_no_more_than_the_feed, viewer, wish, outbox))


def _knows_no_more_than_the_feed(viewer: Someone, wish: Asked, outbox: Outbox) -> bool:
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


def _is_as_the_feed(viewer: Someone, wish: Asked, outbox: Outbox, made: list[str]) -> bool:
    feed = as_seen(viewer.gets(f"/check-ins?limit=100&{wish.query}")["features"])
    removed = {each["id"] for each in outbox.told("check_in_removed")}
    told = {each for each in as_seen(outbox.told("check_in")) if each[0] not in removed}
    return told == {each for each in feed if each[0] in made and each[0] not in removed}


def _my(person: Someone) -> list[Any]:
    found: list[Any] = person.gets("/me/communities")["features"]
    return found


def test_a_message_is_encoded_once_for_each_disclosure(
    app: Flask, world: World, fanout: Fanout, monkeypatch: pytest.MonkeyPatch
) -> None:
    from realtime import messages  # noqa: PLC0415 - the module is what is patched.

    encoded: list[Level] = []
    original = messages.check_in

    def counted(signal: Any, disclosed: Level, heard: Heard) -> bytes:
        if heard is fanout.heard:
            encoded.append(disclosed)
        return original(signal, disclosed, heard)

    monkeypatch.setattr(messages, "check_in", counted)
    topic = world.topic()
    riders = world.community(topics=[topic])
    everywhere = Watch(area=Circle(CAFE, 3000))
    strangers = [world.person() for _ in range(3)]
    fellows = [world.person() for _ in range(3)]
    for each in fellows:
        each.joins(riders)
    outboxes = [listening(app, fanout, each, everywhere) for each in (*strangers, *fellows) for _ in range(4)]
    ana = world.person("Ana")
    ana.joins(riders)
    made = ana.checks_in(CAFE, topics=[topic], exactness="quarter")
    eventually(lambda: not fanout.heard.missed(UUID(made["id"])))
    assert sorted(encoded) == [Level.QUARTER, Level.EXACT]
    assert [len(each.frames) for each in outboxes] == [1] * 24


def test_a_listener_far_away_costs_nothing(app: Flask, world: World, fanout: Fanout) -> None:
    far = Watch(area=Circle(Position(48.2, 16.4), 1000))
    outbox = listening(app, fanout, world.person(), far)
    made = world.person().checks_in(CAFE)
    eventually(lambda: not fanout.heard.missed(UUID(made["id"])))
    assert outbox.frames == []


def test_who_is_blocked_while_connected_is_heard_no_more_and_what_was_shown_is_taken_back(
    app: Flask, world: World, fanout: Fanout
) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    outboxes = {
        each.handle: listening(app, fanout, each, Watch(area=Circle(CAFE, 900))) for each in (ana, bob)
    }

    def heard(by: Someone) -> list[tuple[str, str]]:
        frames = outboxes[by.handle]
        told = [("check_in", each["properties"]["text"]) for each in frames.told("check_in")]
        return told + [("forget", each["handle"]) for each in frames.told("forget")]

    def both_say(words: str) -> None:
        made = [each.checks_in(CAFE, f"{words} {each.handle}") for each in (ana, bob)]
        eventually(lambda: not fanout.heard.missed(UUID(made[-1]["id"])))

    ana.blocks(bob)
    both_say("apart")
    assert heard(ana) == [("check_in", f"apart {ana.handle}"), ("forget", bob.handle)]
    assert heard(bob) == [("check_in", f"apart {bob.handle}"), ("forget", ana.handle)]
    ana.unblocks(bob)
    both_say("together")
    assert ("check_in", f"together {bob.handle}") in heard(ana)
    assert ("check_in", f"together {ana.handle}") in heard(bob)


def test_each_reading_is_told_to_all_sockets_of_the_person_that_may_know_and_to_no_other(
    app: Flask, world: World, fanout: Fanout
) -> None:
    ana, till = world.person("Ana"), a_till(world, asks="pseudonym")
    lets_know(app, ana, Identity.HANDLE)
    (listener, phone), deaf = connected(app, fanout, ana), Outbox()
    bearer = replace(listener.bearer, scopes=frozenset({"offers:read"}))
    fanout.roster.enter(replace(listener, sid="a program", bearer=bearer, outbox=deaf))
    others = [connected(app, fanout, each)[1] for each in (world.founder, world.person())]
    till.reads(code_of(ana))
    eventually(lambda: phone.frames)
    assert phone.told("reading") == ana.gets("/me/readings")["items"]
    (told,) = phone.told("reading")
    assert (told["reader"], told["purpose"], told["disclosed"]) == (
        "Till 1",
        "stamps for coffee",
        "pseudonym",
    )
    assert [deaf.frames, *(each.frames for each in others)] == [[], [], []]


def test_what_is_held_back_is_told_before_it_is_taken_back(app: Flask, world: World, fanout: Fanout) -> None:
    """While a watch begins, messages wait; a forget that overtook them would be undone by them."""
    ana, bob = world.person("Ana"), world.person("Bob")
    listener, outbox = connected(app, fanout, ana)
    fanout.roster.watch(listener, "watch", Watch(area=Circle(CAFE, 900)), fanout.heard.copy())
    listener.held = []
    made = bob.checks_in(CAFE)
    eventually(lambda: not fanout.heard.missed(UUID(made["id"])))
    ana.blocks(bob)
    assert outbox.frames == []
    listener.release()
    assert [b"forget" in each for each in outbox.frames] == [False, True]
