"""Who goes to an event is told of it at once, on every socket of theirs that may know, and nobody else is."""

from dataclasses import replace

from flask import Flask

from realtime.fanout import Fanout
from tests.app.events.evenings import an_event, first_date, goes
from tests.realtime.listening import Outbox, connected
from tests.world import World, eventually


def test_a_notice_is_told_to_whom_it_is_for(app: Flask, world: World, fanout: Fanout) -> None:
    host, ana, bob = world.person("Host"), world.person("Ana"), world.person("Bob")
    date = first_date(host, an_event(host, capacity=1))
    goes(ana, date)
    goes(bob, date)
    (listener, phone), deaf = connected(app, fanout, bob), Outbox()
    bearer = replace(listener.bearer, scopes=frozenset({"offers:read"}))
    fanout.roster.enter(replace(listener, sid="a program", bearer=bearer, outbox=deaf))
    other = connected(app, fanout, ana)[1]
    goes(ana, date, reply="not")
    eventually(lambda: phone.frames)
    assert phone.told("notice") == bob.gets("/me/notices")["items"]
    assert [each["kind"] for each in phone.told("notice")] == ["moved_up"]
    assert [deaf.frames, other.frames] == [[], []]
