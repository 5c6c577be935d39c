"""How much one may ask for: said with every answer, and refused beyond it, which is nobody else's trouble."""

import socket
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.allowance import Rate
from app.express import Express
from app.factory import create_app
from app.http import limits
from app.origin import Origin
from app.settings import Settings
from geo import Position, destination
from realtime.counting import Counting
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.roster import Roster
from realtime.talking import Talk, answered
from tests.app.tricky import PLAIN
from tests.realtime.listening import connected
from tests.world import CAFE, Someone, World, problem_in

ELSEWHERE = "203.0.113.9"


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    """An application that counts."""
    app = create_app(Settings(database_url))
    yield app
    app.extensions["hereabouts"].database.dispose()


@pytest.fixture(autouse=True)
def _few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions["hereabouts"].limits._allowances._of.clear()
    monkeypatch.setattr(limits, "PERSON", Rate(5, 0.5))
    monkeypatch.setattr(limits, "DEVICE", Rate(50, 5))
    monkeypatch.setattr(limits, "NETWORK", Rate(4, 1))
    monkeypatch.setattr(limits, "NEWCOMERS", Rate(3, 0.1))
    monkeypatch.setattr(limits, "DISTRICTS", Rate(3, 0.1))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass."""
    # Whole seconds, so that what is added to them is exactly what passed.
    now = [float(int(monotonic()))]
    monkeypatch.setattr(limits, "monotonic", lambda: now[0])

    def later(seconds: float) -> None:
        now[0] += seconds

    return later


def said(answer: TestResponse) -> tuple[str | None, str | None]:
    """The two fields, as far as they tell of a person or a network; what a device may is the second part."""
    fields = (answer.headers.get("RateLimit-Policy"), answer.headers.get("RateLimit"))
    policy, left = (each and each.partition(", ")[0] for each in fields)
    return policy, left


def asks_as_nobody(world: World, path: str = "/v1/topics", **headers: str) -> TestResponse:
    return world.client.get(path, headers=headers, environ_base={"REMOTE_ADDR": ELSEWHERE})


def test_what_is_left_is_said_with_every_answer(world: World, later: Callable[[float], None]) -> None:
    ana = world.person("Ana", None)
    assert said(ana.asks("GET", "/me")) == ('"person";q=5;w=10', '"person";r=4;t=2')
    assert said(ana.asks("GET", "/nowhere/at/all")) == (None, None), "what is no operation counts for nothing"
    assert said(ana.asks("GET", "/people/nobody")) == ('"person";q=5;w=10', '"person";r=3;t=4')
    later(2)
    assert said(ana.asks("GET", "/me"))[1] == '"person";r=3;t=4'


def test_who_asks_too_much_waits_and_nobody_else(world: World, later: Callable[[float], None]) -> None:
    ana, bob = world.person("Ana", None), world.person("Bob", None)
    assert [ana.asks("GET", "/me").status_code for _ in range(6)] == [200] * 5 + [429]
    refused = ana.asks("GET", "/me")
    problem = problem_in(refused)
    assert problem["type"] == "/v1/problems/too-many"
    assert problem["detail"] == "That is more than 30 a minute. Go on in 2 s; nothing was changed."
    assert (refused.headers["Retry-After"], said(refused)[1]) == ("2", '"person";r=0;t=10')
    assert bob.asks("GET", "/me").status_code == 200
    later(2)
    assert ana.asks("GET", "/me").status_code == 200


def test_all_devices_of_a_person_share_what_they_may(world: World) -> None:
    ana = world.person("Ana", None)
    token = ana.posts("/sessions", {"handle": ana.handle, "password": "correct horse"})["token"]
    tablet = Someone(ana.client, ana.handle, ana.id, token)
    answers = [each.asks("GET", "/me").status_code for each in (ana, tablet) * 3]
    assert answers == [200] * 4 + [429] * 2, "signing in was the first"


def test_a_device_that_runs_wild_leaves_enough_for_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, later: Callable[[float], None]
) -> None:
    monkeypatch.setattr(limits, "PERSON", Rate(100, 1))
    monkeypatch.setattr(limits, "DEVICE", Rate(3, 1))
    ana = world.person("Ana", None)
    token = ana.posts("/sessions", {"handle": ana.handle, "password": "correct horse"})["token"]
    tablet = Someone(ana.client, ana.handle, ana.id, token)
    answers = [ana.asks("GET", "/me") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 429, 429], "signing in was the first"
    refused = answers[-1]
    assert refused.headers["RateLimit-Policy"] == '"person";q=100;w=100, "device";q=3;w=3'
    assert refused.headers["RateLimit"] == '"person";r=97;t=3, "device";r=0;t=3', (
        "of the person nothing was taken"
    )
    assert (
        problem_in(refused)["detail"] == "That is more than 60 a minute. Go on in 1 s; nothing was changed."
    )
    assert tablet.asks("GET", "/me").headers["RateLimit"].startswith('"person";r=96')
    later(1)
    assert ana.asks("GET", "/me").status_code == 200


def test_a_network_of_strangers_shares_what_it_may(world: World) -> None:
    assert [asks_as_nobody(world).status_code for _ in range(5)] == [200] * 4 + [429]
    assert said(asks_as_nobody(world))[0] == '"network";q=4;w=4'
    assert world.person().asks("GET", "/me").status_code == 200


def test_tokens_that_are_none_count_for_the_network_they_come_from(world: World) -> None:
    forged = "Bearer hb1_" + "A" * 75
    answers = [asks_as_nobody(world, "/v1/me", Authorization=forged).status_code for _ in range(6)]
    assert answers == [401] * 4 + [429] * 2


def test_this_machine_itself_is_no_network(world: World) -> None:
    answers = [world.client.get("/v1/topics") for _ in range(10)]
    assert {each.status_code for each in answers} == {200}
    assert said(answers[0]) == (None, None)


def test_a_network_brings_so_many_new_people(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NETWORK", Rate(100, 1))
    answers = []
    for number in range(5):
        body = {"handle": f"new-{world.seed}-{number}", "password": "correct horse"}
        answers.append(
            world.client.post("/v1/people", json=body, environ_base={"REMOTE_ADDR": ELSEWHERE}).status_code
        )
    assert answers == [201] * 3 + [429] * 2


@pytest.mark.parametrize(
    ("said", "proxies", "network"),
    [
        ("", 0, ELSEWHERE),
        ("192.0.2.1", 0, ELSEWHERE),
        ("192.0.2.1", 1, "192.0.2.1"),
        ("made up, 192.0.2.1", 1, "192.0.2.1"),
        ("made up, 192.0.2.1,198.51.100.7", 2, "192.0.2.1"),
        ("192.0.2.1", 2, ELSEWHERE),
        ("", 1, ELSEWHERE),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(said: str, proxies: int, network: str) -> None:
    assert Origin.forwarded(ELSEWHERE, said, proxies).network == network


def test_what_takes_much_is_asked_for_seldom(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SELDOM", Rate(2, 1 / 600))
    ana = world.person("Ana", None)
    answers = [ana.asks("POST", "/me/export") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert problem_in(answers[2])["detail"] == "That is too often. Go on in 600 s; nothing was changed."


def by_lane(app: Flask, token: str) -> bytes:
    """The answer to a check-in from elsewhere."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(PLAIN[0].wire(token))
        theirs.shutdown(socket.SHUT_WR)
        Express(app).serve(ours, lambda: True, ELSEWHERE)
        return theirs.recv(65536)


def test_long_texts_are_made_into_pages_one_after_the_other(
    world: World, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TEXTS", Rate(2, 0.5))
    ana = world.person("Ana", contract=None)
    for _ in range(2):
        ana.posts("/pieces/preview", {"text": "a *b*"})
    assert ana.is_refused("POST", "/pieces/preview", {"text": "a"})["type"] == "/v1/problems/too-many"
    later(2)
    ana.posts("/pieces/preview", {"text": "a *b*"})


def test_the_express_lane_counts_as_well_and_with_the_same(app: Flask, world: World) -> None:
    ana = world.person("Ana", None)
    assert b'RateLimit: "person";r=4;t=2, "device";r=49;t=1\r\n' in by_lane(app, ana.token)
    assert said(ana.asks("GET", "/me"))[1] == '"person";r=3;t=4'
    for _ in range(3):
        assert by_lane(app, ana.token).startswith(b"HTTP/1.1 201 ")
    refused = by_lane(app, ana.token)
    assert refused.startswith(b"HTTP/1.1 429 ")
    assert b'RateLimit: "person";r=0;t=10, "device";r=45;t=1\r\n' in refused
    assert b"Retry-After: 2\r\n" in refused
    forged = [by_lane(app, "hb1_" + "A" * 75) for _ in range(5)]
    assert [each[9:12] for each in forged] == [b"401"] * 4 + [b"429"]
    assert b'RateLimit: "network";r=0;t=4' in forged[-1]


TOWNS = [destination(CAFE, 90, metres) for metres in range(0, 60_000, 10_000)]


def looks(world: World, at: Position, person: Someone | None = None) -> TestResponse:
    path = f"/check-ins?lat={at.lat}&lon={at.lon}&radius=300"
    return person.asks("GET", path) if person else asks_as_nobody(world, f"/v1{path}")


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only how far one moves is short."""
    monkeypatch.setattr(limits, "PERSON", Rate(1_000, 100))
    monkeypatch.setattr(limits, "NETWORK", Rate(1_000, 100))


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("signed_in", [True, False])
def test_who_looks_around_moves_no_faster_than_people_do(
    world: World, later: Callable[[float], None], signed_in: bool
) -> None:
    ana = world.person("Ana", None) if signed_in else None
    assert [looks(world, at, ana).status_code for at in TOWNS] == [200] * 3 + [429] * 3
    refused = looks(world, TOWNS[3], ana)
    assert problem_in(refused)["detail"] == (
        "Nobody travels so fast: you may look around in a new place every 10 s. "
        "Go on in 10 s, or look where you looked within the last hour."
    )
    assert refused.headers["Retry-After"] == "10"
    near = destination(TOWNS[0], 90, 100)
    assert [looks(world, at, ana).status_code for at in (*TOWNS[:3], near) * 5] == [200] * 20
    assert looks(world, TOWNS[0], world.person("Bob", None)).status_code == 200
    later(10)
    assert [looks(world, at, ana).status_code for at in TOWNS[3:5]] == [200, 429]


@pytest.mark.usefixtures("often")
def test_what_was_looked_at_long_ago_is_new_again(world: World, later: Callable[[float], None]) -> None:
    ana = world.person("Ana", None)
    assert looks(world, TOWNS[0], ana).status_code == 200
    later(limits.LATELY_S)
    assert [looks(world, at, ana).status_code for at in (*TOWNS[1:4], TOWNS[0])] == [200] * 3 + [429]


@pytest.mark.usefixtures("often")
def test_other_questions_are_no_way_to_move(world: World) -> None:
    ana = world.person("Ana", None)
    assert [looks(world, at, ana).status_code for at in TOWNS[:4]] == [200] * 3 + [429]
    assert ana.asks("GET", f"/check-ins?person={ana.handle}").status_code == 200


def test_what_viewers_looked_at_is_forgotten_in_time() -> None:
    known = limits.Looks(most=2)
    for number in range(500):
        known.remember("Ana", number, 10.0 * number)
    assert len(known._of["Ana"]) == 360
    for whom in ("Bob", "Mia"):
        known.remember(whom, 1, 5_000.0)
    assert list(known._of) == ["Bob", "Mia"]


@pytest.mark.usefixtures("often")
def test_watches_move_no_faster(app: Flask, world: World) -> None:
    fanout = Fanout(Roster(), Heard.since(clock.now()), lambda _: None)
    house = app.extensions["hereabouts"]
    counting = Counting(fanout.roster, house.database)
    talk = Talk(
        house, app.extensions["hereabouts.intake"], app.extensions["hereabouts.topics"], fanout, counting
    )
    listener, _ = connected(app, fanout, world.person("Ana", None))
    said = [{"name": "around", "circle": {"lat": at.lat, "lon": at.lon, "radius_m": 300}} for at in TOWNS]
    answers = [answered(talk.watch, listener, each, "check-ins:read") for each in (*said[:4], said[0])]
    assert [each.get("status", 200) for each in answers] == [200] * 3 + [429, 200]
