"""What is said around check-ins comes live to whoever may know of both, and comes again to whoever was away."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from app.http.calls import House
from geo import Circle
from realtime import resuming
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from tests.app.conversation.talk import replies
from tests.realtime.listening import Outbox, connected, listening
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually

AROUND = Watch(Circle(CAFE, 500))
Missed = Callable[[Someone, Watch, Heard], list[tuple[str, str]] | None]


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


@pytest.fixture
def missed(app: Flask, fanout: Fanout) -> Missed:
    """Kind and id of what somebody's watch missed, in order."""
    house: House = app.extensions["hereabouts"]

    def missed(person: Someone, watch: Watch, since: Heard) -> list[tuple[str, str]] | None:
        listener, _ = connected(app, fanout, person)
        with house.database.reading() as session:
            found = resuming.missed(session, listener, watch, since, clock.now())
        frames = Outbox([each.frame(since) for each in found or ()])
        kinds = ("check_in", "check_in_removed", "reply", "reply_removed")
        told = {each["id"]: kind for kind in kinds for each in frames.told(kind)}
        return None if found is None else [(told[str(_named(each))], str(_named(each))) for each in found]

    return missed


def _named(missed: resuming.Missed) -> UUID:
    what = missed.what
    return getattr(what, "reply_id", None) or getattr(what, "check_in_id", None) or missed.id


def heard(fanout: Fanout, made: Json) -> None:
    eventually(lambda: not fanout.heard.missed(UUID(made["id"])))


def test_a_reply_comes_to_those_who_watch_what_it_answers(
    app: Flask, world: World, fanout: Fanout, ana: Someone, bob: Someone
) -> None:
    near = listening(app, fanout, world.person(), AROUND)
    far = listening(app, fanout, world.person(), Watch(Circle(FAR_AWAY, 500)))
    deaf = listening(app, fanout, world.person(), Watch(Circle(CAFE, 500), kinds=frozenset({"check_in"})))
    made = replies(bob, ana.checks_in(CAFE, "coffee?"), "yes")
    heard(fanout, made)
    (told,) = near.told("reply")
    assert {**told, "cursor": ""} == {**made, "cursor": ""}
    assert (far.told("reply"), deaf.told("reply")) == ([], [])


def test_nothing_comes_of_whoever_is_muted(app: Flask, fanout: Fanout, ana: Someone, bob: Someone) -> None:
    coffee = ana.checks_in(CAFE)
    ana.puts(f"/me/mutes/people/{bob.handle}")
    hers, his = (listening(app, fanout, each, AROUND) for each in (ana, bob))
    heard(fanout, replies(bob, coffee))
    assert (len(hers.told("reply")), len(his.told("reply"))) == (0, 1)


def test_nothing_comes_of_whoever_is_apart(
    app: Flask, world: World, fanout: Fanout, ana: Someone, bob: Someone
) -> None:
    eve = world.person("Eve")
    eve.blocks(bob)
    hers, eves = (listening(app, fanout, each, AROUND) for each in (ana, eve))
    heard(fanout, replies(bob, ana.checks_in(CAFE)))
    assert (len(hers.told("reply")), len(eves.told("reply"))) == (1, 0)


def test_a_reply_that_is_taken_back_is_forgotten_by_those_who_could_know_of_it(
    app: Flask, world: World, fanout: Fanout, ana: Someone, bob: Someone
) -> None:
    hers, eves = (listening(app, fanout, each, AROUND) for each in (ana, world.person("Eve")))
    coffee = ana.checks_in(CAFE)
    for whom, told in (("public", [1, 1]), ("author", [2, 1])):
        made = replies(bob, coffee, visibility=whom)
        heard(fanout, made)
        bob.deletes(f"/check-ins/{coffee['id']}/replies/{made['id']}")
        eventually(lambda told=told: len(hers.told("reply_removed")) == told[0])  # type: ignore[misc]
        assert [len(each.told("reply")) for each in (hers, eves)] == told
        assert [len(each.told("reply_removed")) for each in (hers, eves)] == told
    assert hers.told("reply_removed")[-1]["check_in"] == coffee["id"]


def test_a_contract_that_closes_has_replies_forgotten(
    app: Flask, world: World, fanout: Fanout, ana: Someone, bob: Someone
) -> None:
    hers, his, eves = (listening(app, fanout, each, AROUND) for each in (ana, bob, world.person("Eve")))
    made = replies(bob, ana.checks_in(CAFE))
    heard(fanout, made)
    bob.agrees({"ready": "invisible"})
    eventually(lambda: eves.told("reply_removed"))
    assert [each["id"] for each in eves.told("reply_removed")] == [made["id"]]
    assert (hers.told("reply_removed"), his.told("reply_removed")) == ([], [])


def test_what_was_missed_comes_in_order_and_once(ana: Someone, bob: Someone, missed: Missed) -> None:
    since = Heard.since(clock.now())
    coffee = ana.checks_in(CAFE)
    one, two = replies(bob, coffee, "one"), replies(ana, coffee, "two")
    bob.deletes(f"/check-ins/{coffee['id']}/replies/{one['id']}")
    found = missed(ana, AROUND, since)
    assert found == [("check_in", coffee["id"]), ("reply", two["id"]), ("reply_removed", one["id"])]
    since.hear(UUID(two["id"]))
    assert missed(ana, AROUND, since) == [("check_in", coffee["id"]), ("reply_removed", one["id"])]
    assert missed(ana, Watch(Circle(FAR_AWAY, 500)), since) == []


def test_who_was_away_is_told_of_replies_to_what_was_said_long_before(
    ana: Someone, bob: Someone, missed: Missed
) -> None:
    coffee = ana.checks_in(CAFE)
    since = Heard.since(clock.now())
    made = replies(bob, coffee)
    assert missed(ana, AROUND, since) == [("reply", made["id"])]
    assert missed(ana, Watch(Circle(CAFE, 500), kinds=frozenset({"check_in"})), since) == []


def test_who_was_away_is_told_only_what_they_may_know(
    world: World, ana: Someone, bob: Someone, missed: Missed
) -> None:
    since, eve = Heard.since(clock.now()), world.person("Eve")
    coffee = ana.checks_in(CAFE)
    secret = replies(bob, coffee, visibility="author")
    public = replies(bob, coffee)
    told = [("check_in", coffee["id"]), ("reply", public["id"])]
    assert missed(eve, AROUND, since) == told
    assert ("reply", secret["id"]) in (missed(ana, AROUND, since) or [])
    bob.agrees({"ready": "invisible"})
    assert missed(eve, AROUND, since) == [told[0], ("reply_removed", public["id"])]
    ana.agrees({"ready": "invisible"})
    assert missed(eve, AROUND, since) == [("check_in_removed", coffee["id"])]


def test_more_than_can_be_told_is_said_to_be_too_much(
    ana: Someone, bob: Someone, missed: Missed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "MOST_MISSED", 3)
    coffee, answers = ana.checks_in(CAFE), Watch(Circle(CAFE, 500), kinds=frozenset({"reply"}))
    since = Heard.since(clock.now())
    for number in range(2):
        replies(bob, coffee, str(number))
    assert len(missed(ana, answers, since) or ()) == 2
    replies(bob, coffee)
    assert missed(ana, answers, since) is None


def test_reactions_are_told_at_most_once_a_second_as_they_stand(
    app: Flask, world: World, fanout: Fanout, ana: Someone, bob: Someone
) -> None:
    eve, far = world.person("Eve"), world.person("Far")
    hers, eves = (listening(app, fanout, each, AROUND) for each in (ana, eve))
    fars = listening(app, fanout, far, Watch(Circle(FAR_AWAY, 500)))
    coffee = ana.checks_in(CAFE)
    for each in (bob, eve, far):
        each.puts(f"/check-ins/{coffee['id']}/reactions/like")
    eventually(lambda: hers.told("reaction")[-1:] == [{"id": coffee["id"], "counts": {"like": 3}}])
    assert hers.told("reaction") == eves.told("reaction")
    assert len(hers.told("reaction")) <= 2
    assert fars.told("reaction") == []


def test_whoever_is_named_is_told_on_all_sockets_if_they_may_know(
    app: Flask, world: World, fanout: Fanout, ana: Someone, bob: Someone
) -> None:
    foe = world.person("Foe")
    foe.blocks(bob)
    hers, his, foes = (connected(app, fanout, each)[1] for each in (ana, bob, foe))
    words = f"@{ana.handle} and @{foe.handle}"
    coffee = bob.checks_in(CAFE, words)
    eventually(lambda: hers.told("mention"))
    (told,) = hers.told("mention")
    assert told == ana.gets("/me/mentions")["items"][0]
    assert (told["why"], told["text"], told["check_in"]) == ("named", words, coffee["id"])
    replies(ana, coffee, f"here, @{foe.handle}")
    eventually(lambda: his.told("mention"))
    assert [each["why"] for each in his.told("mention")] == ["answered"]
    assert foes.frames == []
