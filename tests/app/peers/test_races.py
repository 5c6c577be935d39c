"""Hearing while members send the business off: from that moment nothing is heard, however it falls."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event
from uuid import UUID

from sqlalchemy import update

from app import clock
from app.db import Database
from app.errors import NotAllowed
from app.motions.models import Standing
from app.peers import queries, service
from app.peers.queries import Part
from tests.app.peers.shops import Shop, is_welcome
from tests.world import CAFE


def part_of(shop: Shop) -> Part:
    return Part(UUID(shop.id), UUID(shop.council.community["id"]), None, 20)


def changes(database: Database, part: Part, **standing: object) -> None:
    """As a motion would have it, at once."""
    mine = Standing.business_id == part.business_id, Standing.community_id == part.community_id
    with database.transaction() as session:
        session.execute(update(Standing).where(*mine).values(**standing))


def test_words_are_read_with_the_standing_and_not_after_it(shop: Shop, database: Database) -> None:
    """Who was welcome a moment ago, when the request was let in, hears nothing any more."""
    part = part_of(shop)
    is_welcome(shop.world, shop.id, str(part.community_id))
    shop.member.checks_in(CAFE, "hello", communities=[str(part.community_id)])
    with database.reading() as session:
        since = queries.welcome_since(session, part.business_id, part.community_id)
        assert since
        assert len(queries.heard(session, part, since, clock.now())) == 1
        changes(database, part, is_welcome=False)
        assert list(queries.heard(session, part, since, clock.now())) == []
        # And who is welcome anew hears nothing of before.
        changes(database, part, is_welcome=True, since=clock.now())
        assert list(queries.heard(session, part, since, clock.now())) == []


def test_nothing_is_heard_once_the_sending_off_is_committed(shop: Shop, database: Database) -> None:
    part, staff = part_of(shop), UUID(shop.staff.id)
    is_welcome(shop.world, shop.id, str(part.community_id))
    shop.member.checks_in(CAFE, "hello", communities=[str(part.community_id)])
    together, gone = Barrier(5), Event()

    def hears(_: int) -> tuple[int, int]:
        """How often they heard it at all, and how often although they began after it was committed."""
        heard = late = 0
        together.wait(10)
        for _ in range(40):
            was_gone, found = gone.is_set(), 0
            with suppress(NotAllowed), database.reading() as session:
                since = service.check_welcome(session, staff, part.business_id, part.community_id)
                found = len(queries.heard(session, part, since, clock.now()))
            heard, late = heard + found, late + (found if was_gone else 0)
        return heard, late

    def sends_off() -> None:
        together.wait(10)
        changes(database, part, is_welcome=False)
        gone.set()

    with ThreadPoolExecutor(5) as threads:
        sending = threads.submit(sends_off)
        heard = list(threads.map(hears, range(4)))
        sending.result()
    assert sum(late for _, late in heard) == 0
    assert gone.is_set()
