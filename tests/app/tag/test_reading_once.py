"""Once for each nonce, once for each code where it matters, also where many read at once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import gevent
import pytest
from flask import Flask
from gevent.event import Event

from app import clock
from app.db import Database
from app.signals import Signals
from app.tag import reading, service
from app.tag.models import Reader
from app.tag.reading import Seen
from app.tag.rules import Outcome
from app.trust.terms import Group, Identity, Purpose, Term, Who
from tests.app.tag.tags import NONCE, Till, a_till, code_of, codes_of, lets_know
from tests.world import Someone, World


def test_the_same_nonce_gives_the_same_answer_and_one_reading(ana: Someone, till: Till) -> None:
    code = code_of(ana)
    first = till.reads(code, nonce=NONCE)
    assert first["outcome"] == "ok"
    assert till.reads(code, nonce=NONCE) == first
    with clock.travelling(timedelta(hours=3)):
        assert till.reads(code, nonce=NONCE) == first
    assert len(till.learnt) == len(ana.gets("/me/readings")["items"]) == 1
    assert till.reads_all([{"code": code, "nonce": NONCE}] * 3) == [first] * 3


def test_what_was_refused_once_is_refused_again(app: Flask, world: World, till: Till) -> None:
    bob = world.person("Bob", contract=None)
    code = code_of(bob)
    assert till.reads(code, nonce=NONCE)["outcome"] == "silent"
    lets_know(app, bob, Identity.HANDLE)
    assert till.reads(code, nonce=NONCE)["outcome"] == "silent"
    assert till.reads(code, nonce=NONCE + "2")["outcome"] == "ok"


def test_another_code_under_the_same_nonce_learns_nothing_of_the_first(
    world: World, app: Flask, ana: Someone, till: Till
) -> None:
    bob = world.person("Bob")
    lets_know(app, bob, Identity.HANDLE)
    first, other = code_of(ana), code_of(bob)
    together = till.reads_all([{"code": each, "nonce": NONCE} for each in (first, other)])
    assert [each["outcome"] for each in together] == ["ok", "nonce-reused"]
    assert together[1]["reading"] is None
    assert till.reads(other, nonce=NONCE)["outcome"] == "nonce-reused"
    assert till.reads(other, nonce=NONCE + "2")["reading"]["handle"] == bob.handle


def test_a_nonce_is_its_readers_own(world: World, ana: Someone, till: Till) -> None:
    first, second, *_ = codes_of(ana)
    assert till.reads(first, nonce=NONCE)["outcome"] == "ok"
    assert a_till(world).reads(second, nonce=NONCE)["outcome"] == "ok"


def test_a_single_use_reader_takes_each_code_once(world: World, ana: Someone) -> None:
    door = a_till(world, single_use=True)
    again = a_till(world, door.business, single_use=True)
    first, second, *_ = codes_of(ana)
    assert [till.outcome(first) for till in (door, door, again)] == ["ok", "replayed", "replayed"]
    assert again.outcome(second) == "ok"
    third = {"code": codes_of(ana)[0]}
    together = door.reads_all([{**third, "nonce": NONCE + str(n)} for n in range(3)])
    assert [each["outcome"] for each in together] == ["ok", "replayed", "replayed"]


def test_other_readers_take_a_code_again_but_only_of_the_same_business(
    world: World, ana: Someone, till: Till
) -> None:
    """Or a business that reads a code and hands it on to another would have both learn who it was."""
    code, other = code_of(ana), a_till(world)
    assert [each.outcome(code) for each in (till, till, a_till(world, till.business))] == ["ok"] * 3
    assert other.outcome(code) == "replayed"
    assert other.learnt == []


def test_what_a_business_was_not_let_know_does_not_take_the_code_from_another(
    world: World, app: Flask, till: Till
) -> None:
    bob, other = world.person("Bob"), a_till(world)
    own = Term(Purpose.READERS, Who(Group.BUSINESS, UUID(till.business["id"])), identity=Identity.NOBODY)
    lets_know(app, bob, Identity.HANDLE, own)
    code = code_of(bob)
    assert [till.outcome(code), other.outcome(code)] == ["silent", "ok"]


@pytest.fixture
def processes(database_url: str) -> Iterator[list[Database]]:
    """Several processes on one database, as far as the database can tell."""
    found = [Database(database_url, Signals(), 2) for _ in range(4)]
    yield found
    for each in found:
        each.dispose()


def test_two_tills_that_read_one_code_at_once(
    world: World, ana: Someone, processes: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    door = a_till(world, single_use=True)
    ids = [door.id, *(a_till(world, door.business, single_use=True).id for _ in processes[1:])]
    taken = reading._replayed

    def slowly(*asked: Any) -> set[bytes]:
        gevent.sleep(0.05)
        answer = taken(*asked)
        gevent.sleep(0.05)
        return answer

    monkeypatch.setattr(reading, "_replayed", slowly)

    def reads(database: Database, reader: str, seen: Seen) -> Outcome:
        with database.transaction() as session:
            found = session.get_one(Reader, UUID(reader))
            return reading.read(session, found, [seen], clock.now())[0].outcome

    for round_ in range(5):
        seen = Seen(codes_of(ana)[0], f"{NONCE}{round_}")
        workers = [gevent.spawn(reads, *each, seen) for each in zip(processes, ids, strict=True)]
        gevent.joinall(workers, raise_error=True)
        assert sorted(each.value for each in workers) == ["ok", "replayed", "replayed", "replayed"]


def test_one_nonce_sent_twice_at_once_is_read_once(
    ana: Someone, till: Till, processes: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, kept = [code_of(ana) for _ in range(5)], reading._keep

    def slowly(*asked: Any) -> None:
        gevent.sleep(0.05)
        kept(*asked)

    monkeypatch.setattr(reading, "_keep", slowly)
    learnt: list[list[UUID | None]] = []

    def reads(database: Database, backwards: int) -> None:
        seen = [Seen(code, NONCE + code) for code in codes][:: -1 if backwards else 1]
        with database.transaction() as session:
            found = session.get_one(Reader, UUID(till.id))
            answers = reading.read(session, found, seen, clock.now())
            assert {each.outcome for each in answers} == {Outcome.OK}
            learnt.append(sorted(each.learnt.id for each in answers if each.learnt))

    gevent.joinall([gevent.spawn(reads, each, n % 2) for n, each in enumerate(processes)], raise_error=True)
    assert all(each == learnt[0] for each in learnt)
    assert len(till.learnt) == 5


@pytest.mark.parametrize("act", ["silent", "reissue", "contract"])
def test_no_reading_that_ends_after_a_change_knows_how_it_was_before(
    app: Flask, ana: Someone, till: Till, processes: list[Database], monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """A reading under way holds the change back; the change is not done before the reading is."""
    code, order, under_way = code_of(ana), list[str](), Event()
    kept = reading._keep

    def slowly(*asked: Any) -> None:
        under_way.set()
        gevent.sleep(0.2)
        kept(*asked)
        order.append("read")

    monkeypatch.setattr(reading, "_keep", slowly)

    def reads() -> None:
        with processes[0].transaction() as session:
            found = session.get_one(Reader, UUID(till.id))
            reading.read(session, found, [Seen(code, NONCE)], clock.now())

    def changes() -> None:
        under_way.wait()
        if act == "contract":
            lets_know(app, ana, Identity.NOBODY)
        elif act == "silent":
            ana.asks("PUT", "/me/tag", {"state": "silent"})
        else:
            ana.posts("/me/tag/reissue")
        order.append("changed")

    gevent.joinall([gevent.spawn(reads), gevent.spawn(changes)], raise_error=True)
    assert order == ["read", "changed"]
    assert till.outcome(code, nonce=NONCE + "2") in {"silent", "revoked"}


def test_threads_of_several_processes_never_wait_for_each_other_for_ever(
    world: World, app: Flask, database_url: str
) -> None:
    """The same people in another order, at readers of two businesses, while tags are reissued."""
    people = [world.person() for _ in range(6)]
    for each in people:
        lets_know(app, each, Identity.PSEUDONYM)
    tills = [a_till(world), a_till(world)]
    codes = {each.id: codes_of(each) for each in people}
    faults: list[BaseException] = []

    def works(turn: int) -> None:
        database = Database(database_url, Signals(), 1)
        order = people if turn % 2 else people[::-1]
        try:
            for round_ in range(8):
                with database.transaction() as session:
                    found = session.get_one(Reader, UUID(tills[turn % 2].id))
                    seen = [
                        Seen(codes[each.id][turn % 4], f"{NONCE}{turn}{round_}{each.id}") for each in order
                    ]
                    reading.read(session, found, seen, clock.now())
                with database.transaction() as session:
                    service.set_state(
                        session, UUID(order[round_ % 6].id), service.State.ANSWERING, clock.now()
                    )
        except BaseException as fault:
            faults.append(fault)
        finally:
            database.dispose()

    threads = [threading.Thread(target=works, args=(turn,)) for turn in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert faults == []
