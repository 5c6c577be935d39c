"""The score counts what came, and times pushes that were quicker than the answer to their post."""

from random import Random
from typing import Any

from tests.town.rows import CORNER, check_in_rows
from town.reference.heard import Listener
from town.replay.phones import Answered
from town.replay.score import Score
from town.stage.cast import Player
from town.stage.ears import CheckInHeard, Ear, Geometry, Properties
from town.stage.plan import plan_of

ACTS = plan_of(check_in_rows(6, people=2), 600, Random(1)).acts
PLAYER = Player("p", "h", "t")


def ear() -> Ear:
    return Ear(Listener(0, "p", frozenset(), ()), PLAYER)


def answered(number: int, *memberships: str) -> Answered:
    answer: dict[str, Any] = {"id": f"c{number}", "memberships": [{"id": each} for each in memberships]}
    return Answered(ACTS[number], float(number), 0.0, answer)


def push(check_in_id: str, at: float) -> tuple[float, CheckInHeard]:
    return at, CheckInHeard(check_in_id, Geometry((CORNER.lon, CORNER.lat)), Properties("exact", ()))


def test_a_push_is_timed_though_it_came_before_the_answer() -> None:
    listening = ear()
    score = Score([listening])

    listening.check_ins.append(push("c1", 1.25))
    score.catch_up()
    assert score.latencies_ms == []

    score.note(answered(1))
    listening.check_ins.append(push("c1", 1.5))
    score.catch_up()
    score.catch_up()
    assert sorted(score.latencies_ms) == [250.0, 500.0]


def test_memberships_count_when_they_open_not_when_they_last() -> None:
    score = Score([])

    for each in (answered(0, "a"), answered(2, "a", "b"), answered(4, "b"), answered(1, "a")):
        score.note(each)

    assert score.opened == 3


def test_refusals_are_counted_by_what_they_were() -> None:
    score = Score([])

    score.note(Answered(ACTS[0], 0.0, 0.0, None, "unavailable"))

    assert (score.done, dict(score.refused)) == (1, {"unavailable": 1})
