"""Who is counted among those whom an offer may reach, and where."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.estimates import counting
from app.estimates.counting import Period
from app.estimates.rules import MOST_TOPICS, Key, Measure
from app.ids import NOBODY
from app.statistics.rules import midnight
from tests.app.estimates.neighbourhood import DISTRICTS, Neighbourhood
from tests.app.plans import plans_of, read_whole

HERE, THERE, ELSEWHERE = DISTRICTS[:3]


@pytest.fixture
def here(session: Session) -> Neighbourhood:
    return Neighbourhood(session)


def counted(here: Neighbourhood, *cells: int, topics: list[UUID] | None = None) -> dict[Key, int]:
    period = Period(here.starts_on, here.now, 7)
    return counting.counted(here.session, cells or (HERE,), topics or [here.topic], period)


def funnel(here: Neighbourhood, cell: int = HERE) -> tuple[int, ...]:
    """How many people there are, welcoming, unspent, and sharing the topic."""
    found = counted(here, cell)
    keys = [*((each, NOBODY) for each in (Measure.PEOPLE, Measure.WELCOMING, Measure.UNSPENT))]
    return tuple(found.get(Key(cell, *which), 0) for which in (*keys, (Measure.SHARING, here.topic)))


def does(here: Neighbourhood, sql: str, who: list[UUID], **more: Any) -> None:
    here.session.execute(text(sql), {"who": who, **more})


Change = Callable[[Neighbourhood, list[UUID]], None]
#: What somebody is like, and in which of the numbers they are then.
CASES: dict[str, tuple[Change, tuple[int, ...]]] = {
    "all that it takes": (lambda here, who: None, (1, 1, 1, 1)),
    "lets no offers come": (
        lambda here, who: does(here, "DELETE FROM consents WHERE person_id = ANY (:who)", who),
        (1, 0, 0, 0),
    ),
    "lets come those of some businesses alone": (
        lambda here, who: does(
            here, "UPDATE consents SET businesses = '{}' WHERE person_id = ANY (:who)", who
        ),
        (1, 0, 0, 0),
    ),
    "has had as many today as they want": (lambda here, who: here.spend(who, 3), (1, 1, 0, 1)),
    "has had one today": (lambda here, who: here.spend(who, 1), (1, 1, 1, 1)),
    "wants none in any hour": (
        lambda here, who: does(
            here, "INSERT INTO offer_budgets (person_id, recent, an_hour) SELECT unnest(:who), '{}', 0", who
        ),
        (1, 1, 0, 1),
    ),
    "left the community": (
        lambda here, who: does(here, "DELETE FROM memberships WHERE person_id = ANY (:who)", who),
        (1, 1, 1, 0),
    ),
    "does not let statistics count what they are": (
        lambda here, who: does(
            here,
            "UPDATE contracts SET terms = jsonb_set(terms, '{terms}', '[]') WHERE person_id = ANY (:who)",
            who,
        ),
        (1, 0, 0, 0),
    ),
    "took back that they are counted": (
        lambda here, who: does(
            here, "UPDATE check_ins SET counted = false WHERE person_id = ANY (:who)", who
        ),
        (0, 0, 0, 0),
    ),
    "only plans to come": (
        lambda here, who: does(
            here, "UPDATE check_ins SET planned_for = now() WHERE person_id = ANY (:who)", who
        ),
        (0, 0, 0, 0),
    ),
    "left for good": (
        lambda here, who: does(here, "DELETE FROM people WHERE id = ANY (:who)", who),
        (0, 0, 0, 0),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_is_counted(here: Neighbourhood, case: str) -> None:
    change, expected = CASES[case]
    change(here, here.people(1))
    assert funnel(here) == expected


@pytest.mark.parametrize(("day", "is_counted"), [(-1, 0), (0, 1), (6, 1), (7, 0)])
def test_only_that_week_counts(here: Neighbourhood, day: int, is_counted: int) -> None:
    (ana,) = here.crowd.people(1)
    here.are_in(HERE, [ana], day)
    assert funnel(here)[0] == is_counted


def test_whoever_was_in_several_districts_is_counted_in_one(here: Neighbourhood) -> None:
    people = here.people(30)
    here.are_in(THERE, people, 2)
    here.are_in(ELSEWHERE, people, 3)
    each = [funnel(here, cell)[0] for cell in (HERE, THERE, ELSEWHERE)]
    assert sum(each) == 30
    assert min(each) > 0
    together = counted(here, HERE, THERE, ELSEWHERE)
    assert [together[Key(cell, Measure.PEOPLE, NOBODY)] for cell in (HERE, THERE, ELSEWHERE)] == each


def test_nobody_is_counted_with_more_topics_than_a_few(here: Neighbourhood) -> None:
    topics = here.other_topics(MOST_TOPICS + 4)
    many = here.crowd.rows.community(*topics)
    people = here.people(10)
    here.crowd.belong(people, many)
    found = counted(here, topics=[here.topic, *topics])
    assert sum(n for key, n in found.items() if key.measure is Measure.SHARING) == 10 * MOST_TOPICS


def test_a_topic_that_two_communities_share_counts_once(here: Neighbourhood) -> None:
    people = here.people(3)
    here.crowd.belong(people, here.crowd.community())
    assert funnel(here) == (3, 3, 3, 3)


def test_what_is_read_is_found_by_keys(here: Neighbourhood) -> None:
    here.people(3)
    assert here.now > midnight(here.starts_on) + timedelta(days=7)
    counted(here, HERE)  # What is prepared is planned by then.
    assert read_whole(plans_of(here.session, lambda: counted(here, HERE, THERE))) == set()
