"""Pieces under concurrency: real connections, each in a thread of its own, count right and keep to what is allowed."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.db import Database
from app.errors import NotFound, TooMany
from app.pieces import calling, service
from app.pieces.models import Piece, PieceOpinion
from app.pieces.rules import Opinion
from app.pieces.service import Changes, NewPiece
from tests.app.rows import Rows

THREADS = 12


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """With a connection for each thread."""
    engine = database.engine
    engine.pool._max_overflow = THREADS  # type: ignore[attr-defined]
    yield engine
    engine.pool._max_overflow = 0  # type: ignore[attr-defined]


def at_once(
    engine: Engine, jobs: Sequence[Callable[[Session], object]], *refusals: type[Exception]
) -> list[bool]:
    """Each in a transaction and a thread of its own; whether it was done, and not refused."""
    start = Barrier(len(jobs))

    def doing(job: Callable[[Session], object]) -> bool:
        start.wait(10)
        try:
            with Session(engine, autoflush=False) as session, session.begin():
                job(session)
        except refusals:
            return False
        return True

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [each.result(timeout=30) for each in [pool.submit(doing, job) for job in jobs]]


def a_piece(small: Rows) -> tuple[NewPiece, UUID, UUID, list[UUID]]:
    """What is written, its community, its author, and other members."""
    topic = small.topic()
    community = small.community(topic)
    people = [small.person() for _ in range(THREADS)]
    for each in people:
        small.joins(each, community)
    return NewPiece("Jackets", "Look for *seams*.", (topic,), "en"), community, people[0], people[1:]


def counted(small: Rows, piece_id: UUID) -> tuple[int, int, list[str]]:
    small.session.rollback()
    piece = small.session.get_one(Piece, piece_id, populate_existing=True)
    said = select(PieceOpinion.opinion).where(PieceOpinion.piece_id == piece_id)
    return piece.useful, piece.noise, sorted(small.session.scalars(said))


def test_whoever_says_something_at_once_is_counted_once(small: Rows, engine: Engine) -> None:
    new, community, author, others = a_piece(small)
    piece = service.write(small.session, community, new, author, small.now).id
    small.session.commit()

    def says(person: UUID, opinion: Opinion) -> Callable[[Session], object]:
        return lambda session: calling.say(session, piece, person, opinion, small.now)

    at_once(engine, [says(each, Opinion.USEFUL) for each in others])
    assert counted(small, piece) == (11, 0, ["useful"] * 11)
    at_once(engine, [says(others[0], opinion) for opinion in (*Opinion, *Opinion, *Opinion)])
    useful, noise, said = counted(small, piece)
    assert (useful, noise, useful + noise) == (said.count("useful"), said.count("noise"), 11)


def test_who_leaves_says_and_changes_at_once_leaves_the_count_right(small: Rows, engine: Engine) -> None:
    new, community, author, others = a_piece(small)
    mine = service.write(small.session, community, new, author, small.now).id
    theirs = service.write(small.session, community, new, others[0], small.now).id
    for piece, person in [(mine, each) for each in others] + [(theirs, author)]:
        calling.say(small.session, piece, person, Opinion.NOISE, small.now)
    small.session.commit()

    def leaves(person: UUID) -> Callable[[Session], object]:
        def leaving(session: Session) -> None:
            session.execute(select(Person.id).where(Person.id == person).with_for_update())
            calling.forget(session, person)
            session.execute(text("DELETE FROM people WHERE id = :id"), {"id": person})

        return leaving

    jobs: list[Callable[[Session], object]] = [leaves(each) for each in others[:4]]
    jobs += [
        lambda session, who=each: calling.say(session, mine, who, Opinion.USEFUL, small.now)
        for each in others[2:8]
    ]
    jobs += [lambda session: service.change(session, mine, Changes(title="Coats"), author, small.now)]
    at_once(engine, jobs, NotFound)
    useful, noise, said = counted(small, mine)
    assert (useful, noise) == (said.count("useful"), said.count("noise"))
    assert small.session.get(Piece, theirs) is None


def test_nobody_writes_more_than_they_may_by_writing_at_once(
    small: Rows, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_BY_ONE", 3)
    new, community, author, _ = a_piece(small)
    small.session.commit()
    jobs = [lambda session: service.write(session, community, new, author, small.now) for _ in range(8)]
    assert at_once(engine, jobs, TooMany).count(True) == 3
