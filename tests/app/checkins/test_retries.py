"""The same check-in sent again: written once, answered the same."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.checkins.models import CheckIn
from app.factory import create_app
from app.http import idempotency
from app.settings import Settings
from tests.world import CAFE, Json, Someone, World, point

HOUR = timedelta(hours=1)
AT_ONCE = 12


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    """With a connection for everybody: here nothing makes the pool's own locks cooperative."""
    app = create_app(Settings(database_url, pool_size=AT_ONCE))
    yield app
    app.extensions["hereabouts"].database.dispose()


def written(session: Session, author: Someone) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(CheckIn.person_id == author.id)) or 0


def body(saying: str = "coffee?", **more: Any) -> Json:
    return {"position": point(CAFE), "text": saying, **more}


def test_the_same_key_with_the_same_body_gives_the_first_answer(world: World, session: Session) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    said = body(accuracy_m=12.5, topics=[world.topic()], activity="riding")
    first, second = (ana.asks("POST", "/check-ins", said, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_data() == second.get_data()
    assert written(session, ana) == 1


def test_every_digit_of_the_first_answer_comes_again(world: World) -> None:
    ana = world.person("Ana")
    said = body(accuracy_m=12.3456789012)
    first, second = (ana.asks("POST", "/check-ins", said, Idempotency_Key="k1") for _ in range(2))
    assert first.get_data() == second.get_data()


def test_it_says_that_it_is_the_first_answer_again(world: World) -> None:
    ana = world.person("Ana")
    first, second = (ana.asks("POST", "/check-ins", body(), Idempotency_Key="k1") for _ in range(2))
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]


def test_the_first_answer_comes_even_when_one_has_moved_on(world: World) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    first = ana.checks_in(key="k1")
    ana.checks_out()
    assert ana.checks_in(key="k1") == first
    assert ana.is_part_of == []


def test_the_same_key_with_another_body_is_refused(world: World, session: Session) -> None:
    ana = world.person("Ana")
    ana.checks_in(saying="coffee?", key="k1")
    problem = ana.is_refused("POST", "/check-ins", body("tea?"), Idempotency_Key="k1")
    assert (problem["status"], problem["type"]) == (422, "/v1/problems/idempotency-key-reused")
    assert "new key" in problem["detail"]
    assert written(session, ana) == 1


def test_a_key_used_elsewhere_is_refused(world: World) -> None:
    ana, topic = world.person("Ana"), f"interest:x-{world.seed}"
    ana.posts("/topics", {"key": topic}, Idempotency_Key="k1")
    assert ana.is_refused("POST", "/check-ins", body(), Idempotency_Key="k1")["status"] == 422
    ana.checks_in(key="k2")
    assert ana.is_refused("POST", "/topics", {"key": topic + "2"}, Idempotency_Key="k2")["status"] == 422


def test_everybody_has_keys_of_their_own(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    assert (
        ana.checks_in(saying="from Ana", key="k1")["id"] != bob.checks_in(saying="from Bob", key="k1")["id"]
    )


def test_without_a_key_every_word_counts(world: World, session: Session) -> None:
    ana = world.person("Ana")
    ana.checks_in(saying="coffee?")
    ana.checks_in(saying="coffee?")
    assert written(session, ana) == 2


def test_what_was_refused_may_be_put_right_under_the_same_key(world: World) -> None:
    ana = world.person("Ana")
    ana.is_refused("POST", "/check-ins", body(topics=[f"goal:nobody-{world.seed}"]), Idempotency_Key="k1")
    assert ana.checks_in(key="k1")["properties"]["text"] == ""


def test_a_key_is_good_for_24_hours(world: World, session: Session) -> None:
    ana = world.person("Ana")
    first = ana.checks_in(saying="coffee?", key="k1")
    with clock.travelling(24 * HOUR - timedelta(minutes=1)):
        assert ana.checks_in(saying="coffee?", key="k1")["id"] == first["id"]


def test_after_24_hours_a_key_may_be_used_for_something_else(world: World, session: Session) -> None:
    ana = world.person("Ana")
    first = ana.checks_in(saying="coffee?", key="k1")
    with clock.travelling(25 * HOUR):
        idempotency.forget_old(session, clock.now())
        session.commit()
        assert ana.checks_in(saying="tea?", key="k1")["id"] != first["id"]


def test_a_removed_check_in_does_not_come_back_by_a_retry(world: World, session: Session) -> None:
    ana = world.person("Ana")
    made = ana.checks_in(key="k1")
    ana.deletes(f"/check-ins/{made['id']}")
    assert ana.is_refused("POST", "/check-ins", body(""), Idempotency_Key="k1")["status"] == 404
    assert written(session, ana) == 0


@pytest.mark.parametrize("key", ["", "k" * 256, "é", "a\tb"])
@pytest.mark.parametrize("path", ["/check-ins", "/check-ins/batch", "/me/check-out", "/topics"])
def test_a_key_that_cannot_be_one_is_refused(world: World, session: Session, key: str, path: str) -> None:
    ana = world.person("Ana")
    bodies = {
        "/check-ins": body(),
        "/check-ins/batch": {"check_ins": [body()]},
        "/topics": {"key": "interest:x"},
    }
    problem = ana.is_refused("POST", path, bodies.get(path), Idempotency_Key=key)
    assert (problem["status"], "printable ASCII" in problem["detail"]) == (422, True)
    assert written(session, ana) == 0


def test_the_longest_key_works_for_many_at_once(world: World) -> None:
    ana = world.person("Ana")
    outcomes = ana.posts("/check-ins/batch", {"check_ins": [body(), body()]}, Idempotency_Key="k" * 255)[
        "results"
    ]
    assert [each["status"] for each in outcomes] == [201, 201]


def ids_in(results: Sequence[Json]) -> list[str]:
    return [each["check_in"]["id"] for each in results]


def test_many_at_once_are_written_once_under_one_key(world: World, session: Session) -> None:
    ana = world.person("Ana")
    many = {"check_ins": [body("one"), body("two"), body("two")]}
    first, second = (ana.posts("/check-ins/batch", many, Idempotency_Key="k1")["results"] for _ in range(2))
    assert ids_in(first) == ids_in(second)
    assert len(set(ids_in(first))) == written(session, ana) == 3


def test_many_at_once_under_a_key_of_others_are_refused(world: World, session: Session) -> None:
    ana = world.person("Ana")
    ana.posts("/check-ins/batch", {"check_ins": [body("one")]}, Idempotency_Key="k1")
    answer = ana.asks(
        "POST", "/check-ins/batch", {"check_ins": [body("one"), body("two")]}, Idempotency_Key="k1"
    )
    assert answer.status_code == 422
    assert written(session, ana) == 1


def test_each_of_many_may_have_a_key_of_its_own(world: World, session: Session) -> None:
    ana = world.person("Ana")
    one, two, three = (body(name, key=name) for name in ("one", "two", "three"))
    first = ana.posts("/check-ins/batch", {"check_ins": [one, two]})["results"]
    second = ana.posts("/check-ins/batch", {"check_ins": [two, three]})["results"]
    assert ids_in(first)[1] == ids_in(second)[0]
    assert written(session, ana) == 3


def test_one_key_twice_in_a_batch_is_one_check_in(world: World, session: Session) -> None:
    ana = world.person("Ana")
    results = ana.posts(
        "/check-ins/batch", {"check_ins": [body(key="k"), body(key="k"), body("tea?", key="k")]}
    )["results"]
    assert [each["status"] for each in results] == [201, 201, 422]
    assert len(set(ids_in(results[:2]))) == written(session, ana) == 1


def test_a_phone_may_retry_by_another_door(world: World, session: Session) -> None:
    ana = world.person("Ana")
    made = ana.checks_in(saying="coffee?", key="k1")
    (again,) = ana.posts("/check-ins/batch", {"check_ins": [body(key="k1")]})["results"]
    assert again["check_in"]["id"] == made["id"]
    assert written(session, ana) == 1


def test_many_retries_at_once_write_one_check_in(world: World, session: Session) -> None:
    ana = world.person("Ana")
    jobs = [gevent.spawn(ana.checks_in, saying="coffee?", key="k1") for _ in range(AT_ONCE)]
    answers = [job.get(timeout=20) for job in jobs]
    assert all(each == answers[0] for each in answers)
    assert written(session, ana) == 1


def test_retries_at_several_servers_at_once_write_one_check_in(
    world: World, database_url: str, session: Session
) -> None:
    """Each server with its own writer and connections, in a thread of its own as if it were a process."""
    ana = world.person("Ana")
    start = threading.Barrier(3)

    def server(app: Flask) -> set[str]:
        her = Someone(app.test_client(use_cookies=False), ana.handle, ana.id, ana.token)
        start.wait(20)
        made = {her.checks_in(saying=f"coffee {turn}?", key=f"k{turn}")["id"] for turn in range(8)}
        app.extensions["hereabouts"].database.dispose()
        return made

    with ThreadPoolExecutor(3) as pool:
        # Made one after the other: no process makes two at once, and Flask is not made for that.
        made = list(pool.map(server, [create_app(Settings(database_url)) for _ in range(3)]))
    assert made[0] == made[1] == made[2]
    assert written(session, ana) == 8
