"""Somebody who knows everybody but one tries to learn of that one by asking how many an offer may reach."""

import math
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.estimates import queries, rules, service
from app.estimates.rules import BEST_GUESS_OF_A_WEEK, SIGMA, Estimate, Figures, wanted
from app.statistics.rules import Bucket, Cell
from geo import Area, Circle, centre_of, destination
from tests.app.estimates.neighbourhood import DISTRICTS, Neighbourhood, house_in
from tests.app.statistics.guessing import likelier

WORLDS, OTHERS = 240, 30
#: Three standard deviations of a coin thrown as often.
TOLERANCE = 1.5 / math.sqrt(WORLDS)
HERE, BESIDE = DISTRICTS[:2]


@pytest.fixture
def here(session: Session) -> Neighbourhood:
    return Neighbourhood(session)


def asked(here: Neighbourhood, area: Area, business: UUID | None = None) -> Estimate:
    return service.estimate(here.session, business or here.business(), area, [here.topic], here.now)


def test_the_area_of_one_house_is_told_as_the_whole_district(here: Neighbourhood) -> None:
    here.people(OTHERS)
    middle = centre_of(HERE)
    houses = [Circle(destination(middle, bearing, 400), 5) for bearing in (0, 90, 180, 270)]
    told = {asked(here, each) for each in (house_in(HERE), *houses, Circle(middle, 500))}
    assert len(told) == 1
    assert told.pop().people


def test_two_areas_that_differ_by_a_house_are_told_the_same(here: Neighbourhood) -> None:
    here.people(OTHERS)
    with_it, without = Circle(centre_of(HERE), 450), Circle(centre_of(HERE), 440)
    assert asked(here, with_it) == asked(here, without)


def test_asking_again_and_again_and_by_other_businesses_is_told_the_same(here: Neighbourhood) -> None:
    here.people(OTHERS)
    assert len({asked(here, house_in(HERE)) for _ in range(12)}) == 1


def test_other_topics_beside_it_draw_nothing_anew(here: Neighbourhood) -> None:
    here.people(OTHERS)
    alone = asked(here, house_in(HERE))
    for more in here.other_topics(5):
        made = service.estimate(here.session, here.business(), house_in(HERE), [more, here.topic], here.now)
        assert (made.people, made.welcoming, made.unspent) == (alone.people, alone.welcoming, alone.unspent)
        assert alone.topics[0] in made.topics


def test_an_area_of_two_districts_is_told_what_both_are_told(here: Neighbourhood) -> None:
    """So of whoever lies between two areas no more is learnt than by asking for their district."""
    for cell, people in ((HERE, 60), (BESIDE, 40)):
        here.people(people, cell)
    cells = sorted((HERE, BESIDE))
    apart: Figures = {}
    for cell in cells:
        asked(here, house_in(cell))
        apart |= queries.kept(here.session, here.starts_on, [cell], [here.topic])
    both = service._figures(here.session, cells, [here.topic], here.starts_on, here.now)
    assert both == apart


CHANGES = {
    "takes it back": "DELETE FROM check_ins WHERE person_id = :who",
    "lets no offers come": "DELETE FROM consents WHERE person_id = :who",
    "leaves the community": "DELETE FROM memberships WHERE person_id = :who",
    "closes their contract": "UPDATE contracts SET terms = jsonb_set(terms, '{terms}', '[]') WHERE person_id = :who",
    "leaves for good": "DELETE FROM people WHERE id = :who",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_somebody_changes_nothing_is_told_anew(here: Neighbourhood, change: str) -> None:
    people = here.people(OTHERS)
    before = asked(here, house_in(HERE))
    here.session.execute(text(CHANGES[change]), {"who": people[0]})
    assert asked(here, house_in(HERE)) == before


def test_who_comes_while_it_is_asked_is_not_told_either(here: Neighbourhood) -> None:
    """An attacker who has people of their own come one by one would draw as often, and take the mean."""
    here.people(OTHERS)
    told = {asked(here, house_in(HERE))}
    for _ in range(12):
        here.people(1)
        told.add(asked(here, house_in(HERE)))
    assert len(told) == 1


def _figures(here: Neighbourhood, cell: int) -> dict[Cell, int | None]:
    """All that is told of a district, and more exactly than anybody is told it."""
    asked(here, house_in(cell))
    kept = queries.kept(here.session, here.starts_on, [cell], [here.topic])
    return {
        Cell("", each.measure, (), Bucket.WEEK, here.starts_on, ()): kept[each]
        for each in wanted([cell], [here.topic])
    }


def _right(here: Neighbourhood, worlds: int = WORLDS) -> float:
    """How often somebody is right who asks for the house of one, whom they know to do all that is counted."""
    chance = random.Random(7)
    hits = 0
    for number, cell in enumerate(DISTRICTS[:worlds]):
        if number % 40 == 0:
            # Foreign keys are looked up as was best when there was nobody yet, until this says otherwise.
            here.session.execute(text("ANALYZE people"))
        is_there = chance.random() < 0.5
        here.people(OTHERS + is_there, cell)
        said = _figures(here, cell)
        nobody = dict.fromkeys(said, OTHERS)
        somebody = dict.fromkeys(said, OTHERS + 1)
        hits += (likelier(said, somebody, nobody, lambda _: SIGMA) > 0) == is_there
    return hits / worlds


def test_who_knows_all_but_one_guesses_no_better_than_is_stated(here: Neighbourhood) -> None:
    assert _right(here) <= BEST_GUESS_OF_A_WEEK + TOLERANCE


def test_without_chance_the_same_attacker_is_always_right(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "drawn", lambda key, which, starts_on, people: people)
    assert _right(here, 24) == 1.0


@pytest.fixture
def settled(database: Database) -> Iterator[Neighbourhood]:
    """A neighbourhood that other connections see."""
    with Session(database.engine, expire_on_commit=False) as session:
        here = Neighbourhood(session)
        here.people(OTHERS)
        session.commit()
        yield here
        session.execute(text("DELETE FROM reach_figures"))
        session.commit()


def test_all_who_ask_at_once_are_told_the_same(settled: Neighbourhood, database: Database) -> None:
    business = settled.business()
    settled.session.commit()
    areas = [Circle(centre_of(each), 900) for each in (HERE, BESIDE)] * 8

    def ask(area: Area) -> tuple[Area, Estimate]:
        with database.transaction() as session:
            return area, service.estimate(session, business, area, [settled.topic], settled.now)

    with ThreadPoolExecutor(8) as threads:
        told = set(threads.map(ask, areas))
    assert len(told) == 2
