"""What is new of a saved search is told on every socket of its person that may know, and on nobody else's."""

from dataclasses import replace
from uuid import UUID

from flask import Flask

from app.search import rules
from realtime.fanout import Fanout
from tests.app.search.finding import take_in
from tests.realtime.listening import Outbox, connected
from tests.world import CAFE, World


def test_what_is_new_is_told_as_the_list_shows_it(app: Flask, world: World, fanout: Fanout) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    (listener, phone), deaf = connected(app, fanout, bob), Outbox()
    bearer = replace(listener.bearer, scopes=frozenset({"offers:read"}))
    fanout.roster.enter(replace(listener, sid="a program", bearer=bearer, outbox=deaf))
    other = connected(app, fanout, ana)[1]
    ana.checks_in(CAFE, word)
    for _ in range(2):
        take_in(app)
    assert phone.told("found") == bob.gets("/me/findings")["items"]
    assert len(phone.told("found")) == 1
    assert [deaf.frames, other.told("found")] == [[], []]


def test_that_there_is_more_is_told_once(app: Flask, world: World, fanout: Fanout) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    phone = connected(app, fanout, bob)[1]
    for number in range(rules.MOST_TOLD + 1):
        ana.checks_in(CAFE, f"{word} {number}")
    for _ in range(2):
        take_in(app)
    assert len(phone.told("found")) == rules.MOST_TOLD
    assert phone.told("found_more") == [{"search": "mine"}]


def test_nothing_of_whom_one_is_apart_from_since_it_was_found(
    app: Flask, world: World, fanout: Fanout
) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    listener, phone = connected(app, fanout, bob)
    # As if it had been heard between the finding and the telling.
    made = ana.checks_in(CAFE, word)
    listener.person.apart.add(UUID(ana.id))
    take_in(app)
    assert phone.told("found") == []
    assert bob.gets("/me/findings")["items"][0]["thing"] == made["id"]
