"""What a business reads of how many it may reach."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.estimates import rules
from app.estimates.rules import (
    BEST_GUESS_OF_A_WEEK,
    BEST_GUESS_OF_FOUR,
    FIGURES,
    MOST_TOPICS,
    OF_ALL,
    SIGMA,
    About,
    Figures,
    Key,
    Measure,
    estimate,
    sentences,
    wanted,
)
from app.ids import NOBODY, new_id
from app.statistics.rules import Published, best_guess

MONDAY = date(2026, 11, 16)
TOPIC = new_id()
FAIR = About(TOPIC, "value:fair-trade", "fair trade", 3, 0)


def test_what_is_stated_of_who_guesses_is_so() -> None:
    assert len(OF_ALL) + MOST_TOPICS == FIGURES
    assert best_guess([Published(SIGMA, FIGURES)]) <= BEST_GUESS_OF_A_WEEK
    assert best_guess([Published(SIGMA, 4 * FIGURES)]) <= BEST_GUESS_OF_FOUR


def of(cell: int, *people: int | None) -> Figures:
    """The figures of a district: of people, welcoming, unspent, and sharing the topic."""
    return dict(zip(sorted(wanted([cell], [TOPIC]), key=_funnel), people, strict=True))


def _funnel(key: Key) -> int:
    return [*OF_ALL, Measure.SHARING].index(key.measure)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (of(1, 43, 27, 21, 18), (40, 25, 20, 15)),
        (of(1, 43, 27, 21, 18) | of(2, 20, 18, None, None), (60, 45, 20, 15)),
        (of(1, 43, 27, None, None) | of(2, None, None, None, None), (40, 25, None, None)),
        # Chance made a part larger than its whole.
        (of(1, 22, 26, 31, 29), (20, 20, 20, 20)),
        # A part of what is not said is not said either.
        (of(1, None, 26, 31, 29), (None, None, None, None)),
        (of(1, 40, None, 31, 29), (40, None, None, None)),
        ({}, (None, None, None, None)),
    ],
)
def test_figures_come_to_numbers(figures: Figures, said: tuple[int | None, ...]) -> None:
    cells = sorted({each.cell for each in figures} or {1})
    made = estimate(figures, cells, [FAIR], MONDAY)
    assert (made.people, made.welcoming, made.unspent, made.topics[0].people) == said


@given(
    st.lists(
        st.tuples(*[st.none() | st.integers(14, 500)] * 4),
        min_size=1,
        max_size=5,
    )
)
def test_no_part_is_more_than_its_whole_and_all_is_in_steps(figures: list[tuple[int | None, ...]]) -> None:
    all_of_it: Figures = {}
    for cell, people in enumerate(figures):
        all_of_it |= of(cell, *people)
    made = estimate(all_of_it, range(len(figures)), [FAIR], MONDAY)
    whole, welcoming = made.people, made.welcoming
    for part, of_which in ((welcoming, whole), (made.unspent, welcoming), (made.topics[0].people, welcoming)):
        assert part is None or (of_which is not None and part <= of_which and part % 5 == 0)


def test_it_is_told_in_sentences() -> None:
    made = estimate(of(1, 43, 27, 21, 18), [1], [FAIR], MONDAY)
    assert sentences(made, None) == [
        "About 40 people were in the district that it touches, from 2026-11-16 to 2026-11-22.",
        "About 25 of them let offers reach them.",
        "About 20 of these had room for one more, when it was counted.",
        "About 15 of those who let offers reach them have a community with fair trade.",
    ]


def test_too_few_are_not_told_apart_from_none() -> None:
    sent_off = replace(FAIR, sent_off=1)
    nobody = estimate({}, [1], [sent_off], MONDAY)
    few = estimate(of(1, None, None, None, None), [1], [sent_off], MONDAY)
    assert sentences(nobody, None) == sentences(few, None)
    assert sentences(few, None)[0].startswith("Not enough people to say")
    assert "1 sent you off" in sentences(few, None)[1]


def test_a_figure_is_another_one_by_district_week_topic_and_number() -> None:
    key = b"k" * 32

    def draws(**other: object) -> list[int | None]:
        said = {"measure": Measure.PEOPLE, "topic_id": NOBODY, "week": MONDAY, "more": 0, **other}
        return [
            rules.drawn(key, Key(cell, said["measure"], said["topic_id"]), said["week"], 40 + said["more"])  # type: ignore[arg-type, operator]
            for cell in range(200)
        ]

    others = [
        draws(),
        draws(measure=Measure.WELCOMING),
        draws(topic_id=TOPIC),
        draws(week=date(2026, 11, 23)),
        [each and each - 1 for each in draws(more=1)],
    ]
    assert draws() == others[0]
    for one in others:
        for other in others:
            same = sum(a == b for a, b in zip(one, other, strict=True))
            assert one is other or same < 60
