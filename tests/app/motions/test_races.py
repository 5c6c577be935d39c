"""Many who vote, move and decide at once: each vote is counted or refused, and everything is decided once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from app import clock
from app.communities import service as communities
from app.db import Database
from app.errors import AlreadyThere, Conflict, NotAMember
from app.motions import queries, service
from app.motions.models import Motion
from app.motions.rules import Choice, Kind
from app.motions.service import Moved
from app.motions.signals import MotionDecided
from tests.app.conftest import Telling
from tests.app.rows import rows_in

AT_ONCE = 8


@pytest.fixture
def members(database: Database) -> tuple[UUID, list[UUID]]:
    """A community, and as many members as there are threads."""
    with database.transaction() as session:
        rows = rows_in(session)
        rows.now -= timedelta(hours=1)
        community = rows.community(rows.topic())
        people = [rows.person() for _ in range(AT_ONCE)]
        for each in people:
            rows.joins(each, community)
    return community, people


def renamed(name: str) -> Moved:
    return Moved(Kind.NAME, {"name": name}, "", "", timedelta(days=3))


def all_at_once(does: Callable[[int], object]) -> list[object]:
    together = Barrier(AT_ONCE)

    def one(number: int) -> object:
        together.wait(10)
        return does(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def test_of_many_who_move_the_same_one_does(database: Database, members: tuple[UUID, list[UUID]]) -> None:
    community, people = members

    def moves(number: int) -> bool:
        try:
            with database.transaction() as session:
                service.move(session, community, people[number], renamed("Riders"), clock.now())
        except AlreadyThere:
            return False
        return True

    assert sum(map(bool, all_at_once(moves))) == 1


def test_each_vote_is_counted_or_refused_while_it_is_decided(
    database: Database, members: tuple[UUID, list[UUID]], telling: Telling
) -> None:
    told = telling(MotionDecided)
    community, people = members
    with database.transaction() as session:
        motion = service.move(session, community, people[0], renamed("Riders"), clock.now()).id
    closes_at = clock.now() + timedelta(days=3, minutes=1)

    def votes(number: int) -> bool:
        try:
            with database.transaction() as session:
                service.vote(session, (community, motion), people[number], Choice.FOR, clock.now())
        except Conflict:
            return False
        return True

    def acts(number: int) -> bool:
        return decides(database, closes_at) if number % 4 == 3 else votes(number)

    heard = [place % 4 != 3 and said for place, said in enumerate(all_at_once(acts))]
    decides(database, closes_at)
    with database.reading() as session:
        found = session.get_one(Motion, motion)
        assert (found.votes_for, found.against, found.abstained) == (sum(map(bool, heard)), 0, 0)
    assert [each.motion_id for each in told if isinstance(each, MotionDecided)].count(motion) == 1


def decides(database: Database, at: datetime) -> bool:
    with database.transaction() as session:
        return service.decide_due(session, at) > 0


def test_who_votes_from_everywhere_at_once_has_one_vote(
    database: Database, members: tuple[UUID, list[UUID]]
) -> None:
    community, people = members
    with database.transaction() as session:
        motion = service.move(session, community, people[0], renamed("Riders"), clock.now()).id

    def votes(number: int) -> None:
        with database.transaction() as session:
            choice = Choice.FOR if number % 2 else Choice.AGAINST
            service.vote(session, (community, motion), people[0], choice, clock.now())

    all_at_once(votes)
    with database.reading() as session:
        assert sum(queries.tally(session, session.get_one(Motion, motion))) == 1


def test_who_leaves_while_they_vote_is_refused_or_not_counted(
    database: Database, members: tuple[UUID, list[UUID]]
) -> None:
    community, people = members
    with database.transaction() as session:
        motion = service.move(session, community, people[0], renamed("Riders"), clock.now()).id

    def votes_or_leaves(number: int) -> None:
        person = people[number // 2]
        with suppress(NotAMember), database.transaction() as session:
            if number % 2:
                communities.leave(session, person, community)
            else:
                service.vote(session, (community, motion), person, Choice.FOR, clock.now())

    all_at_once(votes_or_leaves)
    stay = people[AT_ONCE // 2 :]
    with database.transaction() as session:
        for each in stay:
            service.vote(session, (community, motion), each, Choice.AGAINST, clock.now())
        for gone in people[: AT_ONCE // 2]:
            with pytest.raises(NotAMember):
                service.vote(session, (community, motion), gone, Choice.FOR, clock.now())
    decides(database, clock.now() + timedelta(days=3, minutes=1))
    with database.reading() as session:
        found = session.get_one(Motion, motion)
        assert (found.votes_for, found.against, found.abstained) == (0, len(stay), 0)
