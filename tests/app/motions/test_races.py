"""Many who vote, move and decide at once: each vote is counted or refused, and everything is decided once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from app import clock
from app.db import Database
from app.errors import AlreadyThere, Conflict
from app.motions import service
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
