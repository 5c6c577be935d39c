"""Who asks and who answers, which newcomers are answered, and who goes between communities: counted so that nobody is
in more than is said, whoever they answered."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.statistics import counting
from app.statistics.measures import BETWEEN, TABLES
from app.statistics.rules import MOST_COMMUNITIES, midnight
from app.trust.shares import MEMBERS
from tests.app.conftest import Counting
from tests.app.statistics.crowd import FOUR, WEEK, Crowd
from tests.world import CAFE

Cells = dict[tuple[UUID, str, tuple[str, ...], tuple[str, ...]], int]


@pytest.fixture
def crowd(session: Session) -> Crowd:
    return Crowd(session)


@pytest.fixture
def ring(crowd: Crowd) -> UUID:
    return crowd.community()


def counted(crowd: Crowd, lot: int = 1) -> Cells:
    cells = counting.counted(crowd.session, FOUR, crowd.starts_on, lot)
    return {each[:4]: each.people for each in cells}


def by(crowd: Crowd, ring: UUID, measure: str, dimension: str, lot: int = 1) -> dict[str, int]:
    """How many there are of each value of one dimension."""
    return {
        values[0]: people
        for (community, counting_of, cut, values), people in counted(crowd, lot).items()
        if (community, counting_of, cut) == (ring, measure, (dimension,))
    }


def newcomers(crowd: Crowd, ring: UUID, how_many: int) -> list[UUID]:
    people = crowd.people(how_many)
    crowd.belong(people, ring, midnight(crowd.starts_on))
    return people


def does(crowd: Crowd, sql: str, **values: Any) -> None:
    crowd.session.execute(text(sql), values)


def test_people_are_told_apart_by_whether_they_say_something_and_answer(crowd: Crowd, ring: UUID) -> None:
    silent, asking, answering, both = (crowd.people(number, ring) for number in (5, 6, 7, 8))
    crowd.check_in([*silent, *answering], ring)
    said = crowd.check_in([*asking, *both], ring, text="who rides?")
    crowd.answer([*answering, *both], said[:2])
    assert by(crowd, ring, "people", "talk") == {"neither": 5, "asked": 6, "answered": 7, "both": 8}
    found = counted(crowd)
    assert found[ring, "people", ("talk", "tenure"), ("both", "4-12")] == 8


NO_ANSWERS = {
    "taken back": {"gone": True},
    "for a few": {"audiences": [MEMBERS]},
    "to what not everybody could know": {"openly": False},
    "later": {"at": timedelta(weeks=4)},
}


@pytest.mark.parametrize("said", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_only_what_everybody_can_read_in_these_four_weeks_is_an_answer(
    crowd: Crowd, ring: UUID, said: dict[str, Any]
) -> None:
    people = crowd.people(6, ring)
    about = crowd.check_in(people, ring)
    if "at" in said:
        said = {"at": midnight(crowd.starts_on) + said["at"]}
    crowd.answer(people, about[:3], **said)
    assert by(crowd, ring, "people", "talk") == {"neither": 6}


def test_an_answer_to_oneself_is_none_and_one_counts_where_what_it_answers_is_heard(
    crowd: Crowd, ring: UUID
) -> None:
    elsewhere, people = crowd.community(), crowd.people(6)
    for each in (ring, elsewhere):
        crowd.belong(people, each)
        for person, about in zip(people, crowd.check_in(people, each), strict=True):
            crowd.answer([person], [about])
    crowd.answer(people, crowd.check_in(crowd.people(1, elsewhere), elsewhere))
    assert by(crowd, ring, "people", "talk") == {"neither": 6}
    assert by(crowd, elsewhere, "people", "talk") == {"answered": 6}


def test_an_answer_counts_by_the_contract_of_its_author_and_by_nobody_elses(crowd: Crowd, ring: UUID) -> None:
    people, ana = crowd.people(12, ring), crowd.people(1, ring)
    crowd.check_in(people, ring)
    crowd.answer(people, crowd.check_in(ana, ring))
    does(crowd, "UPDATE check_ins SET counted = false, audiences = '{}' WHERE person_id = :id", id=ana[0])
    does(crowd, "UPDATE contracts SET terms = '{}' WHERE person_id = :id", id=ana[0])
    crowd.rows.leaves(ana[0], ring)
    assert by(crowd, ring, "people", "talk") == {"answered": 12}
    does(crowd, "UPDATE contracts SET terms = '{}' WHERE person_id = ANY (:ids)", ids=people[:6])
    assert by(crowd, ring, "people", "talk") == {"answered": 6, "neither": 6}


SOON = [(timedelta(minutes=59), "hour"), (timedelta(hours=23), "day"), (timedelta(days=6), "week")]


@pytest.mark.parametrize(("after", "soon"), [*SOON, (timedelta(days=8), "later"), (None, "later")])
def test_newcomers_are_told_apart_by_how_soon_somebody_answered_their_first_words(
    crowd: Crowd, ring: UUID, after: timedelta | None, soon: str
) -> None:
    new, old = newcomers(crowd, ring, 7), crowd.people(7, ring)
    begins = midnight(crowd.starts_on)
    crowd.check_in([*new, *old], ring, at=begins)
    said = crowd.check_in([*new[:6], *old], ring, text="hello", at=begins + timedelta(days=1))
    if after:
        crowd.answer_each([*zip(old, said, strict=False)], at=begins + timedelta(days=1) + after)
    assert counted(crowd)[ring, "newcomers", (), ()] == 6
    assert by(crowd, ring, "newcomers", "answered") == {soon: 6}


def test_each_answers_for_one_newcomer_by_lot_and_who_is_new_for_nobody(
    crowd: Crowd, ring: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEWEST", 1)
    new, (bob, cleo) = newcomers(crowd, ring, 20), crowd.people(2, ring)
    said = crowd.check_in(new, ring, text="hello")
    crowd.answer(new[:9], said, at=midnight(crowd.starts_on) + timedelta(days=1, hours=9))
    assert by(crowd, ring, "newcomers", "answered") == {"later": 20}
    crowd.answer([bob], said[:4])
    assert by(crowd, ring, "newcomers", "answered") == {"day": 1, "later": 19}
    crowd.answer([cleo], said[:4])
    drawn = [by(crowd, ring, "newcomers", "answered", lot)["day"] for lot in range(60)]
    assert set(drawn) == {1, 2}
    assert drawn.count(2) > 20


def test_who_took_part_in_both_of_two_communities_goes_between_them_if_they_organise_neither(
    crowd: Crowd,
) -> None:
    one, other = sorted((crowd.community(), crowd.community()))
    people = crowd.people(8, one, other)
    crowd.check_in(people[1:], one)
    crowd.check_in(people, other)
    cell = (one, "traffic", ("community",), (str(other),))
    assert counted(crowd)[cell] == 7
    does(crowd, "UPDATE communities SET founded_by = :id WHERE id = :ring", id=people[1], ring=one)
    crowd.rows.offer(CAFE, [crowd.topic])
    does(
        crowd,
        "UPDATE staff SET person_id = :id WHERE business_id = (SELECT max(business_id::text)::uuid FROM staff)",
        id=people[2],
    )
    assert counted(crowd)[cell] == 5


@pytest.mark.parametrize("seed", range(2))
def test_one_person_moves_no_more_cells_than_is_stated_whoever_they_answered(
    crowd: Crowd, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is counted with and without each person: by hand, what all privacy here stands on."""
    monkeypatch.setattr(counting, "FEWEST", 1)
    people = talking(crowd, random.Random(seed))
    having = counted(crowd, seed)
    most: dict[str, int] = defaultdict(int)
    for person in people:
        with crowd.session.begin_nested() as trying:
            closes(crowd, person)
            without = counted(crowd, seed)
            trying.rollback()
        moved: dict[tuple[Any, ...], int] = defaultdict(int)
        for cell in having.keys() | without.keys():
            by_how_many = having.get(cell, 0) - without.get(cell, 0)
            assert abs(by_how_many) <= 1
            moved[cell[1], cell[2], cell[0]] += by_how_many**2
        for table in (each for each in TABLES if each.bucket is FOUR):
            each = [number for (measure, cut, _), number in moved.items() if (measure, cut) == table[:2]]
            assert sum(each) <= MOST_COMMUNITIES * table.moves
            assert table.measure in BETWEEN or max(each, default=0) <= table.moves
            most[f"{table.measure} {table.cut}"] = max(sum(each), most[f"{table.measure} {table.cut}"])
    assert most["newcomers ('answered',)"] > 1
    assert most["people ('talk',)"] == MOST_COMMUNITIES


def talking(crowd: Crowd, chance: random.Random) -> list[UUID]:
    """Some old, some new, in four communities, who answer one another as they like."""
    communities = [crowd.community() for _ in range(4)]
    people = crowd.people(24)
    begins, about = midnight(crowd.starts_on), []
    for each in communities:
        joining = [who for who in people if chance.random() < 0.9]
        crowd.belong(joining[::2], each)
        crowd.belong(joining[1::2], each, begins)
        about += crowd.check_in(people[:16], each, text="hello", at=begins + timedelta(days=1))
        crowd.check_in([who for who in people if chance.random() < 0.5], each)
    for person in people:
        crowd.answer(
            [person], chance.sample(about, 6), at=begins + timedelta(days=1, hours=chance.randint(1, 200))
        )
    return people


def closes(crowd: Crowd, person: UUID) -> None:
    """Somebody takes back all that lets them be counted."""
    does(crowd, "UPDATE check_ins SET counted = false, audiences = '{}' WHERE person_id = :id", id=person)
    does(crowd, "UPDATE contracts SET terms = '{}' WHERE person_id = :id", id=person)
    does(crowd, "UPDATE replies SET audiences = '{}', untils = '{}' WHERE person_id = :id", id=person)


def test_a_period_is_counted_by_few_statements_however_much_is_said(
    crowd: Crowd, ring: UUID, statements: Counting
) -> None:
    people = crowd.people(6, ring)
    crowd.answer(people, crowd.check_in(people, ring))
    with statements() as so_far:
        list(counting.counted(crowd.session, FOUR, crowd.starts_on, 1))
    assert so_far() == 5 + len({each.measure for each in TABLES})
    with statements() as so_far:
        list(counting.counted(crowd.session, WEEK, crowd.starts_on, 1))
    assert so_far() == 6
