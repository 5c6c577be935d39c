"""What was missed while away comes back: in order, each once, whichever server one comes back to."""

import itertools
import random
import secrets
import threading
import time
from collections.abc import Iterator

import pytest

from tests.served import Phone, Served, serving
from tests.world import CAFE, point

HERE = {"lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 1000}


@pytest.fixture(scope="module")
def served(database_url: str) -> Iterator[Served]:
    with serving(database_url, workers=2) as server:
        yield server


class Chatterbox(threading.Thread):
    """Checks in fifty times a second, and takes one in ten back, on a new connection each time."""

    def __init__(self, phone: Phone, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._phone = phone
        self._stop_event = stop
        self.made: list[str] = []
        self.removed: list[str] = []

    def run(self) -> None:
        for number in itertools.count():
            if self._stop_event.wait(0.02):
                return
            made = self._phone.post("/check-ins", {"position": point(CAFE), "text": str(number)})
            self.made.append(made["id"])
            if number % 10 == 9:
                self._phone.delete(f"/check-ins/{made['id']}")
                self.removed.append(made["id"])


def test_a_phone_that_comes_and_goes_hears_everything_once_and_in_order(served: Served) -> None:
    stop = threading.Event()
    talkers = [Chatterbox(Phone(served, f"t-{secrets.token_hex(4)}"), stop) for _ in range(3)]
    listener = Phone(served, f"l-{secrets.token_hex(4)}")
    listener.connect()
    cursor = listener.say("watch", {"circle": HERE, "snapshot": 0})["cursor"]
    for each in talkers:
        each.start()
    chance = random.Random(7)
    for _ in range(12):
        stop.wait(chance.random() * 0.4)
        listener.disconnect()
        cursor = listener.heard[-1][1]["cursor"] if listener.heard else cursor
        stop.wait(chance.random() * 0.3)
        listener.connect()
        answer = listener.say("watch", {"circle": HERE, "since": cursor})
        assert answer["recovered"] is True
        cursor = answer["cursor"]
    stop.set()
    for each in talkers:
        each.join()
    made = {check_in for each in talkers for check_in in each.made}
    removed = {check_in for each in talkers for check_in in each.removed}
    last = talkers[0].made[-1] if talkers[0].made[-1] not in removed else talkers[0].removed[-1]
    listener.wait_until(lambda: any(said["id"] == last for _, said in listener.heard))
    time.sleep(0.5)
    heard = listener.heard
    told_made = [said["id"] for name, said in heard if name == "check_in"]
    told_removed = [said["id"] for name, said in heard if name == "check_in_removed"]
    assert len(told_made) == len(set(told_made))
    assert len(told_removed) == len(set(told_removed))
    assert set(told_removed) == removed
    # One that was taken back before it could be told again is gone from the tables, and so is not told.
    assert made - set(told_made) <= removed
    assert set(told_made) <= made
    for each in talkers:
        order = [check_in for check_in in told_made if check_in in set(each.made)]
        assert order == sorted(order)


def test_answers_come_again_to_whoever_was_away_and_go_again(served: Served) -> None:
    ana, bob, eve = (Phone(served, f"{name}-{secrets.token_hex(4)}") for name in ("ana", "bob", "eve"))
    eve.connect()
    eve.say("watch", {"circle": HERE, "snapshot": 0})
    path = f"/check-ins/{ana.post('/check-ins', {'position': point(CAFE)})['id']}/replies"
    answer = bob.post(path, {"text": "in ten minutes"})
    (heard,) = eve.wait_for(1, "reply")
    eve.disconnect()
    bob.delete(f"{path}/{answer['id']}")
    late = ana.post(path, {"text": "too late"})
    eve.connect()
    assert eve.say("watch", {"circle": HERE, "since": heard["cursor"]})["recovered"] is True
    assert [said["id"] for said in eve.wait_for(2, "reply")] == [answer["id"], late["id"]]
    assert [said["id"] for said in eve.wait_for(1, "reply_removed")] == [answer["id"]]
    eve.disconnect()


class Answerer(threading.Thread):
    """Answers one check-in again and again, from one of several people, to whichever process."""

    def __init__(self, phone: Phone, path: str) -> None:
        super().__init__(daemon=True)
        self._phone, self._path = phone, path
        self.made: list[str] = []

    def run(self) -> None:
        for number in range(25):
            self.made.append(self._phone.post(self._path, {"text": str(number)})["id"])


def test_of_many_answers_at_once_none_is_missed_by_who_comes_and_goes(served: Served) -> None:
    ana, eve = (Phone(served, f"{name}-{secrets.token_hex(4)}") for name in ("ana", "eve"))
    eve.connect()
    cursor = eve.say("watch", {"circle": HERE, "snapshot": 0})["cursor"]
    path = f"/check-ins/{ana.post('/check-ins', {'position': point(CAFE)})['id']}/replies"
    answerers = [Answerer(Phone(served, f"b-{secrets.token_hex(4)}"), path) for _ in range(4)]
    for each in answerers:
        each.start()
    chance = random.Random(3)
    while any(each.is_alive() for each in answerers):
        time.sleep(chance.random() * 0.2)
        eve.disconnect()
        cursor = eve.heard[-1][1].get("cursor", cursor) if eve.heard else cursor
        eve.connect()
        answer = eve.say("watch", {"circle": HERE, "since": cursor})
        assert answer["recovered"] is True
        cursor = answer["cursor"]
    made = {reply for each in answerers for reply in each.made}
    assert len(made) == 100
    eve.wait_until(lambda: made <= {said["id"] for name, said in eve.heard if name == "reply"})
    told = [said["id"] for name, said in eve.heard if name == "reply" and said["id"] in made]
    assert len(told) == len(made)
    eve.disconnect()
