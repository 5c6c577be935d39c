"""The interval of a lift holds the truth as often as stated; a wrong one does not, and that would be seen here."""

from collections.abc import Callable
from statistics import NormalDist

import pytest

from app.returns.lift import Group, Interval, of_shares
from bench.lifts import LIFTS, World, covered, covered_amounts, draw, table

WORLDS = 4_000


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("people", [1_000, 20_000])
def test_it_holds_the_truth_as_often_as_stated(people: int, lift: float) -> None:
    assert covered(World(people, lift), WORLDS, seed=people).is_as_stated


def swapped(shown: Group, held_out: Group) -> Interval:
    return of_shares(held_out, shown)


def without_the_others_share(shown: Group, held_out: Group) -> Interval:
    """As if the smaller group were known for sure."""
    return of_shares(shown, Group(10**9, round(10**9 * held_out.share)))


def of_the_same_size(shown: Group, held_out: Group) -> Interval:
    """As if a tenth were half."""
    return of_shares(shown, Group(shown.people, round(shown.people * held_out.share)))


def ninety(shown: Group, held_out: Group) -> Interval:
    found = of_shares(shown, held_out)
    less = NormalDist().inv_cdf(0.95) / NormalDist().inv_cdf(0.975)
    ends = (found.value - less * (found.value - found.low), found.value + less * (found.high - found.value))
    return Interval(found.value, *ends)


@pytest.mark.parametrize("wrong", [swapped, without_the_others_share, of_the_same_size, ninety])
def test_a_wrong_interval_would_be_seen(wrong: Callable[[Group, Group], Interval]) -> None:
    assert not covered(World(1_000, 0.05), WORLDS, 1, wrong).is_as_stated


@pytest.mark.parametrize("lift", LIFTS)
def test_amounts_are_held_about_as_often(lift: float) -> None:
    found = covered_amounts(World(5_000, lift), 120, seed=2)
    assert 0.88 <= found.share <= 1


def test_the_same_worlds_draw_the_same_picture(tmp_path: object) -> None:
    found = [covered(World(people, lift), 50, 1) for people in (1_000, 2_000) for lift in LIFTS]
    for name in ("one.svg", "two.svg"):
        draw({"who came": found}, tmp_path / name)  # type: ignore[operator]
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()  # type: ignore[operator]
    assert len(list(table("who came", found))) == 4
