"""A contract is obeyed at once: by feeds, counts, quiet places and clocks."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.checkins import fading
from app.http.calls import House
from geo import QUARTER, SPOT, Position, blur, destination
from tests.app.contracts.wishes import AROUND, feed, nearby
from tests.world import CAFE, FAR_AWAY, World, eventually


def test_a_change_is_obeyed_at_once_by_all_that_was_said_before(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    made = ana.checks_in(CAFE, "here I am")
    assert "here I am" in bob.hears(AROUND)
    ana.agrees({"ready": "invisible"})
    assert "here I am" not in bob.hears(AROUND)
    assert bob.asks("GET", f"/check-ins/{made['id']}").status_code == 404
    ana.agrees({"terms": [feed(exactness="quarter"), nearby(exactness="street")]})
    (seen,) = [each for each in bob.gets(f"/check-ins?{AROUND}")["features"] if each["id"] == made["id"]]
    street, quarter = blur(CAFE, SPOT), blur(CAFE, QUARTER)
    assert seen["geometry"]["coordinates"] == [street.lon, street.lat]
    (seen,) = bob.gets(f"/check-ins?person={ana.handle}")["features"]
    assert seen["geometry"]["coordinates"] == [quarter.lon, quarter.lat]
    ana.agrees({"ready": "open-house"})
    (seen,) = bob.gets(f"/check-ins?person={ana.handle}")["features"]
    assert seen["geometry"]["coordinates"] == [CAFE.lon, CAFE.lat]


def test_looking_around_finds_what_is_known_less_exactly_only_where_it_is_known_to_be(world: World) -> None:
    ana, bob = world.person("Ana", None), world.person("Bob")
    at = Position(43.2603, -2.9334)
    ana.agrees({"terms": [nearby(exactness="city")]})
    ana.checks_in(at, "somewhere in Bilbao")
    (seen,) = bob.gets(f"/check-ins?lat={at.lat}&lon={at.lon}&radius=30000")["features"]
    lon, lat = seen["geometry"]["coordinates"]
    assert seen["properties"]["disclosed"] == "city"
    assert bob.hears(f"lat={lat}&lon={lon}&radius=1") == ["somewhere in Bilbao"]
    assert bob.hears(f"lat={at.lat}&lon={at.lon}&radius=300") == []


def test_in_a_quiet_place_one_is_part_of_nothing_and_nobody_knows(world: World) -> None:
    ana, bob, topic = world.person("Ana"), world.person("Bob"), world.topic()
    home = Position(43.3, -3.1)
    place = world.location(home, "Our street", 0.002)
    quiet = {"name": "home", "lat": home.lat, "lon": home.lon, "radius_m": 200}
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    ana.moves(home)
    assert ana.is_part_of == ["Our street"]
    ana.agrees({"ready": "open-house", "quiet_places": [quiet]})
    assert ana.is_part_of == [], "it became quiet while she was there"
    made = ana.checks_in(destination(home, 90, 180), "in my pyjamas")
    assert made["memberships"] == []
    assert ana.moves(home)["memberships"] == []
    assert bob.hears(f"person={ana.handle}") == []
    assert ana.hears(f"person={ana.handle}") == ["in my pyjamas"]
    assert bob.gets(f"/communities/{place['id']}/presence")["here"] == 0
    offer = world.offer([topic], home)
    world.person("Sentinel").checks_in()
    assert offer["id"] not in {each["offer_id"] for each in ana.inbox}
    ana.checks_in(destination(home, 90, 2_000), "out again")
    assert bob.hears(f"person={ana.handle}") == ["out again"]


def test_hours_are_those_of_the_contracts_own_clock(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    noon_in = {12: "UTC", 21: "Asia/Tokyo"}
    now = clock.now()
    for hour, zone in noon_in.items():
        hours = {"since": f"{hour:02}:00", "until": f"{hour + 1:02}:00"}
        ana.agrees({"terms": [feed(hours=hours)], "time_zone": zone})
        ahead = (now.replace(hour=12, minute=30) - now) + timedelta(days=1)
        with clock.travelling(ahead):
            ana.checks_in(CAFE, f"in time {zone}")
        with clock.travelling(ahead + timedelta(hours=2)):
            ana.checks_in(CAFE, f"too late {zone}")
            assert f"in time {zone}" in bob.hears(f"person={ana.handle}")
            assert f"too late {zone}" not in bob.hears(f"person={ana.handle}")


def test_what_is_known_for_a_day_is_known_for_no_longer(world: World, app: Flask) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees({"terms": [feed(lasts=1), nearby(lasts=2)]})
    made = ana.checks_in(CAFE, "for a day")
    assert bob.hears(f"person={ana.handle}") == ["for a day"]
    with clock.travelling(timedelta(days=1, minutes=1)):
        assert bob.hears(f"person={ana.handle}") == []
        assert "for a day" in bob.hears(AROUND)
        sweep(app)
        assert bob.hears(f"person={ana.handle}") == []
        assert "for a day" in bob.hears(AROUND)
    with clock.travelling(timedelta(days=2, minutes=1)):
        assert "for a day" not in bob.hears(AROUND)
        sweep(app)
        assert "for a day" not in bob.hears(AROUND)
        assert "for a day" in ana.hears(AROUND)
        assert ana.gets(f"/check-ins/{made['id']}")["properties"]["text"] == "for a day"


def sweep(app: Flask) -> None:
    house: House = app.extensions["hereabouts"]
    with house.database.transaction() as session:
        fading.end_what_is_over(session, clock.now())


UNTIL_I_LEAVE = {"terms": [feed(lasts="until_i_leave"), nearby(exactness="quarter")]}


@pytest.mark.parametrize("how", ["checks in elsewhere", "moves", "checks out"])
def test_what_is_known_until_one_leaves_is_known_until_then(world: World, how: str) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees(UNTIL_I_LEAVE)
    ana.checks_in(CAFE, "while I am here")
    ana.moves(destination(CAFE, 45, 100))
    assert bob.hears(f"person={ana.handle}") == ["while I am here"]
    if how == "checks in elsewhere":
        ana.checks_in(FAR_AWAY)
    elif how == "moves":
        ana.moves(destination(CAFE, 45, 600))
    else:
        ana.checks_out()
    eventually(lambda: "while I am here" not in bob.hears(f"person={ana.handle}"))
    assert "while I am here" in bob.hears(AROUND), "the other term stands"


def test_staying_prolongs_what_is_known_until_one_leaves(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees(UNTIL_I_LEAVE)
    ana.checks_in(CAFE, "a long lunch")
    for hours in (1, 2, 3):
        with clock.travelling(timedelta(hours=hours)):
            ana.moves(CAFE)
    with clock.travelling(timedelta(hours=4)):
        eventually(lambda: bob.hears(f"person={ana.handle}") == ["a long lunch"])
    with clock.travelling(timedelta(hours=9)):
        assert bob.hears(f"person={ana.handle}") == []


def test_what_was_left_is_not_known_again_by_a_contract_that_came_later(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.checks_in(CAFE, "an hour ago, and gone")
    ana.moves(FAR_AWAY)
    ana.checks_in(FAR_AWAY, "here")
    ana.agrees(UNTIL_I_LEAVE)
    assert bob.hears(f"person={ana.handle}") == ["here"]


def test_people_i_follow_back_know_what_others_do_not(world: World) -> None:
    ana, bob, eve = world.person("Ana", "friends-and-communities"), world.person("Bob"), world.person("Eve")
    ana.checks_in(CAFE, "for friends")
    for follower, followed in ((bob, ana), (eve, ana), (ana, bob)):
        follower.puts(f"/me/follows/{followed.handle}")
    assert bob.hears(f"person={ana.handle}") == ["for friends"], "what was said before, too"
    assert "for friends" in bob.hears(AROUND)
    assert eve.hears(f"person={ana.handle}") == [], "to follow lets nobody know more"
    ana.deletes(f"/me/follows/{bob.handle}")
    assert bob.hears(f"person={ana.handle}") == []


def test_a_circle_knows_what_is_for_it(world: World) -> None:
    ana, bob, eve = world.person("Ana"), world.person("Bob"), world.person("Eve")
    band = ana.posts("/me/circles", {"name": "the band"})
    member = f"/me/circles/{band['id']}/members/{bob.handle}"
    ana.puts(member)
    made = ana.agrees({"terms": [feed({"group": "circle", "id": band["id"]}, exactness="street")]})
    assert made["says"] == ["People of my circle *the band* may see in feeds where I am to some 150 m."]
    ana.checks_in(CAFE, "rehearsing")
    assert [each["disclosed"] for each in bob.reads(f"person={ana.handle}")] == ["street"]
    assert eve.hears(f"person={ana.handle}") == []
    body = {"terms": [feed({"group": "circle", "id": band["id"]})]}
    assert bob.is_refused("PUT", "/me/contract", body, If_Match="*")["status"] == 422, "another's circle"
    ana.deletes(member)
    assert bob.hears(f"person={ana.handle}") == []
