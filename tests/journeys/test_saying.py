"""What may be said on a socket, and what is answered where it may not."""

import time

import pytest
import socketio

from tests.journeys.acts import HERE, a_community, a_topic, an_offer
from tests.journeys.conftest import MakePhone
from tests.served import Json
from tests.world import CAFE, point


def test_a_socket_does_what_its_token_is_for_and_nothing_else(phone: MakePhone) -> None:
    ana, shop = phone("ana"), phone("shop")
    topic = a_topic(ana)
    a_community(ana, topic)
    ana.put("/me/consents/offers")
    wanted = {"device": "a program", "scopes": ["check-ins:read", "positions:write"]}
    ana.token = ana.post("/me/tokens", wanted)["token"]
    ana.connect()
    assert ana.say("watch", {"circle": HERE, "snapshot": 0})["watch"] == "watch"
    refused = ana.say("check_in", {"position": point(CAFE)})
    assert (refused["type"], refused["scope"]) == ("/v1/problems/not-enough-scope", "check-ins:write")
    assert "memberships" in ana.say("position", {"position": point(CAFE)})
    an_offer(shop, topic)
    shop.post("/check-ins", {"position": point(CAFE), "text": "so much later"})
    ana.wait_for(1, "check_in")
    time.sleep(0.5)
    assert {name for name, _ in ana.heard} == {"check_in"}


def test_a_revoked_token_closes_its_socket_and_opens_none(phone: MakePhone) -> None:
    ana = phone("ana")
    ana.connect()
    ana.say("watch", {"circle": HERE})
    ana.delete("/me/sessions/current")
    assert ana.wait_for(1, "signed_out")[0]["type"] == "/v1/problems/not-signed-in"
    give_up = time.monotonic() + 10
    while ana.connected:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    with pytest.raises(socketio.exceptions.ConnectionError):
        ana.connect()


BAD_WATCHES = {
    "nothing said": ({}, "invalid", "say where"),
    "no object": ([1, 2], "invalid", ""),
    "latitude 91": ({"circle": {"lat": 91, "lon": 2, "radius_m": 5}}, "invalid", "90"),
    "radius of a continent": ({"circle": {"lat": 1, "lon": 2, "radius_m": 5e6}}, "invalid", "30000"),
    "missing radius": ({"circle": {"lat": 1, "lon": 2}}, "invalid", "radius_m"),
    "upside down": ({"bbox": [2, 42, 3, 41]}, "bad-area", "not below north"),
    "half of the world": ({"bbox": [-90, -40, 90, 40]}, "bad-area", "km²"),
    "two areas": ({"bbox": [2, 41, 3, 42], "circle": HERE}, "invalid", "one of"),
    "a bow tie": (
        {"polygon": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}},
        "bad-area",
        "may not cross",
    ),
    "an unknown topic": (
        {"circle": HERE, "topics": ["interest:never-heard-of"]},
        "unknown-topic",
        "POST /v1/topics",
    ),
    "an unknown community": ({"communities": ["01a20157-9db7-7000-ad4d-b6a6b1e1eb5c"]}, "not-found", ""),
    "a made-up cursor": ({"circle": HERE, "since": "yesterday"}, "invalid", "cursor"),
    "an unknown field": ({"circle": HERE, "colour": "red"}, "invalid", "colour"),
}


@pytest.mark.parametrize("name", BAD_WATCHES)
def test_a_bad_watch_is_refused_with_what_to_do(phone: MakePhone, name: str) -> None:
    said, slug, hint = BAD_WATCHES[name]
    ana = phone("ana")
    ana.connect()
    answer = ana.say("watch", said)
    assert answer["type"] == f"/v1/problems/{slug}", answer
    assert hint in answer["detail"]
    ana.post("/check-ins", {"position": point(CAFE)})
    assert ana.say("unwatch") == {}
    assert ana.heard == []


def test_a_flood_of_watches_is_refused_and_others_are_served(phone: MakePhone) -> None:
    flooder, bob = phone("flooder"), phone("bob")
    flooder.connect()
    bob.connect()
    answers = [
        flooder.say("watch", {"name": f"w{number}", "circle": HERE, "snapshot": 0}) for number in range(30)
    ]
    kinds = [answer.get("type") for answer in answers]
    assert kinds[:20] == [None] * 20
    assert set(kinds[20:]) == {"/v1/problems/too-many"}
    assert bob.say("watch", {"circle": HERE})["watch"] == "watch"


def test_more_than_a_socket_may_say_is_refused_and_slows_nobody_else(phone: MakePhone) -> None:
    flooder, bob = phone("flooder"), phone("bob")
    flooder.connect()
    bob.connect()
    assert flooder._socket is not None
    answers: list[Json] = []
    for _ in range(200):
        flooder._socket.emit("unwatch", {}, callback=answers.append)
    assert bob.say("watch", {"circle": HERE})["watch"] == "watch"
    give_up = time.monotonic() + 20
    while len(answers) < 200:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    assert answers[0] == {}
    assert any(answer.get("type") == "/v1/problems/too-many" for answer in answers)
