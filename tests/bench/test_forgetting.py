import pytest

from bench import forgetting
from bench.forgetting import PEER, Street, after_a_change, after_leaving
from tests.bench.shelter import contest_on


def test_a_socket_forgets_all_that_a_contract_closes_and_nothing_else(empty_url):
    little, more = after_a_change(contest_on(empty_url), said=(1, 4))
    assert little.faults == more.faults == []
    (figures,) = more.rounds["hereabouts"]
    assert figures["expected"] == 4
    assert 0 < figures["first_ms"] <= figures["last_ms"]


def test_a_socket_forgets_all_of_who_leaves_and_no_row_stays(empty_url):
    found = after_leaving(contest_on(empty_url), said=3)
    assert found.faults == []
    assert {name: rounds[0]["expected"] for name, rounds in found.rounds.items()} == {
        "hereabouts": 3,
        PEER: 3,
    }


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        (lambda made: [*made, 7], "hereabouts, round 0: 1 check-ins are still shown"),
        (lambda made: made[1:], "hereabouts, round 0: 1 were told of that nobody took back"),
    ],
)
def test_what_a_socket_is_told_is_compared_one_by_one(empty_url, monkeypatch, claims, fault):
    monkeypatch.setattr(forgetting, "PATIENCE_S", 0.5)
    say = Street.say
    monkeypatch.setattr(Street, "say", lambda *given: claims(say(*given)))
    (found,) = after_a_change(contest_on(empty_url), said=(2,))
    assert fault in found.faults
