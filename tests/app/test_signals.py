"""Signals: told after the commit or never, in runs, to each listener whatever happens to the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.db import Database, announce
from app.signals import Signals


@dataclass(frozen=True)
class Rang:
    """A bell rang."""

    times: int


class RangTwice(Rang):
    """A kind of its own."""


@dataclass(frozen=True)
class Knocked:
    """Somebody knocked."""


class Ear:
    """Hears runs of signals."""

    def __init__(self) -> None:
        self.heard: list[list[Any]] = []

    def __call__(self, signals: Sequence[Any]) -> None:
        self.heard.append(list(signals))


def deaf(signals: Sequence[Any]) -> None:
    raise RuntimeError("this listener copes with nothing")


ONE, TWO, THREE = Rang(1), Rang(2), Rang(3)


@pytest.mark.parametrize(
    ("told", "bells", "knocks"),
    [
        ([], [], []),
        ([ONE], [[ONE]], []),
        ([ONE, TWO, THREE], [[ONE, TWO, THREE]], []),
        ([ONE, Knocked(), TWO], [[ONE], [TWO]], [[Knocked()]]),
        ([ONE, ONE], [[ONE, ONE]], []),
        ([RangTwice(2), ONE], [[ONE]], []),
        (["a word"], [], []),
    ],
)
def test_each_hears_its_own_kind_in_runs_in_order(
    told: list[object], bells: list[Any], knocks: list[Any]
) -> None:
    signals, bell, door = Signals(), Ear(), Ear()
    signals.listen(Rang, bell)
    signals.listen(Knocked, door)
    signals.tell(told)
    assert (bell.heard, door.heard) == (bells, knocks)


def test_all_listeners_hear_in_the_order_they_came() -> None:
    signals, heard = Signals(), list[str]()

    def named(name: str) -> Callable[[Sequence[Rang]], None]:
        return lambda _: heard.append(name)

    for name in ("first", "second", "third"):
        signals.listen(Rang, named(name))
    signals.tell([ONE])
    assert heard == ["first", "second", "third"]


def test_a_listener_that_fails_spoils_it_for_nobody() -> None:
    signals, before, after = Signals(), Ear(), Ear()
    for listener in (before, deaf, after):
        signals.listen(Rang, listener, everywhere=True)
    signals.tell([ONE])
    signals.tell_carried([TWO])
    assert before.heard == after.heard == [[ONE], [TWO]]


def test_what_another_process_did_is_heard_by_those_who_listen_everywhere_alone() -> None:
    signals, here, everywhere = Signals(), Ear(), Ear()
    signals.listen(Rang, here)
    signals.listen(Rang, everywhere, everywhere=True)
    signals.tell_carried([ONE])
    signals.tell([TWO])
    assert (here.heard, everywhere.heard) == ([[TWO]], [[ONE], [TWO]])


def test_a_gap_is_mended_by_all_who_can() -> None:
    signals, mended = Signals(), list[str]()

    def fails() -> None:
        raise RuntimeError("this cannot be mended")

    for mend in (lambda: mended.append("before"), fails, lambda: mended.append("after")):
        signals.after_gap(mend)
    signals.gap()
    assert mended == ["before", "after"]


@pytest.fixture
def bell(database: Database) -> Iterator[Ear]:
    """Hears what the application's own transactions tell."""
    bell, signals = Ear(), database.signals
    signals.listen(Rang, bell)
    yield bell
    signals._listeners[Rang].remove(bell)


def rows(database: Database) -> int:
    with database.reading() as session:
        return int(
            session.execute(text("SELECT count(*) FROM topics WHERE key = 'interest:bells'")).scalar_one()
        )


def write(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO topics (id, key, name, created_at) VALUES (gen_random_uuid(), 'interest:bells', '', now())"
        )
    )


def test_what_was_announced_is_told_after_the_commit(database: Database, bell: Ear) -> None:
    seen: list[int] = []
    database.signals.listen(Rang, lambda _: seen.append(rows(database)))
    with database.transaction() as session:
        write(session)
        announce(session, ONE, TWO)
        announce(session, THREE)
        assert bell.heard == []
    assert bell.heard == [[ONE, TWO, THREE]]
    assert seen == [1]
    database.signals._listeners[Rang].pop()


def fail_at_once(session: Session) -> None:
    raise RuntimeError("changed my mind")


def fail_in_the_database(session: Session) -> None:
    session.execute(text("SELECT 1 / 0"))


def fail_at_the_commit(session: Session) -> None:
    session.execute(
        text("CREATE TEMPORARY TABLE late (a int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
    )
    session.execute(text("INSERT INTO late VALUES (1), (1)"))


@pytest.mark.parametrize("fail", [fail_at_once, fail_in_the_database, fail_at_the_commit])
def test_what_did_not_come_true_is_never_told(
    database: Database, bell: Ear, fail: Callable[[Session], None]
) -> None:
    def tried() -> None:
        with database.transaction() as session:
            announce(session, ONE)
            fail(session)

    with pytest.raises(Exception, match=r"changed my mind|division by zero|unique"):
        tried()
    assert bell.heard == []


class Postman:
    """A carrier that counts what the transaction sees when it is given something to carry."""

    def __init__(self) -> None:
        self.carried: list[object] = []
        self.in_the_transaction: object = None

    def carry(self, execute: Callable[..., Any], signals: Sequence[object]) -> None:
        self.carried += signals
        counted = execute("SELECT count(*) FROM topics WHERE key = %(key)s", {"key": "interest:carried"})
        self.in_the_transaction = counted.scalar_one()


@pytest.fixture
def postman(database: Database, monkeypatch: pytest.MonkeyPatch) -> Postman:
    postman = Postman()
    monkeypatch.setattr(database.signals, "carrier", postman)
    return postman


def test_a_carrier_writes_inside_the_transaction(database: Database, bell: Ear, postman: Postman) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO topics (id, key, name, created_at) "
                "VALUES (gen_random_uuid(), 'interest:carried', '', now())"
            )
        )
        announce(session, ONE)
    assert (postman.carried, postman.in_the_transaction, bell.heard) == ([ONE], 1, [[ONE]])


def test_where_nothing_was_announced_nothing_is_carried(database: Database, postman: Postman) -> None:
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
    assert (postman.carried, postman.in_the_transaction) == ([], None)


def test_what_cannot_be_carried_does_not_come_true(
    database: Database, bell: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lost:
        def carry(self, execute: Callable[..., Any], signals: Sequence[object]) -> None:
            execute("SELECT CAST('lost' AS date)", {})

    monkeypatch.setattr(database.signals, "carrier", Lost())
    with pytest.raises(DataError), database.transaction() as session:
        announce(session, ONE)
    assert bell.heard == []
