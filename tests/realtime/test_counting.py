"""How many are here, as sockets are told."""

from uuid import UUID

from flask import Flask

from realtime.counting import Counting
from realtime.fanout import Fanout
from realtime.matching import Watch
from tests.realtime.listening import listening
from tests.world import CAFE, World, eventually


def test_that_still_nobody_is_here_is_told_to_nobody(app: Flask, world: World, fanout: Fanout) -> None:
    """Not even to those who have just begun to listen: it would tell that somebody came who said nothing of it."""
    house = app.extensions["hereabouts"]
    Counting(fanout.roster, house.database).follow(house.signals)
    square = world.location(CAFE, "the square", degrees=0.001)
    outbox = listening(app, fanout, world.person("Bob"), Watch(communities=frozenset({UUID(square["id"])})))
    world.person("Ana").moves(CAFE)
    world.person("Mia").checks_in(CAFE)
    eventually(lambda: outbox.told("presence"))
    assert [each["here"] for each in outbox.told("presence")] == [1]
