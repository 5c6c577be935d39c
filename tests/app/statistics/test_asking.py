"""The language: what can be asked, what cannot, and what is said then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.statistics import figures
from app.statistics.figures import Said
from app.statistics.measures import DIMENSIONS, FOUR, MEASURES, MOST_BUCKETS, SIGMA, WEEK, Asked, question

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OVER = FOUR.over_by(NOW)


@pytest.mark.parametrize(
    ("asked", "cut", "only"),
    [
        (Asked("people"), (), None),
        (Asked("people", ("day",)), ("day",), None),
        (Asked("people", ("hour", "day")), ("day", "hour"), None),
        (Asked("people", ("hour",), "day:mon"), ("day", "hour"), (0, "mon")),
        (Asked("people", ("day",), "topic:interest:cycling"), ("day", "topic"), (1, "interest:cycling")),
        (Asked("people", (), "topic:interest:cycling"), ("topic",), (0, "interest:cycling")),
        (Asked("people", ("day",), "day:mon"), ("day",), (0, "mon")),
        (Asked("people", ("cohort",)), ("cohort",), None),
        (Asked("retention"), ("cohort",), None),
        (Asked("members", ("tenure",)), ("tenure",), None),
        (Asked("people", ("tenure", "talk")), ("talk", "tenure"), None),
        (Asked("newcomers", ("answered",)), ("answered",), None),
        (Asked("reciprocity"), (), None),
        (Asked("traffic"), ("community",), None),
    ],
    ids=str,
)
def test_a_question_names_one_table(asked: Asked, cut: tuple[str, ...], only: tuple[int, str] | None) -> None:
    made = question(asked, NOW)
    assert (made.cut, made.only) == (cut, only)
    assert all((each.measure, each.cut, each.bucket) in SIGMA for each in figures.wanted(made))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Asked("people", ("day", "hour", "topic")), "two dimensions at most"),
        (Asked("people", ("day", "hour"), "topic:x"), "two dimensions at most"),
        (Asked("people", ("cohort", "day")), "cohort only by itself"),
        (Asked("people", ("role",)), "cannot be cut by role"),
        (Asked("people", ("handle",)), "but by activity or area"),
        (Asked("joined", ("tenure",)), "but by nothing"),
        (Asked("retention", ("day",)), "but by nothing"),
        (Asked("people", ("answered",)), "cannot be cut by answered"),
        (Asked("newcomers", ("talk",)), "but by answered"),
        (Asked("reached", ("often", "opinion")), "not by both"),
        (Asked("reached", ("often",), "opinion:noise"), "not by both"),
        (Asked("people", (), "monday"), "such as where=topic"),
        (Asked("people", ("day",), bucket=WEEK), "bucket=four_weeks"),
        (Asked("members", bucket=WEEK), "four_weeks only"),
        (Asked("people", since=date.min), "53 periods at most"),
        (Asked("people", since=date(2026, 3, 1), until=date(2026, 3, 1)), "from must be before to"),
        (Asked("salaries"), "measure must be one of people"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said_with_what_can(asked: Asked, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        question(asked, NOW)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, (OVER - 12 * FOUR.length, OVER + FOUR.length)),
        (None, date.max, (OVER - 12 * FOUR.length, OVER + FOUR.length)),
        (None, date.min, (date.min, date.min)),
        (date(2026, 5, 1), None, (date(2026, 5, 1), OVER + FOUR.length)),
        (date.max, None, (date.max, OVER + FOUR.length)),
    ],
    ids=str,
)
def test_without_days_it_is_about_the_last_year(
    since: date | None, until: date | None, expected: tuple[date, date]
) -> None:
    made = question(Asked("people", since=since, until=until), NOW)
    assert (made.since, made.until) == expected


@given(
    st.sampled_from([*MEASURES]),
    st.lists(st.sampled_from([*DIMENSIONS, "cohort", "role", ""]), max_size=3),
    st.none() | st.text(max_size=20) | st.sampled_from([f"{each}:x" for each in DIMENSIONS]),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.sampled_from([WEEK, FOUR]),
)
def test_whatever_is_asked_is_refused_or_answered_from_few_tables_of_few_periods(
    measure: str, by: list[str], where: str | None, since: date | None, until: date | None, bucket: object
) -> None:
    asked = Asked(measure, tuple(by), where, since, until, WEEK if bucket is WEEK else FOUR)
    try:
        made = question(asked, NOW)
    except Invalid:
        return
    wanted = figures.wanted(made)
    assert all((each.measure, each.cut, each.bucket) in SIGMA for each in wanted)
    assert all(each.until - each.since <= 2 * MOST_BUCKETS * FOUR.length for each in wanted)
    assert not made.for_everyone or made.cut == ()


def said(measure: str, people: int, *values: str, cut: tuple[str, ...] = (), ago: int = 0) -> Said:
    return Said(measure, cut, FOUR, OVER - ago * FOUR.length, values, people)


def test_a_share_is_of_those_who_belonged_when_it_was_over() -> None:
    week = Said("people", (), WEEK, OVER + 2 * WEEK.length, (), 30)
    last = Said("people", (), WEEK, OVER + 3 * WEEK.length, (), 30)
    members = [said("members", 60), said("members", 40, ago=1), said("members", 10, ago=9)]
    assert [each.value for each in figures.shares([week, last, *members], WEEK)] == [0.75, 0.5]
    assert [each.value for each in figures.shares([said("people", 90), *members], FOUR)] == [1.0]
    assert [*figures.shares([week], WEEK)] == []


def test_inequality_is_told_where_enough_is_published() -> None:
    def band(name: str, people: int) -> Said:
        return said("people", people, name, cut=("often",))

    alike = [said("people", 50), band("2-3", 48)]
    assert [each.value for each in figures.inequalities(alike)] == [0.0]
    unlike = [said("people", 100), band("1", 80), band("16+", 20)]
    (answer,) = figures.inequalities(unlike)
    assert answer.value == pytest.approx(0.6)
    assert [*figures.inequalities([said("people", 100), band("1", 70)])] == []


def test_inequality_is_of_those_who_took_part_and_not_of_whom_offers_reached() -> None:
    alike = [said("people", 50), said("people", 48, "2-3", cut=("often",))]
    reached = [said("reached", 90, band, cut=("often",)) for band in ("2-3", "16+")]
    assert [each.value for each in figures.inequalities([*alike, *reached])] == [0.0]


TALK = {"neither": 20, "asked": 40, "answered": 30, "both": 40}


@pytest.mark.parametrize(
    ("published", "reciprocity"),
    [
        (TALK, [0.875]),
        ({**TALK, "both": 0}, []),
        ({"neither": 120}, []),
        ({"asked": 120}, [0.0]),
        ({"answered": 60, "both": 60}, [2.0]),
        ({}, []),
    ],
)
def test_reciprocity_is_who_answered_for_each_who_asked_where_enough_is_published(
    published: dict[str, int], reciprocity: list[float]
) -> None:
    bands = [said("people", people, each, cut=("talk",)) for each, people in published.items() if people]
    found = figures.reciprocities([said("people", 130), *bands])
    assert [each.value for each in found] == reciprocity


@pytest.mark.parametrize(
    ("published", "answered"),
    [
        ({"hour": 20, "day": 40, "later": 60}, [0.5]),
        ({"hour": 130}, [1.0]),
        ({"week": 30}, [0.0]),
        ({}, []),
    ],
)
def test_newcomers_are_taken_to_be_answered_within_a_day_who_surely_are(
    published: dict[str, int], answered: list[float]
) -> None:
    bands = [said("newcomers", people, each, cut=("answered",)) for each, people in published.items()]
    assert [each.value for each in figures.newcomers_answered([said("newcomers", 120), *bands])] == answered
    assert [*figures.newcomers_answered(bands)] == []


def test_of_whom_offers_reached_those_call_it_noise_of_whom_it_is_published() -> None:
    opinions = [
        said("reached", people, each, cut=("opinion",)) for each, people in (("noise", 30), ("unsaid", 90))
    ]
    assert [each.value for each in figures.noise([said("reached", 120), *opinions])] == [0.25]
    assert [*figures.noise([said("reached", 120), opinions[1]])] == []
    assert [*figures.noise(opinions)] == []


@given(st.dictionaries(st.sampled_from([1.0, 2.5, 5.5, 11.5, 16.0]), st.integers(1, 200), min_size=1))
def test_gini_is_what_its_definition_says(people: dict[float, int]) -> None:
    everybody = [much for much, number in people.items() for _ in range(number)]
    slow = sum(abs(one - other) for one in everybody for other in everybody[:50])
    if len(everybody) <= 50:
        assert figures.gini(people) == pytest.approx(slow / (2 * len(everybody) * sum(everybody)))
    assert 0 <= figures.gini(people) < 1


def test_retention_is_of_those_who_joined_together() -> None:
    began = OVER - 3 * FOUR.length
    asked = [
        said("joined", 40, ago=3),
        said("people", 20, str(began), cut=("cohort",)),
        said("people", 30, str(began), cut=("cohort",), ago=1),
        said("people", 30, str(OVER - 5 * FOUR.length), cut=("cohort",)),
    ]
    made = [(each.starts_on, each.slice, each.value) for each in figures.retention(asked)]
    assert made == [(OVER, {"cohort": str(began)}, 0.5), (OVER - FOUR.length, {"cohort": str(began)}, 0.75)]


def test_answers_come_by_period_and_then_by_what_they_are_cut_by() -> None:
    cells = [said("people", 30, day, cut=("day",), ago=ago) for day in ("tue", "mon") for ago in (0, 1)]
    made = figures.answers(question(Asked("people", ("day",)), NOW), cells)
    assert [(OVER - each.starts_on, each.slice["day"]) for each in made] == [
        (timedelta(weeks=4), "mon"),
        (timedelta(weeks=4), "tue"),
        (timedelta(), "mon"),
        (timedelta(), "tue"),
    ]
