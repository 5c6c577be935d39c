"""Pledging under concurrency: real connections, each in a thread of its own, count right and open a wish once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.communities import service as communities
from app.db import Database
from app.errors import NotFound, TooMany
from app.wishes import queries, service
from app.wishes.models import Pledge, Wish
from app.wishes.service import NewWish
from app.wishes.signals import WishOpened
from tests.app.rows import Rows

THREADS = 12


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """With a connection for each thread."""
    engine = database.engine
    engine.pool._max_overflow = THREADS  # type: ignore[attr-defined]
    yield engine
    engine.pool._max_overflow = 0  # type: ignore[attr-defined]


def a_wish(small: Rows, threshold: int = 5) -> tuple[UUID, UUID, UUID]:
    """A wish, its community and its author."""
    topic = small.topic("goal")
    community = small.community(topic, kind="goal")
    author = small.person()
    small.joins(author, community)
    new = NewWish("A workshop", (topic,), None, small.now + timedelta(days=9), threshold)
    return service.state(small.session, community, new, author, small.now).id, community, author


def at_once(engine: Engine, jobs: Sequence[Callable[[Session], object]]) -> list[object]:
    """Each in a transaction and a thread of its own; what was announced."""
    start, announced = Barrier(len(jobs)), list[object]()

    def doing(job: Callable[[Session], object]) -> None:
        start.wait(10)
        with Session(engine, autoflush=False) as session, session.begin():
            job(session)
            announced.extend(session.info.get("announced", []))

    with ThreadPoolExecutor(len(jobs)) as pool:
        for each in [pool.submit(doing, job) for job in jobs]:
            each.result(timeout=30)
    return announced


def members(small: Rows, community: UUID, number: int) -> list[UUID]:
    made = [small.person() for _ in range(number)]
    for each in made:
        small.joins(each, community)
    return made


def pledging(wish: UUID, person: UUID, small: Rows) -> Callable[[Session], None]:
    return lambda session: service.pledge(session, wish, person, small.now)


def test_many_pledge_at_once_and_it_opens_once(small: Rows, engine: Engine) -> None:
    for threshold in (5, 7, THREADS + 1):
        wish, community, _ = a_wish(small, threshold)
        people = members(small, community, THREADS)
        small.session.commit()
        announced = at_once(engine, [pledging(wish, each, small) for each in people])
        assert [each for each in announced if isinstance(each, WishOpened)] == [WishOpened(wish, community)]
        assert queries.pledged_to(small.session, wish) == THREADS + 1
        small.session.commit()


def test_one_person_who_pledges_from_everywhere_counts_once(small: Rows, engine: Engine) -> None:
    wish, community, _ = a_wish(small)
    (person,) = members(small, community, 1)
    small.session.commit()
    assert at_once(engine, [pledging(wish, person, small)] * THREADS) == []
    assert queries.pledged_to(small.session, wish) == 2


def test_pledging_and_withdrawing_at_once_leaves_whole_people(small: Rows, engine: Engine) -> None:
    wish, community, author = a_wish(small)
    people = members(small, community, 5)
    small.session.commit()
    for _ in range(4):
        jobs = [pledging(wish, each, small) for each in people]
        jobs += [lambda session, each=each: service.unpledge(session, wish, each) for each in people]
        at_once(engine, jobs)
        small.session.rollback()
        held = set(small.session.scalars(select(Pledge.person_id).where(Pledge.wish_id == wish)))
        assert author in held <= {author, *people}
        assert queries.pledged_to(small.session, wish) == len(held)


def test_pledging_and_leaving_at_once_never_ends_with_a_pledge_without_membership(
    small: Rows, engine: Engine
) -> None:
    wish, community, _ = a_wish(small)
    people = members(small, community, 6)
    small.session.commit()

    def trying(person: UUID) -> Callable[[Session], None]:
        def tried(session: Session) -> None:
            try:
                service.pledge(session, wish, person, small.now)
            except NotFound:
                session.rollback()

        return tried

    leaving = [lambda session, each=each: communities.leave(session, each, community) for each in people]
    at_once(engine, [*map(trying, people), *leaving])
    assert queries.pledged_to(small.session, wish) == 1


def test_a_wish_is_not_taken_back_under_somebody_who_pledges(small: Rows, engine: Engine) -> None:
    for _ in range(5):
        wish, community, author = a_wish(small)
        (person,) = members(small, community, 1)
        small.session.commit()
        refused: list[str] = []

        def tried(do: Callable[[Session], object], refused: list[str] = refused) -> Callable[[Session], None]:
            def trying(session: Session) -> None:
                try:
                    do(session)
                except Exception as error:
                    refused.append(type(error).__name__)
                    session.rollback()

            return trying

        withdrawing = tried(lambda session, w=wish, a=author: service.withdraw(session, w, a))
        at_once(engine, [tried(pledging(wish, person, small)), withdrawing])
        assert refused in (["NotFound"], ["NotOpen"])
        is_there = small.session.get(Wish, wish) is not None
        assert (refused == ["NotOpen"]) == is_there
        small.session.commit()


def test_nobody_states_more_at_once_than_one_may(small: Rows, engine: Engine) -> None:
    _, community, author = a_wish(small)
    topic = small.topic("goal")
    small.session.execute(text("INSERT INTO community_topics VALUES (:c, :t)"), {"c": community, "t": topic})
    small.session.commit()
    refused: list[str] = []

    def stating(session: Session) -> None:
        new = NewWish("Another", (topic,), None, small.now + timedelta(days=9), 5)
        try:
            service.state(session, community, new, author, small.now)
        except TooMany:
            refused.append("too many")
            session.rollback()

    at_once(engine, [stating] * THREADS)
    assert len(refused) == THREADS - 9


def test_no_statement_holds_a_pledge_without_a_membership_of_that_community(small: Rows) -> None:
    wish, community, _ = a_wish(small)
    _, another, _ = a_wish(small)
    (person,) = members(small, another, 1)
    for through in (community, another):
        pledge = Pledge(person_id=person, wish_id=wish, community_id=through, pledged_at=small.now)
        savepoint = small.session.begin_nested()
        small.session.add(pledge)
        with pytest.raises(IntegrityError):
            small.session.flush()
        savepoint.rollback()
        small.session.expunge_all()
