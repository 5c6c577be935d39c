"""Saying whether one goes: seats, who waits, and who may know."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Event
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import Database
from app.events import replying, service
from app.events.models import EventReply
from app.events.rules import Reply, SeenBy
from app.notices.signals import NoticeGiven
from tests.app.conftest import Telling
from tests.app.events.evenings import an_event, dates_of, first_date, goes, notices
from tests.world import Json, Someone, World

Counting = Callable[[], AbstractContextManager[Callable[[], int]]]


def test_the_last_seat_goes_to_one_and_the_other_moves_up(world: World, telling: Telling) -> None:
    host, ana, bob = world.person("Host"), world.person("Ana"), world.person("Bob")
    date = first_date(host, an_event(host, capacity=1))
    assert goes(ana, date)["mine"] == {"reply": "going", "waiting": False, "seen_by": "nobody"}
    assert goes(bob, date)["mine"]["waiting"]
    assert goes(bob, date)["mine"]["waiting"], "saying it again changes nothing"
    told = telling(NoticeGiven)
    goes(ana, date, reply="not")
    assert bob.gets(date)["properties"]["mine"]["waiting"] is False
    assert notices(bob) == [("moved_up", "Night ride")]
    assert notices(ana) == []
    assert [each.person_id for each in told if isinstance(each, NoticeGiven)] == [UUID(bob.id)]


def test_who_waits_moves_up_in_the_order_of_asking(world: World) -> None:
    host = world.person("Host")
    event = an_event(host, capacity=1)
    date, people = first_date(host, event), [world.person() for _ in range(5)]
    for each in people:
        goes(each, date)
    goes(people[1], date)
    host.asks("PATCH", f"/events/{event['id']}", {"capacity": 3})
    assert [_waits(each, date) for each in people] == [False, False, False, True, True]
    people[0].deletes(f"{date}/reply")
    assert [_waits(each, date) for each in people[1:]] == [False, False, False, True]
    host.asks("PATCH", f"/events/{event['id']}", {"capacity": None})
    assert not _waits(people[4], date)


def _waits(somebody: Someone, date: str) -> bool:
    return bool(somebody.gets(date)["properties"]["mine"]["waiting"])


def test_a_smaller_capacity_asks_nobody_to_stand_up(world: World) -> None:
    host = world.person("Host")
    event = an_event(host, capacity=2)
    date, (ana, bob, eve) = first_date(host, event), [world.person() for _ in range(3)]
    for each in (ana, bob, eve):
        goes(each, date)
    host.asks("PATCH", f"/events/{event['id']}", {"capacity": 1})
    assert [_waits(each, date) for each in (ana, bob, eve)] == [False, False, True]
    ana.deletes(f"{date}/reply")
    assert _waits(eve, date)


def test_a_seat_of_who_leaves_for_good_moves_up(world: World) -> None:
    host, ana, bob = world.person("Host"), world.person("Ana"), world.person("Bob")
    date = first_date(host, an_event(host, capacity=1))
    goes(ana, date)
    goes(bob, date)
    assert ana.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert not _waits(bob, date)
    assert notices(bob) == [("moved_up", "Night ride")]


def test_an_event_leaves_with_its_host_and_who_goes_is_told(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host)
    goes(ana, first_date(host, event))
    assert host.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert ana.asks("GET", f"/events/{event['id']}").status_code == 404
    assert notices(ana) == [("cancelled", None)]


def test_few_are_shown_to_hosts_alone(world: World) -> None:
    host = world.person("Host")
    date, people = first_date(host, an_event(host)), [world.person() for _ in range(5)]
    for each in people[:4]:
        goes(each, date)
    assert people[0].gets(date)["properties"]["going"] is None
    assert host.gets(date)["properties"]["going"] == 4
    goes(people[4], date)
    assert world.client.get(f"/v1{date}").get_json(force=True)["properties"]["going"] == 5


def names(viewer: Someone, date: str) -> set[str]:
    return {each["handle"] for each in viewer.gets(f"{date}/people")["items"]}


def test_who_goes_is_shown_to_whom_they_let(world: World) -> None:
    host, viewer, stranger = world.person("Host"), world.person("Viewer"), world.person("Stranger")
    event, riders = an_event(host), world.community()
    date = first_date(host, event)
    quiet, fellow, friend, open_one = (world.person(name) for name in ("q", "fellow", "friend", "open"))
    for each in (viewer, fellow):
        each.joins(riders)
    friend.follows(viewer)
    for each, seen_by in (
        (quiet, "nobody"),
        (fellow, "communities"),
        (friend, "followers"),
        (open_one, "everyone"),
    ):
        goes(each, date, seen_by)
    assert names(stranger, date) == {open_one.handle}
    assert names(host, date) == {open_one.handle}, "who hosts knows no more"
    assert names(viewer, date) == {open_one.handle, fellow.handle}
    viewer.follows(friend)
    assert names(viewer, date) == {open_one.handle, fellow.handle, friend.handle}
    star = world.person("Star")
    star.follows(stranger)
    viewer.follows(star)
    goes(star, date, "followers")
    assert star.handle not in names(viewer, date), "whom they do not follow back"
    open_one.blocks(viewer)
    assert names(viewer, date) == {fellow.handle, friend.handle}
    viewer.leaves(riders)
    assert names(viewer, date) == {friend.handle}


def test_who_waits_does_not_go_yet(world: World) -> None:
    host, ana, bob = world.person("Host"), world.person("Ana"), world.person("Bob")
    date = first_date(host, an_event(host, capacity=1))
    goes(ana, date, "everyone")
    goes(bob, date, "everyone")
    assert names(host, date) == {ana.handle}


def test_nobody_goes_to_what_is_over_or_cancelled(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    event = an_event(host)
    date = first_date(host, event)
    going = {"reply": "going"}
    with clock.travelling(timedelta(hours=9)):
        assert ana.is_refused("PUT", f"{date}/reply", going)["type"].endswith("over")
    host.puts(f"/events/{event['id']}/cancellation")
    assert ana.is_refused("PUT", f"{date}/reply", going)["type"].endswith("over")
    goes(ana, date, reply="not")


def test_a_reply_needs_the_right_event_and_one_that_is_there(world: World) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    one, other = an_event(host), an_event(host)
    strange = f"/events/{other['id']}/dates/{dates_of(host, one)[0]['id']}"
    for method, path in (("PUT", f"{strange}/reply"), ("GET", strange), ("GET", f"{strange}/people")):
        body: Json | None = {"reply": "going"} if method == "PUT" else None
        assert ana.asks(method, path, body).status_code == 404
    assert "reply" in str(ana.is_refused("PUT", f"{first_date(host, one)}/reply", {"reply": "perhaps"}))


def test_whoever_comes_while_another_takes_the_last_seat_waits(world: World, database: Database) -> None:
    host, ana, bob = world.person("Host"), world.person("Ana"), world.person("Bob")
    event = an_event(host, capacity=1)
    date, taken, done = UUID(dates_of(host, event)[0]["id"]), Event(), Event()

    def go(person: Someone) -> None:
        if person is bob:
            taken.wait(10)
        with database.transaction() as session:
            said = Reply.GOING, SeenBy.NOBODY
            replying.reply(session, UUID(person.id), UUID(event["id"]), date, said, clock.now())
            if person is ana:
                taken.set()
                # Bob comes to the seat while it is taken, and not yet known to be.
                done.wait(1)
        done.set()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(go, ana), pool.submit(go, bob)]:
            each.result(timeout=30)
    path = f"/events/{event['id']}/dates/{date}"
    assert (_waits(ana, path), _waits(bob, path)) == (False, True)


def test_many_at_once_never_take_more_seats_than_there_are(world: World, database: Database) -> None:
    host, people = world.person("Host"), [world.person() for _ in range(12)]
    event = an_event(host, capacity=3)
    date = UUID(dates_of(host, event)[0]["id"])
    start = Barrier(len(people))

    def come(person: Someone) -> None:
        start.wait(10)
        for what in (Reply.GOING, Reply.NOT, Reply.GOING):
            with database.transaction() as session:
                said = what, SeenBy.NOBODY
                replying.reply(session, UUID(person.id), UUID(event["id"]), date, said, clock.now())

    with ThreadPoolExecutor(len(people)) as pool:
        for done in [pool.submit(come, each) for each in people]:
            done.result(timeout=60)
    with database.reading() as session:
        seated = select(func.count()).where(EventReply.date_id == date, EventReply.seated)
        assert session.scalar(seated) == 3
        first = session.scalars(
            select(EventReply.seated).where(EventReply.date_id == date).order_by(EventReply.asked)
        ).all()
    assert sum(first) == 3


def test_who_waited_longest_is_seated_when_several_leave_at_once(world: World, database: Database) -> None:
    host, people = world.person("Host"), [world.person() for _ in range(9)]
    event = an_event(host, capacity=4)
    date = UUID(dates_of(host, event)[0]["id"])
    path = f"/events/{event['id']}/dates/{date}"
    for each in people:
        goes(each, path)
    # Two of those who are seated, and the second of those who wait.
    leaving, start = (0, 3, 5), Barrier(3)

    def leave(place: int) -> None:
        start.wait(10)
        with database.transaction() as session:
            replying.withdraw(session, UUID(people[place].id), UUID(event["id"]), date, clock.now())

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(leave, leaving))
    waiting = {place for place, each in enumerate(people) if place not in leaving and _waits(each, path)}
    assert waiting == {7, 8}


def test_a_capacity_that_changes_while_people_come_is_never_exceeded(
    world: World, database: Database
) -> None:
    host, people = world.person("Host"), [world.person() for _ in range(8)]
    event = an_event(host, capacity=8)
    date, start = UUID(dates_of(host, event)[0]["id"]), Barrier(9)

    def come(person: Someone) -> None:
        start.wait(10)
        with database.transaction() as session:
            said = Reply.GOING, SeenBy.NOBODY
            replying.reply(session, UUID(person.id), UUID(event["id"]), date, said, clock.now())

    def shrink() -> None:
        start.wait(10)
        with database.transaction() as session:
            service.change(
                session, UUID(event["id"]), service.Changes(seats=(2,)), UUID(host.id), clock.now()
            )

    with ThreadPoolExecutor(9) as pool:
        for done in [pool.submit(come, each) for each in people] + [pool.submit(shrink)]:
            done.result(timeout=60)
    late = world.person()
    assert goes(late, f"/events/{event['id']}/dates/{date}")["mine"]["waiting"]


@pytest.mark.parametrize("others", [0, 30])
def test_a_reply_costs_the_same_however_many_go(world: World, statements: Counting, others: int) -> None:
    host, ana = world.person("Host"), world.person("Ana")
    date = first_date(host, an_event(host, capacity=100))
    for _ in range(others):
        goes(world.person(contract=None), date)
    goes(ana, date)
    with statements() as sent:
        goes(ana, date)
    assert sent() <= 6
