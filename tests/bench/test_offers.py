"""The market town, and B11 on a small one: what its figures promise of themselves."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from bench import offers, offers_elsewhere, offers_heard
from bench.install import INSTALLED
from bench.market import Market, had_before, hours, offered
from bench.offers import OURS, PLAIN, settled, through_the_gate
from tests.bench.shelter import contest_on

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SMALL = Market(people=400, communities=60, offers=300, span_deg=0.03)


def test_the_same_market_is_the_same_again():
    one, other = offered(SMALL, NOW), offered(SMALL, NOW)
    assert one.ids == other.ids
    assert (one.rings == other.rings).all()
    assert list(had_before(SMALL, one)) == list(had_before(SMALL, other))
    assert SMALL.movers(3, 50) == SMALL.movers(3, 50) != SMALL.movers(4, 50)


def test_nobody_moves_twice_in_a_round_and_nobody_had_an_offer_twice():
    assert len(set(SMALL.movers(0, 400))) == 400
    had = [(person, offer) for person, offer, _ in had_before(SMALL, offered(SMALL, NOW))]
    assert len(set(had)) == len(had) > 0


def test_an_offer_comes_through_a_community_on_a_topic_that_both_share():
    there, shared, joined = offered(SMALL, NOW), SMALL.shared(), SMALL.joined()
    for person, offer, community in had_before(SMALL, there):
        assert community in joined[person]
        assert set(there.topics[offer]) & set(shared[community].tolist())


@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=20), NOW.replace(day=29, hour=23)])
def test_hours_are_now_or_at_another_time_and_never_end_within_six_hours(now: datetime):
    drawn = hours(np.random.default_rng(1), now, 300, always=0.4, open_now=0.4)
    minute = now.weekday() * 1440 + now.hour * 60
    is_open = Counter(
        tuple(holds(spans, (minute + later) % 10_080) for later in (-350, 0, 350)) for spans in drawn if spans
    )
    assert set(is_open) == {(True,) * 3, (False,) * 3}
    assert None in drawn


def holds(spans: str, minute: int) -> bool:
    bounds = spans.strip("{}[)").split("),[")
    return any(int(begin) <= minute < int(end) for begin, end in (each.split(",") for each in bounds))


@pytest.fixture
def without_koncorde(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not be installed; then only what needs no peer is tried."""
    if not (INSTALLED / "koncorde" / "node_modules").is_dir():
        monkeypatch.setattr(offers, "PEERS", ())


@pytest.mark.usefixtures("without_koncorde")
def test_the_gate_gives_what_the_plain_query_gives_and_pushes_it(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(offers, "MATCHED", 100)
    contest = contest_on(empty_url)
    with settled(contest.cluster, SMALL) as town:
        # Long enough for what is rare to be met, however slow the machine is.
        found = list(through_the_gate(replace(contest, seconds=3.0), town))
        heard = offers_heard.until_offered(contest, town)
    assert not any(each.faults for each in found)
    assert found[0].peer == PLAIN
    (figures,) = found[0].rounds[OURS]
    assert figures["delivered"] > 0
    assert all(figures[f"withheld_{each}"] > 0 for each in ("activity", "community", "budget", "quantity"))
    assert heard.faults == []
    assert heard.rounds[OURS][0]["expected"] > 0


def test_what_is_given_otherwise_is_a_fault(empty_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(offers, "PEERS", ())
    monkeypatch.setattr(offers, "due", lambda *_: set())
    contest = contest_on(empty_url)
    with settled(contest.cluster, SMALL) as town:
        found = next(iter(through_the_gate(contest, town)))
    assert any("matched to something else" in fault for fault in found.faults)


def test_where_no_offer_is_none_is_found_however_many_are_elsewhere(empty_url: str, tmp_path, monkeypatch):
    monkeypatch.setattr(offers_elsewhere, "PEOPLE", 200)
    monkeypatch.setattr(offers_elsewhere, "COMMUNITIES", 30)
    found = offers_elsewhere.elsewhere(contest_on(empty_url), (0, 100), tmp_path / "offers.svg")
    assert found.faults == []
    assert [len(rounds) for rounds in found.rounds.values()] == [1, 1]
    assert "the plain query" in (tmp_path / "offers.svg").read_text()
