"""Several at the gate at once: real connections, each in a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import UUID

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.offers import gate
from app.offers.models import Approach, Delivery
from tests.app.rows import Rows

MATCHERS = 4


def together(jobs: Sequence[Callable[[], object]]) -> None:
    with ThreadPoolExecutor(len(jobs)) as pool:
        for each in [pool.submit(job) for job in jobs]:
            each.result(timeout=30)


def matcher(engine: Engine, people: Sequence[UUID], small: Rows, start: Barrier) -> Callable[[], None]:
    """Takes people to the gate as the application does: again when it had to give way."""

    def match() -> None:
        start.wait(10)
        for _ in range(5):
            try:
                with Session(engine) as session, session.begin():
                    gate.deliver(session, people, small.now)
                return
            except DBAPIError:
                continue
        raise AssertionError("gave way five times")

    return match


def count(small: Rows, what: type[Delivery] | type[Approach]) -> int:
    small.session.rollback()
    return small.session.scalar(select(func.count()).select_from(what)) or 0


def slowly(engine: Engine, act: Callable[[Session], object], done: Event, go: Event) -> Callable[[], None]:
    """Does something in a transaction that stays open until told to go on."""

    def acting() -> None:
        with Session(engine) as session, session.begin():
            act(session)
            done.set()
            go.wait(10)

    return acting


def while_it_waits(engine: Engine, act: Callable[[Session], object], small: Rows, person: UUID) -> None:
    """Take a person to the gate while a transaction that concerns the offer has not committed yet."""
    done, go, start = Event(), Event(), Barrier(1)

    def gate_then_go() -> None:
        done.wait(10)
        with ThreadPoolExecutor(1) as pool:
            matching = pool.submit(matcher(engine, [person], small, start))
            until_someone_waits(engine)
            go.set()
            matching.result(timeout=30)

    together([slowly(engine, act, done, go), gate_then_go])


def until_someone_waits(engine: Engine, seconds: float = 5) -> None:
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(int(seconds * 100)):
            if connection.scalar(asked):
                return
            connection.execute(text("SELECT pg_sleep(0.01)"))
    raise AssertionError("nobody ever waited, so the test would prove nothing")
