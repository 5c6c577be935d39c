"""OwnTracks over HTTP: what it says moves its person, is a check-in, or does no harm."""

import base64
from typing import Any

import gevent
import msgspec
import pytest
from nacl.secret import SecretBox
from prometheus_client import REGISTRY

from tests.app.phones.pocket import a_location, of_type, owntracks, seconds
from tests.world import CAFE, NEAR_CAFE, Json, World

#: What a phone with Android sent in the app's own unit test, decrypted; only when is ours.
PUBLISHED: Json = {
    "_type": "location",
    "BSSID": "00:13:10:85:fe:01",
    "SSID": "AndroidWifi",
    "_id": "0d871a61",
    "acc": 5,
    "alt": 5,
    "batt": 100,
    "bs": 0,
    "cog": 0,
    "conn": "w",
    "created_at": 1754215100,
    "lat": 50.1182933,
    "lon": -5.5407733,
    "m": 2,
    "tid": "xa",
    "tst": 1754215100,
    "vac": 0,
    "vel": 0,
}


def test_a_location_moves_its_person_and_makes_them_part_of_what_is_there(world: World) -> None:
    world.location(CAFE, "Gràcia")
    ana = world.person("Ana")
    owntracks(ana).is_at(CAFE, tag="Café ride!")
    assert ana.is_part_of == ["Gràcia"]
    assert ana.presence["activity"] == "cafe-ride"
    assert ana.presence["accuracy_m"] == 10


def test_in_a_quiet_place_nobody_is_part_of_anything(world: World) -> None:
    world.location(CAFE, "Gràcia")
    ana = world.person("Ana")
    home = {"name": "home", "lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 150}
    ana.agrees({"ready": "open-house", "quiet_places": [home]})
    phone = owntracks(ana)
    phone.is_at(CAFE)
    assert ana.is_part_of == []
    phone.is_at(CAFE, -1, poi="at home")
    assert ana.is_part_of == []


def test_the_published_message_of_android_is_understood(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.hears({**PUBLISHED, "tst": seconds(), "created_at": seconds()})
    assert ana.presence["position"]["coordinates"] == [-5.5407733, 50.1182933]
    assert (phone.device["accepted"], phone.device["dropped"], phone.device["battery"]) == (1, 0, 100)


def test_as_it_was_published_it_is_too_old_to_say_where_anybody_is(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    assert of_type(phone.hears(PUBLISHED), "location") == []
    assert ana.presence["position"] is None
    assert (phone.device["accepted"], phone.device["last_dropped"]) == (0, "late")


def test_a_backlog_moves_nobody_back(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.is_at(NEAR_CAFE)
    for ago_s in (3600, 1800, 600):
        phone.is_at(CAFE, ago_s)
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]
    assert (phone.device["accepted"], phone.device["dropped"]) == (1, 3)


def test_what_is_typed_is_a_check_in_and_only_once(world: World) -> None:
    ana, eve = world.person("Ana"), world.person("Eve")
    phone = owntracks(ana)
    message = a_location(CAFE, poi="Coffee?\x00 anyone", tag="sitting", _id="0d871a61")
    for _ in range(3):
        phone.hears(message)
    (said,) = eve.reads(f"person={ana.handle}")
    assert (said["text"], said["activity"]) == ("Coffee? anyone", "sitting")
    phone.is_at(CAFE, poi="Coffee?", tst=message["tst"] + 1)
    assert eve.hears(f"person={ana.handle}") == ["Coffee?", "Coffee? anyone"]


def test_without_an_id_the_same_moment_and_place_are_the_same_message(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    message = a_location(CAFE, poi="once")
    answers = [gevent.spawn(phone.posts, message) for _ in range(2)]
    gevent.joinall(answers, raise_error=True)
    assert {each.value.status_code for each in answers} == {200}
    assert ana.hears(f"person={ana.handle}") == ["once"]


def test_two_devices_may_have_one_id_for_two_messages(world: World) -> None:
    ana = world.person("Ana")
    for name in ("one", "two"):
        owntracks(ana).is_at(CAFE, poi=name, _id="0d871a61")
    assert sorted(ana.hears(f"person={ana.handle}")) == ["one", "two"]


def test_a_check_in_of_an_hour_ago_says_so_and_moves_nobody(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.is_at(CAFE)
    phone.is_at(NEAR_CAFE, 7 * 3600, poi="this morning")
    (said,) = ana.reads(f"person={ana.handle}")
    assert said["fixed_at"] < said["received_at"]
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


def test_what_is_typed_is_said_to_whom_its_person_says(world: World) -> None:
    ana, eve = world.person("Ana"), world.person("Eve")
    phone = owntracks(ana)
    phone.changes(visibility="me")
    phone.is_at(CAFE, poi="to myself")
    phone.changes(visibility="public", exactness="quarter")
    phone.is_at(CAFE, -1, poi="about here")
    assert [(each["text"], each["disclosed"]) for each in eve.reads(f"person={ana.handle}")] == [
        ("about here", "quarter")
    ]


def test_a_long_text_is_cut_and_not_refused(world: World) -> None:
    ana = world.person("Ana")
    owntracks(ana).is_at(CAFE, poi="é" * 400)
    assert ana.hears(f"person={ana.handle}") == ["é" * 280]


OTHERS: list[Json] = [
    {"_type": "waypoint", "desc": "home", "lat": CAFE.lat, "lon": CAFE.lon, "rad": 50, "tst": 1},
    {"_type": "waypoints", "waypoints": [], "_creator": "x"},
    {"_type": "card", "name": "Ana", "tid": "aa"},
    {"_type": "steps", "tst": 1, "steps": 5},
    {"_type": "request", "request": "tour", "tour": {"label": "x"}},
    {"_type": "lwt", "tst": 1},
    {"_type": "dump"},
    {"_type": "beacon", "uuid": "x"},
    {"_type": "cmd", "action": "dump"},
    {"_type": "configuration", "cmd": False},
    {"_type": "status", "android": {"hib": 0}},
    {"_type": "something new"},
]


@pytest.mark.parametrize("message", OTHERS, ids=lambda each: each["_type"])
def test_whatever_else_it_says_is_heard_and_answered_with_nothing(world: World, message: Json) -> None:
    phone = owntracks(world.person("Ana"))
    assert phone.hears(message) == []
    assert phone.device["dropped"] == 0
    assert phone.device["last_heard_at"] is not None


def test_no_body_at_all_is_a_friend_forgotten(world: World) -> None:
    phone = owntracks(world.person("Ana"))
    assert (phone.posts(b"").get_json(), phone.device["dropped"]) == ([], 0)


def test_entering_a_region_is_being_there(world: World) -> None:
    ana = world.person("Ana")
    owntracks(ana).is_at(CAFE, _type="transition", event="enter", desc="home", wtst=1)
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


BAD: list[tuple[Any, str]] = [
    (b"no json", "unreadable"),
    (b"\xff\xfe", "unreadable"),
    (b"[" * 100_000, "unreadable"),
    ([], "unreadable"),
    ("location", "unreadable"),
    (None, "unreadable"),
    ({"_type": "location", "tst": 1}, "nowhere"),
    ({"_type": "location", "lat": 91, "lon": 0, "tst": 1}, "nowhere"),
    ({"_type": "location", "lat": True, "lon": 0, "tst": 1}, "nowhere"),
    ({"_type": "location", "lat": 1, "lon": 1e308, "tst": 1}, "nowhere"),
    ({"_type": "location", "lat": 1, "lon": 1, "tst": 1, "acc": -1}, "invalid"),
    ({"_type": "location", "lat": 1, "lon": 1}, "timeless"),
    ({"_type": "location", "lat": 1, "lon": 1, "tst": "soon"}, "timeless"),
    ({"_type": "location", "lat": 1, "lon": 1, "tst": -5}, "timeless"),
    ({"_type": "location", "lat": 1, "lon": 1, "tst": 10**30}, "timeless"),
    ({"_type": "location", "lat": 1, "lon": 1, "tst": 33_000_000_000}, "future"),
    ({"_type": "encrypted", "data": "AAAA"}, "undecipherable"),
    ({"_type": "encrypted"}, "undecipherable"),
]


def counted(dialect: str, reason: str) -> float:
    """What the operator's counter says."""
    said = {"dialect": dialect, "reason": reason}
    return REGISTRY.get_sample_value("hereabouts_phone_points_dropped_total", said) or 0


def test_a_fix_that_may_be_anywhere_in_a_country_opens_nothing(world: World) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    owntracks(ana).is_at(CAFE, acc=150_000)
    assert ana.presence["accuracy_m"] == 100_000
    assert ana.is_part_of == []


@pytest.mark.parametrize(("message", "reason"), BAD)
def test_what_can_never_be_used_is_taken_dropped_and_told(world: World, message: Any, reason: str) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    body = b"null" if message is None else message
    before = counted("owntracks", reason)
    assert phone.posts(body).status_code == 200
    assert counted("owntracks", reason) == before + 1
    assert (phone.device["accepted"], phone.device["dropped"], phone.device["last_dropped"]) == (0, 1, reason)
    assert ana.presence["position"] is None


def test_what_android_leaves_out_is_nought(world: World) -> None:
    ana = world.person("Ana")
    owntracks(ana).hears({"_type": "location", "lon": 6.7, "tst": seconds()})
    assert ana.presence["position"]["coordinates"] == [6.7, 0.0]
    assert ana.presence["accuracy_m"] is None


def test_an_encrypting_phone_is_understood_and_answered_in_kind(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana, encrypted=True)
    box = SecretBox(phone.setup["encryption_key"].encode().ljust(32, b"\0"))
    inside = msgspec.json.encode(a_location(CAFE, **{"topic": "owntracks/ana/phone"}))
    message = {"_type": "encrypted", "data": base64.b64encode(box.encrypt(inside)).decode()}
    answer: Any = phone.posts(message).get_json()
    assert answer["_type"] == "encrypted"
    opened = msgspec.json.decode(box.decrypt(base64.b64decode(answer["data"])))
    assert opened[0]["_type"] == "card"
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    again = {
        "_type": "encrypted",
        "data": base64.b64encode(box.encrypt(msgspec.json.encode(message))).decode(),
    }
    assert phone.posts(again).status_code == 200
    assert phone.device["last_dropped"] == "undecipherable"


def test_a_passphrase_of_another_phone_opens_nothing(world: World) -> None:
    ana = world.person("Ana")
    phone, other = (owntracks(ana, encrypted=True) for _ in range(2))
    box = SecretBox(other.setup["encryption_key"].encode().ljust(32, b"\0"))
    data = base64.b64encode(box.encrypt(msgspec.json.encode(a_location()))).decode()
    assert phone.posts({"_type": "encrypted", "data": data}).status_code == 200
    assert phone.device["last_dropped"] == "undecipherable"
