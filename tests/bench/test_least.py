from psycopg2.extensions import parse_dsn

from bench import checkins, least
from bench.checkins import PEER, PROMISED_PER_S
from bench.database import Database
from bench.trial import Contest, Measured, Trial, measure
from tests.bench.test_trial import CITY, Idle

FIGURES = {"push_p50_ms": 3.0, "push_p99_ms": 6.0, "expected": 9.0, "cpu_us": 1.0, "database_cpu_us": 1.0}


def test_the_least_keeps_every_check_in_and_tells_everyone_who_watches(empty_url):
    database = Database(parse_dsn(empty_url.replace("+psycopg2", "", 1)))
    trial = Trial(CITY, CITY.watches(40), seconds=0.4, connections=4, per_second=100)
    with least.running(database) as service:
        measured = measure(trial, Contest({least.NAME: service}, Idle(), rounds=1, seconds=0.4))
    (figures,) = measured.rounds[least.NAME]
    assert measured.faults == []
    assert figures["accepted"] > 10
    assert figures["expected"] > 10


def test_nothing_is_promised_of_the_yardstick(monkeypatch):
    rounds = {name: [FIGURES] for name in ("hereabouts", PEER, least.NAME)}
    monkeypatch.setattr(checkins, "measure", lambda *_: Measured(rounds, []))
    found = checkins.until_heard(Contest({}, Idle(), rounds=1, seconds=0.4), PROMISED_PER_S)
    judged = {
        (row.contestant, row.figure.name): row.is_met
        for row in found.rows
        if row.figure.name.startswith("push")
    }
    assert judged == {
        ("hereabouts", "push_p50_ms"): False,
        ("hereabouts", "push_p99_ms"): False,
        (least.NAME, "push_p50_ms"): None,
        (least.NAME, "push_p99_ms"): None,
    }
