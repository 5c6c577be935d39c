"""Polling: an ETag wherever a client would ask again, and 304 without a body while nothing changed (RFC 9110 §13)."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.http.openapi import operations_of
from tests.app.clients.conftest import makes_known
from tests.app.events.evenings import an_event, dates_of
from tests.app.moderation.keeping import hides, moderators
from tests.app.peers.shops import is_welcome
from tests.app.pieces.writing import club
from tests.app.tag.tags import Till, code_of
from tests.app.wishes.wishing import workshop
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, point, square


class Scene:
    """Ana in her town, with what can be asked for in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.topic = world.topic()
        self.community = world.community(topics=[self.topic])
        self.location = world.location(FAR_AWAY)
        self.place = world.place(FAR_AWAY)
        self.business = world.business()
        self.offer = world.offer([self.topic], FAR_AWAY)
        self.ana = world.person("Ana")
        self.ana.joins(self.community)
        self.device = self.ana.posts("/me/devices", {"name": "pocket", "app": "overland"})["device"]
        self.program = makes_known(self.ana)
        self.circle = self.ana.posts("/me/circles", {"name": "the band"})
        self.member = world.person("Mia")
        self.ana.puts(f"/me/circles/{self.circle['id']}/members/{self.member.handle}")
        self.till = Till(self.ana, *_a_reader_of(self.ana))
        self.till.reads(code_of(self.ana))
        self.own_offer = self._offers_something()
        corner = {"name": "Corner", "position": point(FAR_AWAY)}
        self.value = stands_for_a_value(world, self.ana, self.till.business)
        self.shop = self.ana.posts(f"/businesses/{self.till.business['id']}/places", corner)
        written = self.ana.asks("GET", f"/readers/{self.till.id}/post.ndef").get_data()
        is_welcome(world, self.till.business["id"], self.community["id"])
        self.shown = written.decode("latin-1").partition("/p/")[2]
        self.motion = self.ana.posts(
            f"/communities/{self.community['id']}/motions", {"proposal": {"kind": "steward"}}
        )
        here = workshop(world)
        self.ana.joins(here.community)
        self.wish = self.ana.posts(here.wishes_path, here.wish())
        self.goal = here.community
        self.piece = club(world).written()
        self.ana.puts("/me/searches/hello", {"q": "hello"})
        self.check_in = self.ana.checks_in(FAR_AWAY, "hello")
        self.event = an_event(self.ana)
        self.date = dates_of(self.ana, self.event)[0]
        self.calendar = self.ana.posts("/me/calendar")["address"].rpartition("/")[2]
        moderators(world, self.ana)
        self.webhook = self.ana.posts(
            f"/businesses/{self.till.business['id']}/webhooks",
            {"url": "https://shop.example/", "kinds": ["wish.kept"]},
        )
        self.own = world.offer([self.topic], FAR_AWAY, by=(self.ana, self.till.business))
        self.case = hides(self.ana, "check-in", self.member.checks_in()["id"], world.founder)

    def _offers_something(self) -> Json:
        ends_at = (clock.now() + timedelta(days=1)).isoformat()
        said = {"title": "Tea", "topics": [self.topic], "area": square(FAR_AWAY), "ends_at": ends_at}
        return self.ana.posts(f"/businesses/{self.till.business['id']}/offers", said)

    def path(self, rule: str) -> str:
        """An address where there is something, and a query where one is needed."""
        named = {
            "/v1/communities/near": f"?lat={FAR_AWAY.lat}&lon={FAR_AWAY.lon}",
            "/v1/communities/covering": f"?lat={FAR_AWAY.lat}&lon={FAR_AWAY.lon}",
            "/v1/businesses/places/covering": f"?lat={FAR_AWAY.lat}&lon={FAR_AWAY.lon}",
            "/v1/places": f"?lat={FAR_AWAY.lat}&lon={FAR_AWAY.lon}",
            "/v1/mesh": "?steps=2",
            "/v1/search": "?q=hello",
            "/v1/check-ins": f"?person={self.ana.handle}",
            "/v1/communities/<uuid:community_id>/statistics": "?measure=people",
            "/v1/oauth/authorizations": f"?{urlencode(self.program.asking())}",
        }
        ids = {
            "<uuid:community_id>/wishes": f"{self.goal['id']}/wishes",
            "<uuid:community_id>": self.community["id"],
            "<uuid:offer_id>/return": f"{self.own_offer['id']}/return",
            "<uuid:motion_id>": self.motion["id"],
            "<slug>": "hello",
            "<uuid:piece_id>": self.piece,
            "<uuid:wish_id>": self.wish["id"],
            "<uuid:place_id>": self.place["id"],
            "<uuid:business_place_id>": self.shop["id"],
            "<uuid:business_id>": self.till.business["id"],
            "<uuid:circle_id>": self.circle["id"],
            "<uuid:reader_id>": self.till.id,
            "<name>": self.ana.handle,
            "<uuid:offer_id>/withheld": f"{self.own['id']}/withheld",
            "<uuid:offer_id>": self.offer["id"],
            "<address>": self.calendar,
            "<uuid:event_id>": self.event["id"],
            "<uuid:date_id>": self.date["id"],
            "<uuid:check_in_id>": self.check_in["id"],
            "<uuid:case_id>": self.case,
            "<uuid:webhook_id>": self.webhook["id"],
            "<uuid:device_id>": self.device["id"],
            "members/<handle>": f"members/{self.member.handle}",
            "<handle>": self.ana.handle,
            "<value>": self.value,
            "<key>": self.topic,
            "<code>": self.shown,
        }
        path = rule + named.get(rule, "")
        for part, said in ids.items():
            path = path.replace(part, said)
        assert "<" not in path, f"{path}: say here where something is"
        return path.removeprefix("/v1")


def stands_for_a_value(world: World, person: Someone, business: Json) -> str:
    """A value that somebody's business stands for, which they doubt themselves."""
    value = world.topic("value:fair")
    person.joins(world.community("Fair", "value", [value]))
    claim = {"key": value, "evidence": {"url": "https://fair.example/"}}
    person.puts(f"/businesses/{business['id']}/topics", {"topics": [claim]})
    person.puts(f"/businesses/{business['id']}/topics/{value}/doubt", {})
    return value


def _a_reader_of(person: Someone) -> tuple[Json, str, str]:
    business = person.posts("/businesses", {"name": "Ana's"})
    body = {
        "name": "Till",
        "kind": "post",
        "purpose": "stamps",
        "asks": "handle",
        "position": point(FAR_AWAY),
    }
    made = person.posts(f"/businesses/{business['id']}/readers", body)
    return business, made["id"], made["key"]


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


def polls(person: Someone, path: str, tag: str) -> TestResponse:
    return person.asks("GET", path, If_None_Match=tag)


def test_every_address_that_reads_has_one(app: Flask, scene: Scene) -> None:
    # What sees to its answer itself holds a secret, and must not be kept anywhere.
    asked = [each for each in operations_of(app) if each.method == "GET" and not each.direct]
    assert len(asked) > 20
    for operation in asked:
        path = scene.path(operation.rule)
        first = scene.ana.asks("GET", path)
        assert (first.status_code, bool(first.headers.get("ETag"))) == (200, True), path
        assert first.headers["ETag"].startswith('"'), "a strong one, for the bytes are the same"
        again = polls(scene.ana, path, first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b""), path
        for name in ("ETag", "Vary", "Cache-Control"):
            assert again.headers[name] == first.headers[name], path
        assert "Content-Type" not in again.headers


Change = Callable[[Scene], object]
CHANGES: dict[str, tuple[str, Change]] = {
    "a new check-in": ("/check-ins?topic={topic}", lambda at: at.ana.checks_in(topics=[at.topic])),
    "one taken back": (
        "/check-ins?person={handle}",
        lambda at: at.ana.deletes(f"/check-ins/{at.check_in['id']}"),
    ),
    "a person here": (
        "/communities/{location}/presence",
        lambda at: at.world.person("Bob").checks_in(FAR_AWAY),
    ),
    "a person gone": ("/communities/{location}/presence", lambda at: at.ana.checks_out()),
    "a member more": ("/communities/{community}", lambda at: at.world.person("Bob").joins(at.community)),
    "a member named": (
        "/communities/{community}/members",
        lambda at: at.world.person("Bob").joins(at.community),
    ),
    "a pledge": (
        "/communities/{goal}/wishes",
        lambda at: at.ana.deletes(f"/wishes/{at.wish['id']}/pledge"),
    ),
    "a step": ("/me/presence", lambda at: at.ana.moves(CAFE)),
    "a community joined": ("/me/communities", lambda at: at.ana.joins(at.world.community("Tea"))),
    "a place": (
        "/places?lat=48.2082&lon=16.3738&radius=20000&limit=100",
        lambda at: at.world.place(FAR_AWAY, "New"),
    ),
    "an offer withdrawn": (
        "/offers/{offer}",
        lambda at: at.world.founder.deletes(f"/offers/{at.offer['id']}"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_is_told(scene: Scene, what: str) -> None:
    template, change = CHANGES[what]
    path = template.format(
        topic=scene.topic,
        handle=scene.ana.handle,
        location=scene.location["id"],
        goal=scene.goal["id"],
        community=scene.community["id"],
        offer=scene.offer["id"],
    )
    before = scene.ana.asks("GET", path)
    assert polls(scene.ana, path, before.headers["ETag"]).status_code == 304
    change(scene)
    after = polls(scene.ana, path, before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.get_json(force=True) != before.get_json(force=True)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"another", {tag}', 304),
        ('{tag},"another"', 304),
        ("*", 304),
        ('"another"', 200),
        ("another", 200),
        ("", 200),
        ('"', 200),
        (",,,", 200),
    ],
)
def test_tags_are_told_in_all_the_ways_there_are(scene: Scene, said: str, status: int) -> None:
    tag = scene.ana.asks("GET", "/me").headers["ETag"]
    assert polls(scene.ana, "/me", said.format(tag=tag)).status_code == status


def test_what_two_people_may_see_differently_is_two_things(scene: Scene) -> None:
    scene.ana.checks_in(FAR_AWAY, "for me alone", visibility="me")
    path, bob = f"/check-ins?person={scene.ana.handle}", scene.world.person("Bob")
    hers, his = scene.ana.asks("GET", path), bob.asks("GET", path)
    assert hers.headers["ETag"] != his.headers["ETag"]
    assert polls(bob, path, hers.headers["ETag"]).status_code == 200
    assert hers.headers["Vary"] == his.headers["Vary"] == "Authorization"


def test_nothing_between_us_may_keep_an_answer_unasked(scene: Scene) -> None:
    assert scene.ana.asks("GET", "/me").headers["Cache-Control"] == "private, no-cache"


def test_a_refusal_is_no_answer_to_keep(scene: Scene) -> None:
    for path in ("/communities/near", "/places/00000000-0000-7000-8000-000000000000"):
        refused = polls(scene.ana, path, "*")
        assert refused.status_code in {404, 422}
        assert "ETag" not in refused.headers


def test_what_is_written_is_never_taken_for_unchanged(scene: Scene) -> None:
    body: Json = {"position": point(CAFE)}
    assert scene.ana.asks("POST", "/check-ins", body, If_None_Match="*").status_code == 201


def test_the_head_alone_tells_as_much(scene: Scene) -> None:
    whole = scene.ana.asks("GET", "/me/communities")
    head = scene.ana.asks("HEAD", "/me/communities")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert head.headers[name] == whole.headers[name]


def test_the_next_part_is_told_each_time(scene: Scene) -> None:
    """Also by a 304, or whoever polls the first part never finds the second."""
    for _ in range(2):
        scene.ana.checks_in(FAR_AWAY)
    path = f"/check-ins?person={scene.ana.handle}&limit=1"
    first = scene.ana.asks("GET", path)
    again = polls(scene.ana, path, first.headers["ETag"])
    assert again.status_code == 304
    assert again.headers["Link"] == first.headers["Link"]
