"""Guessing passwords: soon over for whoever guesses, and no trouble for the person they guess at."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from time import monotonic
from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.accounts import passwords, proving, service
from app.accounts.models import AccountSession, KnownNetwork
from app.accounts.rules import NETWORKS_LAST, SESSION_LASTS
from app.allowance import Rate
from app.origin import Origin
from tests.world import Someone, World, problem_in

HOME, ELSEWHERE = "192.0.2.1", "203.0.113.9"
networks = (f"198.51.100.{number}" for number in count(1))


def signs_in(world: World, handle: str, password: str, address: str) -> TestResponse:
    body = {"handle": handle, "password": password}
    return world.client.post("/v1/sessions", json=body, environ_base={"REMOTE_ADDR": address})


def guesses(world: World, handle: str, times: int, address: str = ELSEWHERE) -> list[int]:
    return [signs_in(world, handle, f"guess {number}", address).status_code for number in range(times)]


@pytest.fixture(autouse=True)
def _nobody_has_guessed(app: Flask) -> None:
    app.extensions["hereabouts.proving"]._allowances._of.clear()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass."""
    now = [monotonic()]
    monkeypatch.setattr(proving, "monotonic", lambda: now[0])

    def later(seconds: float) -> None:
        now[0] += seconds

    return later


@pytest.fixture
def ana(world: World) -> Someone:
    """Has signed in at home."""
    ana = world.person("Ana")
    assert signs_in(world, ana.handle, "correct horse", HOME).status_code == 201
    return ana


def test_after_ten_wrong_passwords_one_has_to_wait(
    world: World, ana: Someone, later: Callable[[float], None]
) -> None:
    assert guesses(world, ana.handle, 12) == [401] * 10 + [429] * 2
    refused = signs_in(world, ana.handle, "correct horse", ELSEWHERE)
    problem = problem_in(refused)
    assert problem["type"] == "/v1/problems/too-many"
    assert problem["detail"] == "Too many wrong passwords. Try again in 5 minutes."
    later(float(refused.headers["Retry-After"]))
    assert signs_in(world, ana.handle, "correct horse", ELSEWHERE).status_code == 201


def test_the_owner_signs_in_where_they_have_been_whoever_guesses_elsewhere(
    world: World, ana: Someone
) -> None:
    for _ in range(3):
        guesses(world, ana.handle, 10, next(networks))
    assert signs_in(world, ana.handle, "correct horse", next(networks)).status_code == 429
    assert signs_in(world, ana.handle, "correct horse", HOME).status_code == 201


def test_whoever_guesses_at_the_owners_own_network_has_to_wait_as_well(world: World, ana: Someone) -> None:
    assert guesses(world, ana.handle, 12, HOME) == [401] * 10 + [429] * 2


def test_one_network_guesses_at_many_people_no_more_often_than_that(world: World) -> None:
    people = [world.person().handle for _ in range(6)]
    answers = [status for each in people for status in guesses(world, each, 4)]
    assert answers == [401] * 20 + [429] * 4


def test_a_handle_that_nobody_has_is_no_different(world: World) -> None:
    assert guesses(world, f"nobody-{world.seed}", 12) == [401] * 10 + [429] * 2


def test_the_case_of_a_handle_makes_it_no_other(world: World, ana: Someone) -> None:
    guesses(world, ana.handle, 5)
    assert guesses(world, ana.handle.upper(), 6) == [401] * 5 + [429]


def test_the_right_password_does_not_count(world: World, ana: Someone) -> None:
    answers = [signs_in(world, ana.handle, "correct horse", next(networks)) for _ in range(12)]
    assert {each.status_code for each in answers} == {201}
    assert guesses(world, ana.handle, 10) == [401] * 10


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(
    app: Flask, ana: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def slowly(kept: str | None, password: str) -> bool:
        tried.append(password)
        gevent.sleep(0.01)
        return False

    monkeypatch.setattr(passwords, "matches", slowly)
    monkeypatch.setattr(proving, "FROM_A_NETWORK", Rate(2, 1 / 300))

    def guess(number: int) -> int:
        world = World(app.test_client(use_cookies=False))
        return signs_in(world, ana.handle, str(number), ELSEWHERE).status_code

    answers = [each.get() for each in [gevent.spawn(guess, number) for number in range(4)]]
    assert (answers.count(401), answers.count(429)) == (2, 2)
    assert len(tried) == 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_a_network_is_what_one_household_has(address: str, network: str) -> None:
    assert Origin.of(address).network == network


def test_of_a_network_only_a_trace_is_kept_another_for_everybody(
    world: World, ana: Someone, session: Session
) -> None:
    bob = world.person("Bob")
    signs_in(world, bob.handle, "correct horse", HOME)
    kept = session.scalars(
        select(KnownNetwork.trace).where(KnownNetwork.person_id.in_([ana.id, bob.id]))
    ).all()
    assert len(kept) == len(set(kept)) == 4
    assert not any(b"192.0.2.1" in each for each in kept)


def test_what_is_old_is_forgotten(ana: Someone, session: Session) -> None:
    def left() -> tuple[int, int]:
        kinds: tuple[Any, Any] = AccountSession, KnownNetwork
        one, other = (
            len(session.scalars(select(kind).where(kind.person_id == ana.id)).all()) for kind in kinds
        )
        return one, other

    now = clock.now()
    service.forget_old(session, now + SESSION_LASTS - timedelta(hours=1))
    assert left() == (2, 2)
    service.forget_old(session, now + max(SESSION_LASTS, NETWORKS_LAST) + timedelta(hours=1))
    assert left() == (0, 0)


def test_proxies_are_believed_only_where_they_are_ours(database_url: str) -> None:
    """Or whoever guesses says of every guess that it comes from somewhere else."""
    from app.factory import create_app  # noqa: PLC0415 - an application of its own settings.
    from app.settings import Settings  # noqa: PLC0415

    def refused(proxies: int) -> int:
        app = create_app(Settings(database_url, proxies=proxies))
        world = World(app.test_client(use_cookies=False))
        answers = []
        for number in range(21):
            body = {"handle": f"nobody-{proxies}-{number}", "password": "a guess"}
            forwarded = {"X-Forwarded-For": f"1.2.3.4, 198.51.100.{number}"}
            answers.append(world.client.post("/v1/sessions", json=body, headers=forwarded).status_code)
        app.extensions["hereabouts"].database.dispose()
        return answers.count(429)

    assert (refused(0), refused(1)) == (1, 0)
