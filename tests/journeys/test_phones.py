"""Apps on phones against a running server: heard by neighbours at once, and put off by nothing they send."""

import base64
import json
import time
from typing import Any

import requests

from tests.journeys.acts import HERE, a_community, a_topic
from tests.journeys.conftest import MakePhone
from tests.served import Json, Phone
from tests.world import CAFE, NEAR_CAFE


def a_device(phone: Phone, app: str) -> Json:
    setup: Json = phone.post("/me/devices", {"name": "pocket", "app": app})["setup"]
    return setup


def says(setup: Json, **message: Any) -> requests.Response:
    """An OwnTracks location, here and now."""
    said = {
        "_type": "location",
        "lat": CAFE.lat,
        "lon": CAFE.lon,
        "tst": int(time.time()),
        "acc": 9,
        **message,
    }
    proof = (setup["username"], setup["password"])
    return requests.post(setup["url"], json=said, auth=proof, timeout=30)


def test_what_is_typed_into_owntracks_is_heard_at_once_and_answered_with_a_fellow(phone: MakePhone) -> None:
    ana, bob = phone("ana"), phone("bob")
    riders = a_community(ana, a_topic(ana))
    for each in (ana, bob):
        each.put(f"/communities/{riders['id']}/membership")
    bob.connect()
    bob.say("watch", {"circle": HERE, "snapshot": 0})
    bob.post("/check-ins", {"position": {"type": "Point", "coordinates": [NEAR_CAFE.lon, NEAR_CAFE.lat]}})
    answer = says(a_device(ana, "owntracks"), poi="coffee?")
    assert "coffee?" in json.dumps(bob.wait_for(2, "check_in"))
    shown = [(each["lat"], each["lon"]) for each in answer.json() if each["_type"] == "location"]
    assert shown == [(CAFE.lat, CAFE.lon), (NEAR_CAFE.lat, NEAR_CAFE.lon)]


def test_a_picture_larger_than_we_take_neither_blocks_the_queue_nor_breaks_the_connection(
    phone: MakePhone,
) -> None:
    setup = a_device(phone("ana"), "owntracks")
    with requests.Session() as kept:
        kept.auth = (setup["username"], setup["password"])
        picture = base64.b64encode(b"\0" * 7_000_000).decode()
        for image in (picture, picture, ""):
            body = {
                "_type": "location",
                "lat": CAFE.lat,
                "lon": CAFE.lon,
                "tst": int(time.time()),
                "image": image,
            }
            assert kept.post(setup["url"], json=body, timeout=30).status_code == 200


def test_a_revoked_device_is_refused_by_every_process_from_then_on(phone: MakePhone) -> None:
    ana = phone("ana")
    setup = a_device(ana, "owntracks")
    assert {says(setup).status_code for _ in range(6)} == {200}
    ana.delete(f"/me/devices/{ana.get('/me/devices')['items'][0]['id']}")
    assert {says(setup).status_code for _ in range(6)} == {401}
