import math
from dataclasses import replace
from functools import partial

import pytest

from bench.city import City
from bench.listeners import Heard
from bench.load import Answers
from bench.trial import Contest, Trial, faults, measure, of_answers, of_pushes, of_waits, run, watching
from tests.bench.hamlet import Hamlet, inhabited

CITY = City(span_deg=0.1, topics=5, people=20)


class Idle:
    """A cluster that costs nothing."""

    def cpu_s(self):
        return 0.0


TRIAL = Trial(CITY, CITY.watches(40), seconds=0.4, connections=4, per_second=100)
ALONE = replace(TRIAL, watches=())


def tried(hamlet, trial=TRIAL):
    """The figures of one round against the hamlet."""
    with inhabited(hamlet) as service, watching(trial, service) as listeners:
        return run(trial, service, Idle(), listeners, 0)


def test_an_honest_server_is_found_without_fault_in_every_round_but_the_first():
    with inhabited(Hamlet()) as service:
        measured = measure(TRIAL, Contest({"hamlet": service}, Idle(), rounds=1, seconds=0.4))
    (figures,) = measured.rounds["hamlet"]
    assert measured.faults == []
    assert figures["accepted"] > 10
    assert figures["expected"] > 10
    assert 0 < figures["push_p50_ms"] <= figures["push_p99_ms"] < 60_000


def test_watches_dealt_out_over_fewer_sockets_are_heard_once_a_socket():
    figures = tried(Hamlet(lambda audience: list(dict.fromkeys(audience))), replace(TRIAL, sockets=8))
    assert figures["expected"] > 10
    assert faults({"hamlet": [figures]}) == []


@pytest.mark.parametrize(
    ("tells", "broken"),
    [
        (lambda hamlet, audience: audience[1:], "missing"),
        (lambda hamlet, audience: audience + audience[:1], "twice"),
        (lambda hamlet, audience: [writer for writer, _ in hamlet.watches], "surplus"),
    ],
)
def test_a_server_that_tells_too_few_or_one_twice_or_strangers_is_found_out(tells, broken, monkeypatch):
    monkeypatch.setattr("bench.trial.PATIENCE_S", 0.3)
    hamlet = Hamlet()
    hamlet.tells = partial(tells, hamlet)
    figures = tried(hamlet)
    assert [name for name in ("missing", "twice", "surplus") if figures[name]] == [broken]


def test_only_a_201_is_an_accepted_check_in_and_owes_a_row():
    figures = tried(Hamlet(status=429), ALONE)
    assert figures["accepted"] == figures["rows_missing"] == 0 < figures["refused"]


def test_an_acknowledged_check_in_without_a_row_is_a_fault():
    hamlet = Hamlet()
    hamlet.number = lambda _: 0
    figures = tried(hamlet, ALONE)
    assert "acknowledged check-ins are not in the table" in faults({"hamlet": [figures]})[0]


def answers_of(*requests):
    answers = Answers()
    for status, sent_at, answered_at in requests:
        answers.note(status, sent_at, answered_at)
    return answers


def heard_of(*pushes):
    heard = Heard()
    for watcher, number, at in pushes:
        heard.watcher.append(watcher)
        heard.number.append(number)
        heard.at.append(at)
    return heard


def test_the_clock_runs_until_the_last_answer_and_until_the_last_push():
    answers = answers_of((201, 10.0, 10.5), (201, 10.1, 11.0), (500, 10.2, 10.6), (201, 10.3, 10.8))
    figures = of_answers(answers, heard_of((0, 0, 12.0)))
    assert figures["accepted"] == 3
    assert figures["refused"] == 1
    assert figures["posts_per_s"] == pytest.approx(3.0)
    assert figures["settled_per_s"] == pytest.approx(1.5)
    assert figures["p50_ms"] == pytest.approx(500)
    assert figures["p99_ms"] == pytest.approx(900)


def test_pushes_are_compared_one_by_one():
    heard = heard_of((0, 1, 1.0), (0, 1, 1.1), (0, 1, 1.2), (2, 1, 1.3))
    figures = of_pushes({(0, 1), (1, 1)}, heard)
    assert (figures["missing"], figures["twice"], figures["surplus"]) == (1, 2, 1)


def test_a_wait_begins_when_its_own_check_in_was_sent_and_only_pushes_due_are_timed():
    answers = answers_of((201, 10.0, 10.5), (201, 20.0, 20.5))
    late, stray = (0, 99, 20.0), (7, 100, 99.0)
    heard = heard_of((0, 101, 20.25), late, (1, 100, 10.125), stray)
    figures = of_waits(answers, heard, {(0, 101), (1, 100)}, first=100)
    assert (figures["push_p50_ms"], figures["push_p99_ms"]) == (125, 250)


def test_where_nobody_hears_there_is_no_wait():
    assert math.isnan(of_waits(answers_of((201, 1.0, 2.0)), Heard(), set(), 0)["push_p50_ms"])
