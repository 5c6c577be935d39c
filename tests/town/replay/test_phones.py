"""Phones say their check-ins in order, one at a time, and the next only when the gate has looked."""

from collections import Counter
from random import Random
from typing import Any, cast

import gevent
import pytest

from tests.town.rows import check_in_rows
from town.api import Api, NoServer, Refused
from town.replay import phones
from town.replay.phones import Answered, Phones
from town.stage.cast import Cast, Player
from town.stage.plan import plan_of

PLAN = plan_of(check_in_rows(30, people=3), 60_000, Random(1))
CAST = Cast(users={str(number): Player(f"p{number}", f"h{number}", f"t{number}") for number in range(3)})


class Server:
    """Takes a moment for each post, and keeps who said what."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.at_once: Counter[str] = Counter()
        self.most_at_once = 0
        self.trouble: list[Exception] = []

    def post(self, path: str, body: dict[str, Any], token: str, key: str) -> dict[str, Any]:
        self.at_once[token] += 1
        self.most_at_once = max(self.most_at_once, self.at_once[token])
        gevent.sleep(0.002)
        self.at_once[token] -= 1
        if self.trouble:
            raise self.trouble.pop()
        self.said.append((token, key))
        return {"id": key}


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "PAUSE_S", 0.001)


def play(server: Server, before_next: Any = lambda _: None) -> list[Answered]:
    answers: list[Answered] = []
    Phones(cast(Api, server), CAST, "run", answers.append, before_next).play(PLAN.acts)
    return answers


def test_everything_is_said_once_and_in_each_persons_order() -> None:
    server = Server()

    answers = play(server)

    assert sorted(answer.act.number for answer in answers) == list(range(30))
    for token in ("t0", "t1", "t2"):
        numbers = [int(key.removeprefix("run-")) for said_by, key in server.said if said_by == token]
        assert numbers == sorted(numbers)
        assert len(numbers) == 10


def test_nobody_says_two_things_at_once() -> None:
    server = Server()

    play(server)

    assert server.most_at_once == 1


def test_the_next_thing_waits_for_what_must_come_before() -> None:
    waited: list[Answered] = []

    answers = play(Server(), waited.append)

    assert len(waited) == len(answers) - len(CAST.users)


def test_a_refusal_is_kept_and_the_play_goes_on() -> None:
    server = Server()
    server.trouble = [Refused(503, {"type": "/v1/problems/unavailable"}), NoServer("gone")]

    answers = play(server)

    assert Counter(answer.refusal for answer in answers) == {"": 28, "unavailable": 1, "no-answer": 1}
