"""Who hears what: the set a socket delivers is the set a feed returns, and as exactly."""

import random
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.trust.terms import Identity, Level
from geo import Circle, Position
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from tests.app.tag.tags import a_till, code_of, lets_know
from tests.realtime.listening import Outbox, connected, listening
from tests.realtime.wishes import (
    STREETS,
    Asked,
    any_contract,
    any_replies,
    any_wish,
    each_came_once,
    holds_no_reply_beyond_the_feed,
    is_as_the_feed,
    knows_no_more_than_the_feed,
    replies_are_as_the_feed,
)
from tests.world import CAFE, Someone, World, eventually, point


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
    said = any_replies(chance, [*authors, *viewers], made)
    eventually(lambda: not said or not fanout.heard.missed(UUID(said[-1])))
    for viewer, wish, outbox in asked:
        # Of what was to be known until its author left, some is taken back meanwhile.
        eventually(partial(is_as_the_feed, viewer, wish, outbox, made))
        eventually(partial(replies_are_as_the_feed, viewer, outbox))
        assert each_came_once(outbox)
    for author in authors:
        author.agrees(any_contract(chance, author, groups, viewers))
    for viewer, wish, outbox in asked:
        eventually(partial(knows_no_more_than_the_feed, viewer, wish, outbox))
        eventually(partial(holds_no_reply_beyond_the_feed, viewer, outbox))


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
