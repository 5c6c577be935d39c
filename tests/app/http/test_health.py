"""Health: whether the process lives, whether it can serve, and what it counts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from flask import Flask
from prometheus_client import Counter, values
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from app.db import Database
from app.errors import Unavailable
from app.factory import create_app
from app.settings import Settings
from tests.world import CAFE, Json, World, eventually, problem_in

AWAY = OperationalError("SELECT 1", {}, psycopg2.OperationalError("host=secret password=secret"))


def ready(world: World) -> tuple[int, Json]:
    answer = world.client.get("/readyz")
    assert answer.mimetype == "application/json"
    return answer.status_code, answer.get_json(force=True)


@pytest.fixture
def checks(app: Flask) -> Iterator[dict[str, Callable[[], str | None]]]:
    """The readiness checks, put back afterwards."""
    checks = app.extensions["hereabouts.checks"]
    before = dict(checks)
    yield checks
    checks.clear()
    checks.update(before)


@pytest.fixture
def away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database answers nobody."""

    def fail(*_: object, **__: object) -> object:
        raise AWAY

    monkeypatch.setattr(database.engine.pool, "connect", fail)


def test_a_process_that_lives_says_so(world: World) -> None:
    answer = world.client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"alive": True})


@pytest.mark.usefixtures("away")
def test_it_lives_without_a_database(world: World) -> None:
    """Or it would be started again and again while there is nothing wrong with it."""
    assert world.client.get("/healthz").status_code == 200


def test_it_is_ready_when_all_is_there(world: World) -> None:
    assert ready(world) == (200, {"ready": True, "failing": {}})


@pytest.mark.usefixtures("away")
def test_it_is_not_ready_while_the_database_is_away(world: World) -> None:
    status, said = ready(world)
    assert (status, said["ready"], list(said["failing"])) == (503, False, ["database"])
    assert "database is not answering" in said["failing"]["database"]
    assert "secret" not in str(said)


def test_it_is_ready_again_when_the_database_is_back(world: World, database: Database) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.engine.pool, "connect", lambda: (_ for _ in ()).throw(AWAY))
        assert ready(world)[0] == 503
    assert ready(world)[0] == 200


def test_connections_that_broke_meanwhile_are_replaced(world: World, database: Database) -> None:
    another = create_engine(database.engine.url)
    with another.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    another.dispose()
    assert ready(world)[0] == 200
    assert world.client.get("/v1/topics").status_code == 200


def test_every_check_is_named_with_what_is_wrong(
    world: World, checks: dict[str, Callable[[], str | None]]
) -> None:
    def breaks() -> str | None:
        raise RuntimeError("the secret of the house")

    def is_away() -> str | None:
        raise Unavailable("It is away.")

    checks |= {"a": lambda: "it leaks", "b": lambda: None, "c": breaks, "d": is_away}
    status, said = ready(world)
    assert (status, said["ready"]) == (503, False)
    assert said["failing"] == {
        "a": "it leaks",
        "c": "the check itself failed; the log says why",
        "d": "It is away.",
    }


def test_anybody_may_ask_whether_it_is_well(world: World) -> None:
    for path in ("/healthz", "/readyz"):
        assert world.client.get(path, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "said", "status"),
    [
        ("127.0.0.1", "", 200),
        ("::1", "", 200),
        ("203.0.113.9", "", 403),
        ("203.0.113.9", "Bearer ", 403),
        ("203.0.113.9", "Bearer another-secret-word", 403),
        ("203.0.113.9", "Bearer the-secret-of-metrics", 200),
    ],
)
def test_counters_are_for_whoever_runs_it(database_url: str, address: str, said: str, status: int) -> None:
    app = create_app(Settings(database_url, metrics_token="the-secret-of-metrics"))
    answer = app.test_client().get(
        "/metrics", headers={"Authorization": said}, environ_base={"REMOTE_ADDR": address}
    )
    app.extensions["hereabouts"].database.dispose()
    assert answer.status_code == status
    assert "the-secret" not in repr(app.extensions["hereabouts"].settings)
    if status == 403:
        assert "HEREABOUTS_METRICS_TOKEN" in problem_in(answer)["detail"]


@pytest.mark.parametrize("said", ["", "Bearer ", "Bearer None"])
def test_without_a_secret_nobody_elsewhere_reads_counters(world: World, said: str) -> None:
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    answer = world.client.get("/metrics", headers={"Authorization": said}, environ_base=elsewhere)
    assert answer.status_code == 403


def counted(world: World) -> dict[str, float]:
    """All samples by name and labels."""
    answer = world.client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        sample.name + "".join(f"/{said}" for said in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_what_is_counted_can_be_read_by_prometheus(world: World) -> None:
    names = {name.partition("/")[0] for name in counted(world)}
    assert "hereabouts_offers_delivered_total" in names
    assert "process_cpu_seconds_total" in names


def test_a_delivered_offer_and_a_withheld_one_are_counted(world: World) -> None:
    topic = world.topic()
    world.offer([topic])
    ana, bob = world.person("Ana"), world.person("Bob")
    for person in (ana, bob):
        person.joins(world.community(topics=[topic]))
    before = counted(world)
    ana.welcomes_offers()
    for person in (bob, ana):
        person.checks_in(CAFE)
    eventually(lambda: ana.inbox)
    grown = {
        name: now - before.get(name, 0) for name, now in counted(world).items() if name.startswith("here")
    }
    assert grown["hereabouts_offers_delivered_total"] == 1
    # Whoever is considered again is counted again, so there may be more than one.
    withheld = {name for name, by in grown.items() if "withheld_total" in name and by}
    assert withheld == {"hereabouts_offers_withheld_total/consent"}


def test_the_counts_of_all_processes_are_added_up(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for process in (11, 22):
        monkeypatch.setattr(values, "ValueClass", _values_of(process))
        monkeypatch.setattr("prometheus_client.metrics.values.ValueClass", values.ValueClass)
        Counter("bells", "Bells rung", registry=None).inc(process)
    assert counted(world)["bells_total"] == 33


def _values_of(process: int) -> Any:
    return values.MultiProcessValue(lambda: process)  # type: ignore[no-untyped-call]


def test_no_figure_names_a_person_or_a_place(world: World) -> None:
    ana = world.person("Ana")
    ana.checks_in(CAFE, "a secret place")
    text = world.client.get("/metrics").get_data(as_text=True)
    for private in (ana.handle, ana.id, ana.token, "a secret place", str(CAFE.lat)):
        assert private not in text
