"""Some whom an offer could reach are not shown it, by lot: they have nothing of it, and lose nothing by it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app.ids import new_id
from app.offers import gate, queries
from app.offers.models import Approach, Delivery, Offer
from app.offers.rules import WITHHELD, is_held_out
from app.offers.signals import OfferWithdrawn
from geo import Position
from tests.app.offers.racing import MATCHERS, count, matcher
from tests.app.rows import Rows, rows_in
from tests.world import CAFE, Someone, World, eventually

HERE = Position(41.4036, 2.1561)


def crowd(small: Rows, topic: UUID, offer: UUID, percent: int, held_out: bool, people: int = 1) -> list[UUID]:
    """As many people whom the offer fits, all of them held out or none."""
    found: list[UUID] = []
    while len(found) < people:
        person = small.fitting(HERE, topic)
        if is_held_out(offer, person, percent) == held_out:
            found.append(person)
    return found


def test_who_is_held_out_gets_a_row_that_says_so_and_nothing_else(session: Session) -> None:
    small = rows_in(session)
    topic = small.topic()
    near = small.offer(HERE, [topic], hold_out=50)
    (ana,), (bob,) = (crowd(small, topic, near, 50, held_out) for held_out in (True, False))
    delivered, withheld = gate.deliver(session, [ana, bob], small.now)
    assert [(each.person_id, each.offer_id) for each in delivered] == [(bob, near)]
    assert withheld == {"held-out": 1}
    kept = dict(session.execute(select(Approach.person_id, Approach.held_out)).all())
    assert kept == {ana: True, bob: False}
    assert session.scalars(select(Delivery.person_id)).all() == [bob]
    assert gate.deliver(session, [ana], small.now) == ([], {"held-out": 1})


def test_it_spends_no_budget_and_nothing_of_the_quantity(session: Session) -> None:
    small = rows_in(session)
    topic = small.topic()
    near = small.offer(HERE, [topic], quantity=1, hold_out=50)
    people = crowd(small, topic, near, 50, held_out=True, people=3)
    gate.deliver(session, people, small.now)
    assert session.get_one(Offer, near).remaining == 1
    other = small.offer(HERE, [topic])
    delivered, _ = gate.deliver(session, people, small.now)
    assert {(each.person_id, each.offer_id) for each in delivered} == {(each, other) for each in people}


def test_where_something_else_is_in_the_way_nobody_is_held_out(session: Session) -> None:
    small = rows_in(session)
    topic = small.topic()
    near = small.offer(HERE, [topic], activities=("riding",), hold_out=50)
    people = crowd(small, topic, near, 50, held_out=True)
    assert gate.deliver(session, people, small.now) == ([], {"activity": 1})
    assert session.scalar(select(func.count()).select_from(Approach)) == 0


def test_all_who_fit_are_either_reached_or_held_out_by_several_processes_at_once(
    small: Rows, engine: Engine
) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic], hold_out=50)
    people = [small.fitting(HERE, topic) for _ in range(12)]
    small.session.commit()
    start = Barrier(MATCHERS)
    with ThreadPoolExecutor(MATCHERS) as pool:
        turns = [people, people[::-1], people, people[::-1]]
        for done in [pool.submit(matcher(engine, turn, small, start)) for turn in turns]:
            done.result(timeout=30)
    held_out = {each for each in people if is_held_out(offer, each, 50)}
    assert count(small, Approach) == len(people)
    assert count(small, Delivery) == len(people) - len(held_out)
    asked = select(Approach.person_id).where(Approach.held_out)
    assert set(small.session.scalars(asked)) == held_out


def test_what_they_never_had_is_never_withdrawn_from_them(session: Session) -> None:
    small = rows_in(session)
    topic = small.topic()
    offer = small.offer(HERE, [topic], hold_out=50)
    ana, bob = (crowd(small, topic, offer, 50, held_out)[0] for held_out in (True, False))
    gate.deliver(session, [ana, bob], small.now)
    for each in (ana, bob):
        small.withdraws_consent(each)
    gone = [queries.withdrawn_from(session, each, None, small.now) for each in (ana, bob)]
    assert gone == [[], [OfferWithdrawn(bob, offer)]]


@pytest.mark.parametrize("percent", [1, 10, 50])
def test_the_lot_is_the_same_in_the_database(session: Session, percent: int) -> None:
    drawn = text("""SELECT count(*) FROM unnest(CAST(:people AS uuid[])) AS p (id)
        WHERE ('x' || left(md5(CAST(:offer AS text) || ':' || p.id::text), 8))::bit(32)::bigint % 100 < :percent""")
    offer, people = new_id(), [new_id() for _ in range(500)]
    there = session.scalar(drawn, {"people": people, "offer": str(offer), "percent": percent})
    assert there == sum(is_held_out(offer, each, percent) for each in people)


@given(st.uuids(), st.uuids(), st.integers(0, 99))
def test_who_is_held_out_stays_so_where_more_are(offer: UUID, person: UUID, percent: int) -> None:
    assert is_held_out(offer, person, percent) <= is_held_out(offer, person, percent + 1)


def test_about_as_many_are_held_out_as_are_to_be() -> None:
    offers = [new_id() for _ in range(20)]
    people = [new_id() for _ in range(1000)]
    among = sum(is_held_out(offer, person, 10) for offer in offers for person in people)
    assert among == pytest.approx(2000, abs=200)


def test_a_tenth_are_held_out_unless_the_business_says_otherwise(world: World) -> None:
    offer = world.offer([world.topic()])
    assert offer["properties"]["hold_out"] == 0
    body = {"title": "Tea", "topics": [world.topic()], "area": offer["geometry"], "draft": True}
    body["ends_at"] = offer["properties"]["ends_at"]
    path = f"/businesses/{world.business()['id']}/offers"
    draft = world.founder.posts(path, body)
    assert draft["properties"]["hold_out"] == 10
    changed = {name: value for name, value in body.items() if name != "draft"}
    world.founder.puts(f"/offers/{draft['id']}", {**changed, "hold_out": 25})
    assert world.founder.gets(f"/offers/{draft['id']}")["properties"]["hold_out"] == 25
    for wrong in (-1, 51, "many", None):
        assert world.founder.is_refused("POST", path, {**body, "hold_out": wrong})["type"].endswith("invalid")


def held_out_person(world: World, topic: str, offer: UUID) -> Someone:
    while True:
        person = world.person()
        if is_held_out(offer, UUID(person.id), 50):
            person.joins(world.community(topics=[topic]))
            person.welcomes_offers()
            return person


def test_who_is_held_out_reads_so_and_has_nothing_to_say_of_it(world: World) -> None:
    topic = world.topic()
    offer = world.offer([topic], hold_out=50, title="Held out")
    ana = held_out_person(world, topic, UUID(offer["id"]))
    ana.checks_in(CAFE)

    def told() -> str:
        (found,) = (each for each in ana.gets("/me/offers/withheld")["items"] if each["title"] == "Held out")
        return str(found["says"])

    eventually(lambda: told() == WITHHELD["held-out"])
    assert ana.inbox == []
    ana.is_refused("PUT", f"/me/offers/{offer['id']}/opinion", {"opinion": "noise"})
