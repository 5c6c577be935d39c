"""Allowances: a burst, then a steady rate, and never more of either."""

from hypothesis import given
from hypothesis import strategies as st

from app.allowance import Allowance, Allowances, Rate

BURST, A_SECOND = RATE = Rate(5, 0.5)
#: Seconds between two attempts, in eighths, which add up without an error.
PAUSES = st.lists(st.integers(0, 40).map(lambda eighths: eighths / 8), max_size=60)


def allowed(pauses: list[float]) -> list[float]:
    """When something was allowed."""
    now, allowance, when = 0.0, Allowance(RATE, 0.0), []
    for pause in pauses:
        now += pause
        if not allowance.spend(now):
            when.append(now)
    return when


@given(PAUSES)
def test_in_no_stretch_of_time_is_more_allowed_than_the_burst_and_the_rate(pauses: list[float]) -> None:
    when = allowed(pauses)
    for first, began in enumerate(when):
        for last, ended in enumerate(when[first:], first):
            assert last - first + 1 <= BURST + (ended - began) * A_SECOND


@given(PAUSES)
def test_whoever_waits_as_long_as_told_is_allowed_and_not_a_moment_sooner(pauses: list[float]) -> None:
    now, allowance = 0.0, Allowance(RATE, 0.0)
    for pause in pauses:
        now += pause
        if wait_s := allowance.spend(now):
            assert 0 < wait_s <= 1 / A_SECOND
            assert allowance.spend(now + wait_s * 0.9) > 0
            now += wait_s
            assert allowance.spend(now) == 0


def test_what_is_given_back_may_be_spent_again_and_no_more_than_that() -> None:
    allowance = Allowance(RATE, 0.0)
    assert [allowance.spend(0.0) for _ in range(6)] == [0, 0, 0, 0, 0, 2]
    allowance.give_back()
    assert [allowance.spend(0.0), allowance.spend(0.0)] == [0, 2]
    for _ in range(20):
        allowance.give_back()
    assert [allowance.spend(0.0) for _ in range(6)] == [0, 0, 0, 0, 0, 2]


def test_each_has_their_own_and_the_longest_unused_is_forgotten() -> None:
    allowances = Allowances(most=2)
    for whom in ("ana", "bob", "ana", "cleo"):
        allowances.of(whom, Rate(1, 0.1), 0.0).spend(0.0)
    assert allowances.of("ana", Rate(1, 0.1), 0.0).spend(0.0) > 0
    assert allowances.of("bob", Rate(1, 0.1), 0.0).spend(0.0) == 0, "bob's was the longest unused"
