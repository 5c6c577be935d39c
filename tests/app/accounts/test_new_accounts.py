"""New accounts: enough for whoever just came, too little to annoy others with, and soon like everybody's."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.accounts.rules import ENOUGH_DAYS, NEW_FOR, NEW_FOR_AT_MOST, is_new
from app.allowance import Rate
from app.express import Express
from app.factory import create_app
from app.housekeeping import Housekeeping
from app.http import limits
from app.settings import Settings
from tests.app.conftest import Counting
from tests.app.tricky import PLAIN
from tests.world import CAFE, Json, Someone, World, point, problem_in

ELSEWHERE = "203.0.113.9"
A_DAY = timedelta(days=1, minutes=1)


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    """An application that counts."""
    app = create_app(Settings(database_url))
    yield app
    app.extensions["hereabouts"].database.dispose()


@pytest.fixture(autouse=True)
def _few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions["hereabouts"].limits._allowances._of.clear()
    few = {"check-ins": Rate(2, 1 / 600), "communities": Rate(1, 1 / 43_200)}
    monkeypatch.setattr(limits, "OF_A_NEW_ACCOUNT", limits.OF_A_NEW_ACCOUNT | few)


@pytest.fixture
def eve(world: World) -> Someone:
    """Signed up from elsewhere, just now."""
    body = {"handle": f"eve-{world.seed}", "password": "correct horse"}
    answer = world.client.post("/v1/people", json=body, environ_base={"REMOTE_ADDR": ELSEWHERE})
    made: Json = answer.get_json()
    return Someone(world.client, body["handle"], made["person"]["id"], made["token"])


def keeps_house(app: Flask) -> None:
    """Do the chore that looks whose accounts are new no more, and let processes forget what they remember."""
    house = app.extensions["hereabouts"]
    keeping = Housekeeping(house.database)
    keeping.do(next(each for each in keeping.chores if each.name == "new accounts"))
    house.bearers._remembered.forget_all()


def checks_in(somebody: Someone) -> int:
    return somebody.asks("POST", "/check-ins", {"position": point(CAFE)}).status_code


def says_much(somebody: Someone) -> list[int]:
    return [checks_in(somebody) for _ in range(4)]


def test_a_new_account_says_little_and_is_told_when_that_lifts(eve: Someone) -> None:
    before = clock.now()
    assert says_much(eve) == [201, 201, 429, 429]
    refused = eve.asks("POST", "/check-ins", {"position": point(CAFE)})
    problem = problem_in(refused)
    assert problem["type"] == "/v1/problems/too-many"
    assert problem["detail"] == (
        "A new account may not do more of this so soon. Go on in 10 min. That lifts a day after you signed up, once "
        "you have confirmed an e-mail address or checked in on two days; and a month after in any case."
    )
    assert problem["lifts_at"][:16] == (before + NEW_FOR).isoformat()[:16]
    assert int(refused.headers["Retry-After"]) == problem["retry_after_s"] == 600


def test_nobody_else_waits(world: World, eve: Someone) -> None:
    says_much(eve)
    assert says_much(world.person("Ana")) == [201] * 4, "who signs up on this machine is no stranger to it"


def test_by_whichever_door(app: Flask, eve: Someone) -> None:
    """HTTP, many at once, the express lane: one count for all."""
    assert checks_in(eve) == 201
    many = {"check_ins": [{"position": point(CAFE)}] * 3}
    outcomes = eve.posts("/check-ins/batch", many)["results"]
    assert [each["status"] for each in outcomes] == [201, 429, 429]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(PLAIN[0].wire(eve.token))
        theirs.shutdown(socket.SHUT_WR)
        Express(app).serve(ours, lambda: True, ELSEWHERE)
        assert theirs.recv(65536).startswith(b"HTTP/1.1 429 ")


#: What a new account may do some of, and no more.
SELDOM: dict[str, tuple[str, Callable[[int], Json]]] = {
    "communities": (
        "/communities",
        lambda number: {"kind": "interest", "name": f"No {number}", "topics": ["interest:x"]},
    ),
    "topics": ("/topics", lambda number: {"key": f"interest:no-{number}"}),
    "places": ("/places", lambda number: {"name": f"No {number}", "position": point(CAFE)}),
    "businesses": ("/businesses", lambda number: {"name": f"No {number}"}),
    "clients": (
        "/me/clients",
        lambda number: {"name": f"No {number}", "redirect_uris": ["https://a.example/"]},
    ),
}


@pytest.mark.parametrize("what", SELDOM)
def test_a_new_account_begins_little_for_others(world: World, eve: Someone, what: str) -> None:
    path, body = SELDOM[what]
    allowed = int(limits.OF_A_NEW_ACCOUNT[what].burst)
    for somebody, refused in ((eve, 1), (world.person("Ana"), 0)):
        answers = [somebody.asks("POST", path, body(number)).status_code for number in range(allowed + 1)]
        assert answers.count(429) == refused
        assert answers[-1] == 429 or not refused


def test_what_is_read_or_taken_back_is_not_counted(eve: Someone) -> None:
    made = eve.checks_in()
    says_much(eve)
    assert eve.asks("DELETE", f"/check-ins/{made['id']}").status_code == 204
    assert eve.asks("GET", "/check-ins").status_code == 200
    assert eve.moves(CAFE)


def test_age_alone_does_not_lift_it(app: Flask, eve: Someone) -> None:
    checks_in(eve)
    with clock.travelling(A_DAY):
        keeps_house(app)
        assert says_much(eve)[-1] == 429


def test_nor_do_deeds_alone(app: Flask, eve: Someone, session: Session) -> None:
    confirms_address(eve, session)
    keeps_house(app)
    assert says_much(eve)[-1] == 429


def confirms_address(somebody: Someone, session: Session) -> None:
    session.execute(text("UPDATE people SET email = 'a@b.example' WHERE id = :id"), {"id": somebody.id})
    session.commit()


def test_a_day_and_a_confirmed_address_lift_it(app: Flask, eve: Someone, session: Session) -> None:
    confirms_address(eve, session)
    with clock.travelling(A_DAY):
        keeps_house(app)
        assert says_much(eve) == [201] * 4


def test_a_day_and_check_ins_on_two_days_lift_it(app: Flask, eve: Someone) -> None:
    checks_in(eve)
    with clock.travelling(A_DAY):
        checks_in(eve)
        keeps_house(app)
        assert says_much(eve) == [201] * 4


def test_many_check_ins_on_one_day_do_not(app: Flask, eve: Someone) -> None:
    with clock.travelling(A_DAY):
        assert [checks_in(eve) for _ in range(2)] == [201] * 2
        keeps_house(app)
        assert checks_in(eve) == 429


def test_a_month_lifts_it_in_any_case(app: Flask, eve: Someone) -> None:
    for early, last in ((timedelta(minutes=5), 429), (-timedelta(minutes=5), 201)):
        with clock.travelling(NEW_FOR_AT_MOST - early):
            keeps_house(app)
            assert says_much(eve)[-1] == last


def test_an_installation_may_do_without(database_url: str) -> None:
    app = create_app(Settings(database_url, limits=False))
    world = World(app.test_client(use_cookies=False))
    body = {"handle": f"eve-{world.seed}", "password": "correct horse"}
    answer = world.client.post("/v1/people", json=body, environ_base={"REMOTE_ADDR": ELSEWHERE})
    eve = Someone(world.client, body["handle"], answer.get_json()["person"]["id"], answer.get_json()["token"])
    assert says_much(eve) == [201] * 4
    app.extensions["hereabouts"].database.dispose()


def test_it_costs_a_check_in_nothing(world: World, eve: Someone, round_trips: Counting) -> None:
    ana = world.person("Ana")
    costs = []
    for somebody in (ana, eve):
        checks_in(somebody)
        with round_trips() as waited:
            assert checks_in(somebody) == 201
            costs.append(waited())
    assert costs[0] == costs[1]


def test_waiting_helps_as_well(eve: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    says_much(eve)
    ahead = monotonic() + 601
    monkeypatch.setattr(limits, "monotonic", lambda: ahead)
    assert checks_in(eve) == 201
    assert checks_in(eve) == 429


@pytest.mark.parametrize(
    ("age", "has_address", "days", "new"),
    [
        (timedelta(0), True, 9, True),
        (NEW_FOR - timedelta(seconds=1), True, 9, True),
        (NEW_FOR, False, 0, True),
        (NEW_FOR, False, ENOUGH_DAYS - 1, True),
        (NEW_FOR, False, ENOUGH_DAYS, False),
        (NEW_FOR, True, 0, False),
        (NEW_FOR_AT_MOST - timedelta(seconds=1), False, 0, True),
        (NEW_FOR_AT_MOST, False, 0, False),
    ],
)
def test_who_is_new(age: timedelta, has_address: bool, days: int, new: bool) -> None:
    assert is_new(age, has_address, days) is new


@given(
    st.timedeltas(),
    st.timedeltas(min_value=timedelta(0)),
    st.booleans(),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_nobody_becomes_new_again(
    age: timedelta, later: timedelta, has_address: bool, days: int, more: int
) -> None:
    try:
        older = age + later
    except OverflowError:
        return
    if not is_new(age, has_address, days):
        assert not is_new(older, True, days + more)
        assert not is_new(older, has_address, days + more)
