"""What the victim does, at a spot nobody is to find, while somebody looks on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

import gevent
from flask import Flask

from app import clock
from app.checkins import fading
from app.http.operations import House
from geo import Position, destination
from tests.app.search.finding import take_in
from tests.app.trust.attacker import Attacker, Notes
from tests.app.trust.ground import MIDDLE
from tests.world import FAR_AWAY, Json, Someone, World, point

EVERYONE: Json = {"group": "everyone"}


def opens(who: Json, near: str, feed: str, **more: object) -> list[Json]:
    """Terms of both ways for one group."""
    return [
        {"purpose": purpose, "who": who, "exactness": exactness, **more}
        for purpose, exactness in (("nearby", near), ("feed", feed))
    ]


def here(near: str, feed: str) -> list[Json]:
    """Terms for those who are here too."""
    return [
        {"purpose": purpose, "who": {"group": "here"}, "exactness": exactness}
        for purpose, exactness in (("nearby", near), ("communities", feed))
    ]


COUNTED: list[Json] = [{"purpose": "statistics", "who": EVERYONE}]
STREET = {"terms": opens(EVERYONE, "street", "street") + COUNTED}
OPEN: Json = {"ready": "open-house"}


@dataclass
class Victim:
    """Somebody who lets others know the street, and no more."""

    app: Flask
    person: Someone
    spot: Position
    contract: Json

    def acts(self) -> Iterator[None]:
        """What they do, a pause after each act."""
        person, spot = self.person, self.spot
        person.moves(spot, accuracy_m=5)
        yield
        person.checks_in(spot, "here I am", accuracy_m=5, activity="reading")
        yield
        body = {"position": point(destination(spot, 0, 3)), "accuracy_m": 8, "text": "still here"}
        person.posts("/check-ins/batch", {"check_ins": [body, body]}, Idempotency_Key="twice")
        yield
        for at in (FAR_AWAY, spot):
            made = person.checks_in(at, "there and back", key=f"at {at.lat:.1f}", accuracy_m=5)
            settled(self.app, person)
        person.deletes(f"/check-ins/{made['id']}")
        yield
        person.agrees({"terms": opens(EVERYONE, "quarter", "nothing")})
        person.agrees(self.contract)
        yield
        person.moves(destination(MIDDLE, 0, 900), accuracy_m=5)
        person.checks_out()
        yield

    def was_open(self) -> None:
        """Before anybody looks: everything is said to everybody, exactly, and then no more."""
        self.person.agrees(OPEN)
        for text in ("once", "twice"):
            made = self.person.checks_in(self.spot, text, accuracy_m=5)
        self.person.deletes(f"/check-ins/{made['id']}")
        self.person.agrees(self.contract)


def settled(app: Flask, *people: Someone) -> None:
    """Let all that follows from an act be done."""
    house: House = app.extensions["hereabouts"]
    gevent.sleep(0.02)
    for each in people:
        with house.database.transaction() as session:
            fading.follow(session, UUID(each.id), clock.now())
    gevent.sleep(0.02)
    take_in(app)


def attacked(app: Flask, spot: Position, contract: Json = STREET, looks: int = 1) -> Notes:
    """All that an attacker is told of a victim at a spot; `looks` times they look around by thousands of queries."""
    world = World(app.test_client(use_cookies=False))
    person = world.person("victim")
    attacker = Attacker(app, world, person.handle)
    victim = Victim(app, person, spot, contract)
    victim.was_open()
    attacker.opens_shop()
    attacker.listens(attacker.eve)
    chance = Random(5)
    looking: list[Callable[[], None]] = [
        lambda: attacker.asks_the_net(None),
        attacker.pretends_to_be_here,
        attacker.blocks_and_unblocks,
        lambda: attacker.asks_the_net(attacker.eve),
        attacker.pretends_to_be_here,
        lambda: attacker.comes_back(attacker.late),
    ]
    for _, look in zip(victim.acts(), looking, strict=True):
        settled(app, person)
        attacker.hears()
        look()
    for _ in range(looks):
        for channel, who in (("near", None), ("near, signed in", attacker.eve)):
            attacker.looks_around(who, channel, chance)
    attacker.hears()
    return attacker.notes
