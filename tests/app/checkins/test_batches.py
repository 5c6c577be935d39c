"""Many check-ins in one request: each succeeds or fails alone, in one round trip."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import gevent
import pytest
from sqlalchemy import create_engine, make_url, text

from app import clock
from app.checkins import writer as writers
from app.checkins.schemas import MOST_AT_ONCE
from geo import destination
from tests.app.conftest import Counting
from tests.world import CAFE, FAR_AWAY, Json, World, point

NOWHERE = "00000000-0000-7000-8000-000000000000"


def body(saying: str = "", **more: Any) -> Json:
    return {"position": point(CAFE), "text": saying, **more}


def test_each_has_its_result_in_the_order_sent(world: World) -> None:
    ana = world.person("Ana")
    texts = [f"number {place}" for place in range(50)]
    results = ana.posts("/check-ins/batch", {"check_ins": [body(each) for each in texts]})["results"]
    assert [each["check_in"]["properties"]["text"] for each in results] == texts
    assert ana.hears(f"person={ana.handle}&limit=100") == texts[::-1]


BAD: list[tuple[Any, str]] = [
    (body(place_id=NOWHERE), "unknown-place"),
    (body(topics=["interest:nobody-added-this"]), "unknown-topic"),
    (body(fixed_at="2099-01-01T00:00:00Z"), "fixed-in-the-future"),
    (body("x" * 281), "invalid"),
    ({"text": "no position"}, "invalid"),
    ({"position": {"type": "Point", "coordinates": [41.4, 95.0]}}, "invalid"),
    (body(key=""), "invalid"),
    (body(surprise=1), "invalid"),
    (None, "invalid"),
    (7, "invalid"),
    ([], "invalid"),
    ("a word", "invalid"),
]


@pytest.mark.parametrize(("bad", "kind"), BAD)
def test_a_bad_one_fails_alone(world: World, bad: Any, kind: str) -> None:
    ana = world.person("Ana")
    results = ana.posts("/check-ins/batch", {"check_ins": [body("before"), bad, body("after")]})["results"]
    assert [each["status"] for each in results[::2]] == [201, 201]
    assert results[1]["problem"]["type"] == f"/v1/problems/{kind}"
    assert results[1]["status"] == results[1]["problem"]["status"] == 422
    assert ana.hears(f"person={ana.handle}") == ["after", "before"]


def test_a_number_that_is_none_fails_alone(world: World) -> None:
    ana = world.person("Ana")
    sent = '{"check_ins": [{"position": {"type": "Point", "coordinates": [2.1, 41.4]}, "accuracy_m": NaN}]}'
    headers = {**ana.headers, "Content-Type": "application/json"}
    answer = world.client.post("/v1/check-ins/batch", data=sent, headers=headers)
    (result,) = answer.get_json()["results"]
    assert result["status"] == 422
    assert result["problem"]["errors"][0]["at"] == "/accuracy_m"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400, "1" + "0" * 30])
def test_a_number_beyond_all_bounds_fails_alone(world: World, number: str) -> None:
    ana = world.person("Ana")
    good = '{"position": {"type": "Point", "coordinates": [2.1, 41.4]}}'
    bad = f'{{"position": {{"type": "Point", "coordinates": [{number}, 41.4]}}, "accuracy_m": {number}}}'
    headers = {**ana.headers, "Content-Type": "application/json"}
    answer = world.client.post(
        "/v1/check-ins/batch", data=f'{{"check_ins": [{good}, {bad}]}}', headers=headers
    )
    assert [each["status"] for each in answer.get_json()["results"]] == [201, 422]


@pytest.mark.parametrize("how_many", [0, MOST_AT_ONCE + 1])
def test_none_and_too_many_are_refused(world: World, how_many: int) -> None:
    problem = world.person("Ana").is_refused("POST", "/check-ins/batch", {"check_ins": [body()] * how_many})
    assert (problem["status"], problem["errors"][0]["at"]) == (422, "/check_ins")


def test_as_many_as_one_may_send_are_written(world: World) -> None:
    results = world.person("Ana").posts("/check-ins/batch", {"check_ins": [body()] * MOST_AT_ONCE})["results"]
    assert [each["status"] for each in results] == [201] * MOST_AT_ONCE


def test_a_day_kept_offline_leaves_one_where_the_newest_fix_is(world: World) -> None:
    world.location(CAFE, "the last place", degrees=0.003)
    ana = world.person("Ana")
    now = clock.now()
    day = [
        {
            "position": point(destination(FAR_AWAY, 90, 100.0 * hour)),
            "fixed_at": (now - timedelta(hours=hour)).isoformat(),
        }
        for hour in range(1, 24)
    ]
    results = ana.posts("/check-ins/batch", {"check_ins": [body(fixed_at=now.isoformat()), *day]})["results"]
    assert {each["status"] for each in results} == {201}
    assert "the last place" in ana.is_part_of
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    assert [bool(each["check_in"]["memberships"]) for each in results] == [True] + [False] * 23


def test_a_check_in_is_one_round_trip_to_the_database(world: World, round_trips: Counting) -> None:
    world.location(CAFE)
    ana, topic = world.person("Ana"), world.topic()
    ana.checks_in(topics=[topic])
    with round_trips() as made:
        ana.checks_in(topics=[topic], key="k1", activity="riding")
        assert made() == 1


def test_a_batch_is_one_round_trip_to_the_database(world: World, round_trips: Counting) -> None:
    world.location(CAFE)
    ana, topic = world.person("Ana"), world.topic()
    ana.checks_in(topics=[topic])
    with round_trips() as made:
        ana.posts(
            "/check-ins/batch", {"check_ins": [body(topics=[topic], key=str(each)) for each in range(200)]}
        )
        assert made() == 1


def test_the_writer_takes_all_that_waits_at_once(world: World, round_trips: Counting) -> None:
    people = [world.person() for _ in range(10)]
    for person in people:
        person.checks_in()
    with round_trips() as made:
        jobs = [gevent.spawn(person.checks_in, saying="together") for person in people]
        gevent.joinall(jobs, timeout=10, raise_error=True)
        # One statement may run before all have queued; and there are the offers to look for.
        assert made() < len(people)


def test_when_too_many_wait_one_is_told_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = world.person("Ana")
    monkeypatch.setattr(writers, "MOST_WAITING", 0)
    answer = ana.asks("POST", "/check-ins", body())
    assert answer.status_code == 503
    assert answer.get_json(force=True)["type"] == "/v1/problems/unavailable"
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_writer_whose_connection_is_cut_goes_on_with_a_new_one(
    world: World, cut: Callable[[], None]
) -> None:
    ana = world.person("Ana")
    ana.checks_in(saying="before")
    cut()
    answer = ana.asks("POST", "/check-ins", body("during"), Idempotency_Key="k1")
    assert answer.status_code in {201, 503}
    assert ana.checks_in(saying="during", key="k1")["properties"]["text"] == "during"
    assert ana.hears(f"person={ana.handle}") == ["during", "before"]


@pytest.fixture
def cut(database_url: str) -> Callable[[], None]:
    """Ends all connections of the application, as a restarting database does."""

    def cutting() -> None:
        engine = create_engine(make_url(database_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            asked = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(asked, {"name": make_url(database_url).database})
        engine.dispose()

    return cutting
