"""Where something begins and ends does not tell more than a cell: silence, and being there."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.trust.terms import Level, QuietPlace, disclosed_at
from geo import Circle, Position, destination
from tests.app.trust.ground import MIDDLE, ONE, OTHER
from tests.app.trust.story import EVERYONE, opens, settled
from tests.world import CAFE, Json, World

WALK = [destination(MIDDLE, angle, metres) for angle in range(0, 360, 20) for metres in (300, 500, 700, 900)]


def seen_along(world: World, home: Position) -> set[Position]:
    """Where along a walk around somebody's home a stranger sees them, who else is seen exactly everywhere."""
    ana, bob = world.person("Ana"), world.person("Bob")
    quiet = {"name": "home", "lat": home.lat, "lon": home.lon, "radius_m": 100}
    ana.agrees({"ready": "open-house", "quiet_places": [quiet]})
    for at in WALK:
        ana.checks_in(at)
    found = bob.gets(f"/check-ins?person={ana.handle}&limit=100")["features"]
    return {
        Position(each["geometry"]["coordinates"][1], each["geometry"]["coordinates"][0]) for each in found
    }


def test_the_border_of_silence_is_the_same_for_all_homes_of_a_street(world: World) -> None:
    one, other = seen_along(world, ONE), seen_along(world, OTHER)
    assert one == other
    assert 0 < len(one) < len(WALK)


@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02), st.floats(0, 360), st.floats(0, 250))
def test_silence_tells_no_more_of_its_middle_than_the_cell_it_is_in(
    north: float, east: float, towards: float, metres: float
) -> None:
    at, home = Position(CAFE.lat + north, CAFE.lon + east), disclosed_at(CAFE, Level.STREET)
    other = destination(home, towards, metres)
    if disclosed_at(other, Level.STREET) == home:
        one, another = (QuietPlace("home", Circle(each, 200)) for each in (home, other))
        assert one.covers(at) == another.covers(at)


LEFT: Json = {"terms": opens(EVERYONE, "street", "street", lasts="until_i_leave")}


@pytest.mark.parametrize("towards", range(0, 360, 60))
def test_when_somebody_has_left_does_not_tell_from_where_in_the_street(
    world: World, app: Flask, towards: int
) -> None:
    """Where they go next they let everybody see exactly: circles around that spot would cut the street."""
    stays = []
    bob = world.person("Bob")
    for metres in (150, 250, 350, 450, 800):
        seen = []
        for spot in (ONE, OTHER):
            ana = world.person("Ana")
            ana.agrees(LEFT)
            ana.checks_in(spot, "before", accuracy_m=5)
            ana.moves(destination(MIDDLE, towards, metres), accuracy_m=5)
            settled(app, ana)
            seen.append(bob.hears(f"person={ana.handle}"))
        assert seen[0] == seen[1], metres
        stays.append(bool(seen[0]))
    assert stays[0]
    assert not stays[-1]


def test_a_phone_that_wavers_at_the_border_of_a_street_has_not_left_it(world: World, app: Flask) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees(LEFT)
    ana.checks_in(ONE, "on the corner", accuracy_m=5)
    for number, angle in enumerate(range(0, 360, 45)):
        with clock.travelling(timedelta(minutes=number)):
            ana.moves(destination(ONE, angle, 100))
            settled(app, ana)
    assert bob.hears(f"person={ana.handle}") == ["on the corner"]
