"""What is published of people: enough of them, so rounded that who knows all but one learns little of that one."""

import math
import random
import secrets
from collections import Counter
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import rules
from app.statistics.measures import BEST_GUESS_OF_ALL, BEST_GUESS_OF_ONE, SIGMA, TABLES, all_published
from app.statistics.rules import (
    MOST_COMMUNITIES,
    Bucket,
    Cell,
    Published,
    best_guess,
    midnight,
    published,
)
from app.trust import noise
from app.trust.noise import FEWEST, least_said
from tests.app.statistics.guessing import Publishes, World, likelier, says

MONDAY = date(2026, 11, 16)
SIGMAS = sorted(set(SIGMA.values()))
WORLDS = 1_500
#: Chance among so many guesses: three standard deviations of a coin thrown as often.
TOLERANCE = 1.5 / math.sqrt(WORLDS)


def cell(value: str = "riding", community: str = "c") -> Cell:
    return Cell(community, "people", ("activity",), Bucket.FOUR_WEEKS, MONDAY, (value,))


@pytest.mark.parametrize("sigma", SIGMAS)
def test_of_fewer_than_five_nothing_is_said_whatever_chance_draws(sigma: int) -> None:
    drawn = {published(secrets.token_bytes(32), cell(), FEWEST - 1, sigma) for _ in range(5_000)}
    assert drawn == {None}


@given(st.integers(0, 10_000), st.sampled_from(SIGMAS), st.binary(min_size=32, max_size=32))
def test_what_is_said_is_the_same_each_time_and_never_small(people: int, sigma: int, key: bytes) -> None:
    said = published(key, cell(), people, sigma)
    assert said == published(key, cell(), people, sigma)
    assert said is None or said >= least_said(sigma)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_chance_has_the_shape_that_is_promised(sigma: int) -> None:
    draws = Counter(
        (published(b"k" * 32, cell(str(each)), 1_000, sigma) or 0) - 1_000 for each in range(20_000)
    )
    mean = sum(value * times for value, times in draws.items()) / 20_000
    variance = sum(value * value * times for value, times in draws.items()) / 20_000
    assert abs(mean) < 4 * sigma / math.sqrt(20_000)
    assert variance == pytest.approx(sigma * sigma, rel=0.05)


def test_chance_is_drawn_exactly_as_a_discrete_gaussian_says() -> None:
    for sigma in SIGMAS:
        steps = np.array([0, *noise.steps(sigma), 2**64], dtype=object)
        reach = 12 * sigma
        drawn = np.diff(steps) / 2**64
        bell = np.array([math.exp(-k * k / (2 * sigma * sigma)) for k in range(-reach, reach + 1)])
        assert abs(drawn.astype(float) - bell / bell.sum()).sum() < 2**-45


DIFFERENT = {
    "another community": cell(community="d"),
    "another value": cell("walking"),
    "another measure": cell()._replace(measure="members"),
    "another cut": cell()._replace(cut=("topic",)),
    "another bucket": cell()._replace(bucket=Bucket.WEEK),
    "another time": cell()._replace(starts_on=MONDAY - timedelta(weeks=4)),
    "values run together": cell()._replace(cut=("activity", "topic"), values=("rid", "ing")),
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_no_two_numbers_are_rounded_alike(other: Cell) -> None:
    keys = [secrets.token_bytes(32) for _ in range(300)]
    alike = sum(published(key, cell(), 500, 6) == published(key, other, 500, 6) for key in keys)
    assert alike < 60


def test_other_people_are_rounded_anew_so_that_a_number_drawn_again_does_not_differ_by_them_alone() -> None:
    keys = [secrets.token_bytes(32) for _ in range(300)]
    said = [(published(key, cell(), 500, 6), published(key, cell(), 501, 6)) for key in keys]
    by_just_one = sum(before is not None and after == before + 1 for before, after in said)
    assert by_just_one < 60


def test_only_who_has_the_key_can_take_chance_out_again() -> None:
    guesses = (b"", b"\0" * 32, b"statistics")
    for guess in guesses:
        keys = [secrets.token_bytes(32) for _ in range(200)]
        assert sum(published(key, cell(), 500, 6) == published(guess, cell(), 500, 6) for key in keys) < 45


def worlds_of(crowd: int, chance: random.Random) -> tuple[World, World]:
    """All numbers of one community in which somebody is counted, without them and with them, among some others.

    Where they move more than one, they take somebody else from one to another.
    """
    moves = {
        Cell(
            "c", each.measure, each.cut, each.bucket, MONDAY + timedelta(weeks=week), (*each.cut, str(place))
        ): by
        for each in TABLES
        for week in range(Bucket.FOUR_WEEKS.length // each.bucket.length)
        for place, by in zip(range(each.moves), (1, -1), strict=False)
    }
    without = {each: max(1, crowd + chance.randint(-3, 3)) for each in moves}
    return without, {each: people + moves[each] for each, people in without.items()}


def sigma_of(cell: Cell) -> int:
    return SIGMA[cell.measure, cell.cut, cell.bucket]


def right(crowd: int, publishes: Publishes = published) -> float:
    """How often who knows all but one is right about that one."""
    chance, hits = random.Random(crowd), 0
    without, having = worlds_of(crowd, chance)
    for _ in range(WORLDS):
        took_part = chance.random() < 0.5
        said = says(having if took_part else without, chance.randbytes(32), sigma_of, publishes)
        hits += (likelier(said, having, without, sigma_of) > 0) == took_part
    return hits / WORLDS


@pytest.mark.parametrize("crowd", [4, 20, 200])
def test_who_knows_all_but_one_guesses_no_better_than_is_stated(crowd: int) -> None:
    assert right(crowd) <= BEST_GUESS_OF_ONE + TOLERANCE


def test_and_is_as_able_as_anybody_can_be() -> None:
    assert right(200) >= BEST_GUESS_OF_ONE - 0.03 - TOLERANCE


def test_without_chance_they_would_be_right() -> None:
    assert right(200, lambda key, cell, people, sigma: people) > 0.99


def test_with_one_draw_for_several_numbers_they_would_be_right_too_often() -> None:
    def alike(key: bytes, cell: Cell, people: int, sigma: int) -> int | None:
        """Rounded by its measure alone: all cuts of it are then off by the same, which a second crowd tells."""
        return published(key, cell._replace(cut=(), values=()), people, sigma)

    chance, hits = random.Random(1), 0
    one, other = cell("riding"), cell("walking")
    for _ in range(200):
        took_part, key = chance.random() < 0.5, chance.randbytes(32)
        known, said = alike(key, other, 200, 6), alike(key, one, 200 + took_part, 6)
        hits += (said == known) != took_part
    assert hits / 200 > 0.9


def test_what_is_stated_is_what_is_worked_out() -> None:
    assert best_guess(all_published(1)) <= BEST_GUESS_OF_ONE < best_guess(all_published(1)) + 0.01
    assert best_guess(all_published(MOST_COMMUNITIES)) <= BEST_GUESS_OF_ALL


def test_what_somebody_did_is_hidden_as_well_as_that_they_did() -> None:
    """Who did one thing instead of another moves two cells of every cut that tells of it, and no whole.

    Who answered another newcomer moves two cells by one and one by two, as an answer only makes it sooner: that is six.
    """
    told = {"activity", "area", "day", "hour", "often", "talk", "topic", "answered"}
    cuts = [each for each in TABLES if told & set(each.cut) and each.measure != "reached"]
    for communities, stated in ((1, BEST_GUESS_OF_ONE), (MOST_COMMUNITIES, BEST_GUESS_OF_ALL)):
        moved: Counter[int] = Counter()
        for each in cuts:
            moved[each.sigma] += communities * (6 if each.moves > 1 else 2)
        assert best_guess([Published(*each) for each in moved.items()]) <= stated


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_number_that_moves_by_two_tells_no_more_than_four_that_move_by_one(sigma: int) -> None:
    """By its size it is as one that lies twice as far; that it appears is likelier, but not four times as likely."""
    assert best_guess([Published(sigma, 4)]) >= NormalDist().cdf(1 / sigma)
    draws = range(-12 * sigma, 12 * sigma + 1)
    chances = np.array([math.exp(-k * k / (2 * sigma * sigma)) for k in draws])
    chances /= chances.sum()
    for people in (FEWEST, FEWEST + 1):
        appears = chances[[people + k >= least_said(sigma) for k in draws]].sum()
        assert appears <= 1 - (1 - rules._appears(sigma)) ** 4


def test_whole_numbers_tell_no_more_than_the_formula_says() -> None:
    """The best guess of all, summed up exactly over all that chance can draw where every number is said."""
    scale = math.lcm(*(sigma * sigma for sigma in SIGMAS))
    for communities, stated in ((1, BEST_GUESS_OF_ONE), (MOST_COMMUNITIES, BEST_GUESS_OF_ALL)):
        kinds = [(each, scale // each.sigma**2) for each in all_published(communities)]
        width = 1 << sum(step * 24 * each.sigma * each.cells for each, step in kinds).bit_length()
        shifts = sum(step * each.cells for each, step in kinds)
        spectrum = np.ones(width // 2 + 1, dtype=complex)
        for each, step in kinds:
            values = range(-12 * each.sigma, 12 * each.sigma + 1)
            bell = np.zeros(step * (len(values) - 1) + 1)
            bell[::step] = [math.exp(-k * k / (2 * each.sigma**2)) for k in values]
            spectrum *= np.fft.rfft(bell / bell.sum(), width) ** each.cells
        evidence = np.fft.irfft(spectrum, width)
        # The sum of x/sigma² in a world without; with somebody it lies further by `shifts`.
        assert (1 + np.abs(_apart(evidence, shifts)).sum() / 2) / 2 <= stated


def _apart(chances: np.ndarray, by: int) -> np.ndarray:
    return np.append(chances, np.zeros(by)) - np.append(np.zeros(by), chances)


@given(st.dates(date(1971, 1, 1), date(2100, 1, 1)), st.sampled_from(Bucket))
def test_periods_are_whole_weeks_that_follow_one_another(day: date, bucket: Bucket) -> None:
    begins = bucket.begins(day)
    assert begins <= day < begins + bucket.length
    assert begins.weekday() == 0
    assert bucket.begins(begins) == begins
    assert Bucket.WEEK.begins(begins) == begins


@pytest.mark.parametrize(
    ("hours", "last"), [(0, MONDAY - timedelta(weeks=1)), (1, MONDAY), (25, MONDAY)], ids=str
)
def test_a_period_is_over_when_all_of_it_has_arrived(hours: int, last: date) -> None:
    next_monday = midnight(MONDAY + timedelta(weeks=1))
    assert Bucket.WEEK.over_by(next_monday + timedelta(hours=hours)) == last


def test_no_table_is_there_twice() -> None:
    named = [table[:3] for table in TABLES]
    assert len(named) == len(set(named))
    assert all(tuple(sorted(table.cut)) == table.cut for table in TABLES)
