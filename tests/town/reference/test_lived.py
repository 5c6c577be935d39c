"""What should come of a file lived through: small towns that anybody can count by hand."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from app.statistics.rules import Bucket, Cell, published
from geo import Position, destination
from town.reference.ground import Round
from town.reference.lived import (
    Belonging,
    Number,
    Openly,
    by_chance,
    kept_meeting,
    period_of,
    promised,
    spread,
    took_part,
)

CORNER = Position(41.4036, 2.1561)
MONDAY = datetime(2026, 10, 26, 12, tzinfo=UTC)
TEA = frozenset({"interest:tea"})


def said(person: str, day: int, metres: float = 0.0, topics: frozenset[str] = TEA) -> Openly:
    return Openly(person, destination(CORNER, 90, metres), MONDAY + timedelta(days=day), topics)


def people(days: tuple[int, ...], count: int, metres: float = 0.0) -> list[Openly]:
    return [said(f"p{number}", day, metres) for number in range(count) for day in days]


def found(everything: list[Openly], day: int = 28) -> int:
    place = Round(CORNER, 200.0)
    return kept_meeting(everything, "interest:tea", place, MONDAY + timedelta(days=day)).people


def test_who_comes_on_three_days_within_thirty_keeps_coming() -> None:
    assert found(people((1, 2, 3), 6)) == 6
    assert found(people((1, 2), 6)) == 0
    # Three on one day are one day; the first and the last are too far apart.
    assert found([*people((1, 1, 1), 6)]) == 0
    assert found(people((0, 15, 31), 6), day=40) == 0


def test_only_there_and_only_about_that() -> None:
    assert found(people((1, 2, 3), 6, metres=250.0)) == 0
    other = [
        said(f"p{number}", day, topics=frozenset({"interest:go"})) for number in range(6) for day in (1, 2, 3)
    ]
    assert found(other) == 0


def test_it_is_remembered_for_as_long_as_it_was_looked_back_on_and_not_foreseen() -> None:
    assert found(people((1, 2, 3), 5), day=33) == 5
    assert found(people((1, 2, 3), 5), day=64) == 0
    assert found(people((1, 2, 3), 5), day=2) == 0


def test_everybody_takes_part_once_and_in_three_communities() -> None:
    topics = {name: frozenset({f"interest:{name}"}) for name in "abcd"}
    since = MONDAY - timedelta(days=1)
    belonging = [Belonging("p", name, since) for name in "abcd"]
    everything = [
        said("p", day, topics=topics[name])
        for name, times in zip("abcd", (1, 2, 3, 2), strict=True)
        for day in range(times)
    ]
    assert list(took_part(everything, belonging, topics)) == [(date(2026, 10, 26), name, 1) for name in "bcd"]


def test_before_one_belonged_one_took_no_part() -> None:
    topics = {"a": TEA}
    joined = [Belonging("p", "a", MONDAY + timedelta(days=2)), Belonging("q", "a", MONDAY)]
    everything = [said("p", 1), said("p", 2), said("q", 1), said("q", 29)]
    counted = list(took_part(everything, joined, topics))
    assert counted == [(date(2026, 10, 26), "a", 1), (date(2026, 11, 23), "a", 1)]
    assert period_of(MONDAY - timedelta(days=1)) == date(2026, 9, 28)


def test_numbers_are_as_far_from_the_truth_as_chance_draws_them() -> None:
    drawn = of_many([round(each) for each in gauss(100, 3.0)])
    assert by_chance(drawn, 3.0)
    assert by_chance([], 3.0)
    assert by_chance(of_many([0, 0, 0]), 3.0)
    # The truth itself, half of the chance that was promised, twice as much, and a single one that is nowhere near.
    assert not by_chance(of_many([0] * 100), 3.0)
    assert not by_chance(of_many([round(each) for each in gauss(100, 1.5)]), 3.0)
    assert not by_chance(of_many([round(each) for each in gauss(100, 6.0)]), 3.0)
    assert not by_chance([*drawn, Number(119, 100)], 3.0)
    assert not by_chance([*drawn, Number(14, 4)], 3.0), "of four people nothing is ever said"


def of_many(apart: list[int]) -> list[Number]:
    return [Number(100 + each, 100) for each in apart]


def gauss(count: int, sigma: float) -> list[float]:
    chance = Random(7)
    return [chance.gauss(0.0, sigma) for _ in range(count)]


@pytest.mark.parametrize("people", [6, 10, 13, 14, 15, 20, 50])
def test_what_is_said_of_few_is_as_far_from_the_truth_as_it_must_be_to_be_said(people: int) -> None:
    """Drawn by the server's own rule, and worked out by the reference."""
    numbers = said_of([people] * 40_000)
    assert spread(numbers) == pytest.approx(promised(numbers, 3), rel=0.15 if people < 10 else 0.04)


@pytest.mark.parametrize(("falling", "more"), [(1_000.0, 0.0), (14.0, 0.09), (5.4, 0.45)])
def test_what_is_left_out_makes_the_rest_lie_further_apart_only_where_small_numbers_are_many(
    falling: float, more: float
) -> None:
    """Numbers of people that become fewer as exp(-n / falling) lie sqrt(sigma² + (sigma² / falling)²) apart."""
    chance = Random(7)
    exactly = [5 + int(chance.expovariate(1 / falling)) for _ in range(120_000)]
    numbers = said_of(exactly)
    assert promised(numbers, 3) == pytest.approx(3 + more, abs=0.07)
    assert spread(numbers) == pytest.approx(promised(numbers, 3), abs=0.05)
    assert by_chance(numbers, 3)


def said_of(exactly: list[int]) -> list[Number]:
    numbers = []
    for place, people in enumerate(exactly):
        cell = Cell(str(place), "people", (), Bucket.FOUR_WEEKS, MONDAY.date(), ())
        if (said := published(b"k" * 32, cell, people, 3)) is not None:
            numbers.append(Number(said, people))
    return numbers
