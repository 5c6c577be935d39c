from bench.questions import CEILINGS, all_asked
from tests.bench.shelter import contest_on


def test_every_question_finds_something_in_a_small_town(empty_url):
    found = all_asked(contest_on(empty_url), check_ins=20_000, people=200, communities=200)
    assert found.faults == []
    (figures,) = found.rounds["hereabouts"]
    assert {f"{question}_p95_ms" for question in CEILINGS} <= figures.keys()
    assert all(figures[f"{question}_p95_ms"] > 0 for question in CEILINGS)
