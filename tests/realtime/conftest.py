"""A fan-out that hears what happens in the application of a test."""

import pytest
from flask import Flask

from app import clock
from app.http.calls import House
from realtime.conversing import Conversing
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.roster import Roster
from realtime.tallying import Tallying


@pytest.fixture
def fanout(app: Flask) -> Fanout:
    house: House = app.extensions["hereabouts"]
    fanout = Fanout(Roster(), Heard.since(clock.now()), lambda listener: None)
    fanout.follow(house.signals)
    Conversing(fanout).follow(house.signals)
    Tallying(fanout.roster).follow(house.signals)
    return fanout
