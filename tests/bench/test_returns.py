from bench.returns import reported
from tests.bench.shelter import contest_on


def test_a_report_of_a_small_town_tells_something(empty_url):
    found = reported(contest_on(empty_url), deliveries=30_000)
    assert found.faults == []
    (figures,) = found.rounds["hereabouts"]
    assert {"business_p95_ms", "offer_p95_ms", "counted_s"} <= figures.keys()
