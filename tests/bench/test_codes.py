from bench import codes
from bench.codes import PEER, Till, many_at_once
from tests.bench.shelter import contest_on


def test_every_code_names_somebody_and_every_reading_is_a_row(empty_url):
    found = many_at_once(contest_on(empty_url), codes=12)
    assert found.faults == []
    (together,), (apart,) = found.rounds["hereabouts"], found.rounds[PEER]
    assert 0 < together["p50_ms"] <= together["p99_ms"]
    assert together["codes_per_s"] > apart["codes_per_s"]


def test_a_code_that_names_nobody_is_a_fault(empty_url, monkeypatch):
    monkeypatch.setattr(codes, "TIMES", 1)
    shown = Till.shown
    monkeypatch.setattr(Till, "shown", lambda till: ["A" * 28, *shown(till)[1:]])
    found = many_at_once(contest_on(empty_url), codes=3)
    assert "hereabouts, round 0: 1 codes named nobody" in found.faults
    assert "hereabouts, round 0: 1 readings are no row" in found.faults
