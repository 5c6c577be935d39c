"""Whatever dies, whenever: nothing acknowledged is lost, and nothing is there twice."""

import itertools
import secrets
import threading
import time
from collections.abc import Iterator

import psycopg2
import pytest
import requests
from sqlalchemy import make_url

from tests.served import Phone, Served, serving
from tests.world import CAFE, point

KILLS = 6
PHONES = 6


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:
    with serving(database_url) as server:
        yield server


class StubbornPhone(threading.Thread):
    """Checks in again and again, and retries each check-in with its key until it is acknowledged."""

    def __init__(self, phone: Phone, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._phone = phone
        self._stop_event = stop
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        for number in itertools.count():
            if self._stop_event.is_set():
                return
            key = f"{self._phone.handle}-{number}"
            self.acknowledged[key] = self._until_acknowledged(key)

    def _until_acknowledged(self, key: str) -> str:
        body = {"position": point(CAFE), "text": key}
        while True:
            try:
                answer = self._phone.ask("POST", "/check-ins", body, key)
            except requests.RequestException:
                time.sleep(0.02)
                continue
            if answer.status_code == 201:
                return str(answer.json()["id"])
            assert answer.status_code == 503, answer.text
            time.sleep(0.02)


def _written(database_url: str) -> list[tuple[str, str]]:
    url = make_url(database_url).set(drivername="postgresql")
    with (
        psycopg2.connect(url.render_as_string(hide_password=False)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT text, id::text FROM check_ins")
        return [(text, check_in_id) for text, check_in_id in cursor.fetchall()]


def test_killed_again_and_again_it_loses_nothing_and_doubles_nothing(
    served: Served, database_url: str
) -> None:
    stop = threading.Event()
    phones = [StubbornPhone(Phone(served, f"phone-{secrets.token_hex(4)}"), stop) for _ in range(PHONES)]
    for each in phones:
        each.start()
    for round_ in range(KILLS):
        time.sleep(0.15 + 0.07 * round_)
        served.kill()
        served.start()
    time.sleep(0.3)
    stop.set()
    for each in phones:
        each.join()
    acknowledged = {key: made for each in phones for key, made in each.acknowledged.items()}
    assert len(acknowledged) > KILLS * PHONES
    assert sorted(_written(database_url)) == sorted(acknowledged.items())


def test_when_the_database_drops_every_connection_phones_get_through_by_retrying(
    served: Served, database_url: str
) -> None:
    stop = threading.Event()
    phones = [StubbornPhone(Phone(served, f"phone-{secrets.token_hex(4)}"), stop) for _ in range(PHONES)]
    before = set(_written(database_url))
    for each in phones:
        each.start()
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    for _ in range(KILLS):
        time.sleep(0.2)
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    time.sleep(0.3)
    stop.set()
    for each in phones:
        each.join()
    acknowledged = {key: made for each in phones for key, made in each.acknowledged.items()}
    assert sorted(set(_written(database_url)) - before) == sorted(acknowledged.items())


def test_asked_to_stop_it_finishes_what_is_in_hand(served: Served, database_url: str) -> None:
    phone = Phone(served, f"phone-{secrets.token_hex(4)}")
    answers: list[requests.Response] = []
    body = {"check_ins": [{"position": point(CAFE), "text": str(number)} for number in range(500)]}
    asking = threading.Thread(target=lambda: answers.append(phone.ask("POST", "/check-ins/batch", body)))
    asking.start()
    time.sleep(0.05)
    assert served.stop() == 0
    asking.join()
    assert answers[0].status_code == 200
    assert {each["status"] for each in answers[0].json()["results"]} == {201}


def test_killed_between_a_check_in_and_its_mentions_it_passes_over_nobody(served: Served) -> None:
    bob = Phone(served, f"bob-{secrets.token_hex(4)}")
    ana = Phone(served, f"ana-{secrets.token_hex(4)}")
    said = [{"position": point(CAFE), "text": f"@{bob.handle} {number}"} for number in range(200)]
    made = ana.ask("POST", "/check-ins/batch", {"check_ins": said})
    served.kill()
    assert {each["status"] for each in made.json()["results"]} == {201}
    served.start()
    ends = time.monotonic() + 60
    while (named := _named(bob)) != {each["text"] for each in said}:
        assert time.monotonic() < ends, f"{len(said) - len(named)} were passed over"
        time.sleep(0.5)


def _named(phone: Phone) -> set[str]:
    """The words in which somebody finds themselves named."""
    found: list[str] = []
    path = "/me/mentions?limit=100"
    while path:
        answer = phone.ask("GET", path)
        found += [each["text"] for each in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "").removeprefix("/v1")
    assert len(found) == len(set(found)), "nobody is told twice"
    return set(found)
