import math
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.rounds import Spread, after_warm_up, interleave, of_rounds, percentile, ratio, ratios, spread

NUMBERS = st.lists(st.floats(-1e9, 1e9), min_size=1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3.0], Spread(3, 3, 3)), ([5.0, 1.0, 9.0], Spread(5, 1, 9)), ([4.0, 1.0, 2.0, 9.0], Spread(3, 1, 9))],
)
def test_a_spread_is_the_median_and_the_range(values, expected):
    assert spread(values) == expected


def test_no_rounds_have_no_spread():
    with pytest.raises(ValueError, match="at least one round"):
        spread([])


def test_ratios_are_taken_within_a_round_and_not_of_the_medians():
    ours = [{"per_s": 10.0}, {"per_s": 100.0}, {"per_s": 30.0}]
    theirs = [{"per_s": 1.0}, {"per_s": 50.0}, {"per_s": 10.0}]
    assert ratios(ours, theirs, "per_s") == Spread(3, 2, 10)
    assert of_rounds(ours, "per_s").median / of_rounds(theirs, "per_s").median == 3
    assert ratios(ours[:2], theirs[:2], "per_s") == Spread(6, 2, 10)


def test_a_round_of_one_alone_cannot_be_compared():
    with pytest.raises(ValueError, match="zip"):
        ratios([{"per_s": 1.0}], [], "per_s")


def test_nothing_below_is_infinitely_better_and_nothing_at_all_tells_nothing():
    assert ratio(1, 0) == math.inf
    assert math.isnan(ratio(0, 0))


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (0.991, 100), (1, 100), (0, 1)])
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile([float(value) for value in range(100, 0, -1)], share) == expected


@given(NUMBERS, st.floats(0, 1))
def test_at_least_the_share_lies_at_or_below_its_percentile_and_no_smaller_value_will_do(values, share):
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values)
    assert found == min(values) or sum(value < found for value in values) < share * len(values)


def test_everyone_runs_once_a_round_and_nobody_is_always_first():
    clock = count()
    began = {name: [] for name in "abc"}

    def contestant(name):
        return lambda number: began[name].append(next(clock)) or {"number": number}

    measured = interleave({name: contestant(name) for name in "abc"}, rounds=3)
    assert measured == {name: [{"number": 0}, {"number": 1}, {"number": 2}] for name in "abc"}
    assert began == {"a": [0, 5, 7], "b": [1, 3, 8], "c": [2, 4, 6]}


def test_the_warm_up_does_not_count():
    assert after_warm_up({"a": [{"per_s": 9.0}, {"per_s": 1.0}]}) == {"a": [{"per_s": 1.0}]}
