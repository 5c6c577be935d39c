"""The gate under concurrency: real connections, each in a thread of its own, never exceed a budget."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from app import clock
from app.businesses.models import Staff
from app.communities.models import Membership
from app.db import Database
from app.errors import NotFound
from app.mutes import service as mutes
from app.offers import gate, gathering, receiving, service
from app.offers.matcher import Matcher
from app.offers.models import Approach, Delivery, Offer, OfferTopic
from app.offers.rules import Conditions
from app.relations.rules import MuteKind
from app.signals import Signals
from app.wishes import service as wishes
from geo import Position
from tests.app.offers.racing import (
    MATCHERS,
    count,
    matcher,
    slowly,
    together,
    until_someone_waits,
    while_it_waits,
)
from tests.app.rows import Rows

HERE = Position(41.4036, 2.1561)


def test_the_last_that_is_taken_while_the_gate_waits_for_it_reaches_nobody_more(
    small: Rows, engine: Engine
) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic], quantity=1)
    ana, bob = (small.fitting(HERE, topic) for _ in range(2))
    gate.deliver(small.session, [bob], small.now)
    small.session.commit()
    while_it_waits(engine, lambda session: receiving.hold(session, bob, offer, small.now), small, ana)
    assert count(small, Delivery) == 1


def test_whoever_misses_the_last_of_one_gets_another(
    small: Rows, engine: Engine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They need not move: the nearest was taken while the gate waited for it, and the next is for them as well."""
    topic = small.topic()
    near, ana, bob = small.offer(HERE, [topic], quantity=1), *(small.fitting(HERE, topic) for _ in range(2))
    gate.deliver(small.session, [bob], small.now)
    other = small.offer(HERE, [topic])
    small.session.commit()
    monkeypatch.setattr(clock, "now", lambda: small.now)
    matcher = Matcher(Database(database.engine.url, Signals()))
    done, go = Event(), Event()

    def match() -> None:
        done.wait(10)
        with ThreadPoolExecutor(1) as pool:
            matching = pool.submit(matcher._match, [ana])
            until_someone_waits(engine)
            go.set()
            matching.result(timeout=30)

    together([slowly(engine, lambda session: receiving.hold(session, bob, near, small.now), done, go), match])
    assert list(matcher._moved) == [ana]
    matcher._match([ana])
    small.session.rollback()
    delivered = small.session.scalars(select(Delivery.offer_id).where(Delivery.person_id == ana)).all()
    assert delivered == [other]


def test_matchers_of_one_offer_do_not_wait_for_one_another(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    small.offer(HERE, [topic], quantity=5)
    people = [small.fitting(HERE, topic) for _ in range(2)]
    small.session.commit()
    with Session(engine) as first, Session(engine) as second:
        for session, person in zip((first, second), people, strict=True):
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert len(gate.deliver(session, [person], small.now)[0]) == 1


def test_many_matchers_at_once_never_exceed_a_persons_budget(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    for _ in range(6):
        small.offer(HERE, [topic])
    people = [small.fitting(HERE, topic) for _ in range(4)]
    small.session.commit()
    start = Barrier(MATCHERS)
    together([matcher(engine, people[place:] + people[:place], small, start) for place in range(MATCHERS)])
    asked = select(func.count(Delivery.offer_id)).group_by(Delivery.person_id)
    small.session.rollback()
    assert small.session.scalars(asked).all() == [1, 1, 1, 1]
    assert count(small, Approach) == 4


def test_what_becomes_an_answer_while_the_gate_waits_for_it_reaches_nobody_else(
    small: Rows, engine: Engine
) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    wish = small.wish(small.community(topic))
    small.session.commit()
    answering = update(Offer).where(Offer.id == offer).values(wish_id=wish)
    while_it_waits(engine, lambda session: session.execute(answering), small, ana)
    assert count(small, Delivery) == count(small, Approach) == 0


def test_who_withdraws_their_pledge_while_the_gate_decides_is_not_reached(
    small: Rows, engine: Engine
) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    (community,) = small.session.scalars(select(Membership.community_id).where(Membership.person_id == ana))
    wish = small.wish(community, ana)
    small.answers(offer, wish)
    small.session.commit()
    while_it_waits(engine, lambda session: wishes.unpledge(session, wish, ana), small, ana)
    assert count(small, Delivery) == 0


def test_two_businesses_answer_at_once_and_one_does(small: Rows, engine: Engine) -> None:
    topic = small.topic("goal")
    community = small.community(topic, kind="goal")
    people = [small.person() for _ in range(5)]
    for each in people:
        small.joins(each, community)
    wish = small.wish(community, *people)
    offers = [small.offer(HERE, [topic], opens=timedelta(hours=1)) for _ in range(4)]
    staff = [
        small.session.scalars(
            select(Staff.person_id)
            .join(Offer, Offer.business_id == Staff.business_id)
            .where(Offer.id == each)
        ).one()
        for each in offers
    ]
    small.session.commit()
    start, refused = Barrier(4), list[str]()

    def answering(offer: UUID, by: UUID) -> Callable[[], None]:
        def trying() -> None:
            start.wait(10)
            try:
                with Session(engine, autoflush=False) as session, session.begin():
                    service.answer(session, wish, offer, by, small.now)
            except NotFound:
                refused.append("another did")

        return trying

    together([answering(*each) for each in zip(offers, staff, strict=True)])
    answered = small.session.scalars(select(Offer.id).where(Offer.wish_id == wish)).all()
    assert (len(refused), len(answered)) == (3, 1)


def test_an_offer_withdrawn_while_the_gate_waits_for_it_reaches_nobody(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic], quantity=5)
    ana = small.fitting(HERE, topic)
    staff = small.session.scalars(select(Staff.person_id)).one()
    small.session.commit()
    while_it_waits(engine, lambda session: service.withdraw(session, offer, staff, small.now), small, ana)
    assert count(small, Delivery) == 0


@pytest.mark.parametrize("quantity", [None, 5])
def test_an_offer_paused_while_the_gate_waits_for_it_reaches_nobody(
    small: Rows, engine: Engine, quantity: int | None
) -> None:
    offer, ana, staff = paused_soon(small, quantity)
    while_it_waits(engine, lambda session: service.pause(session, offer, staff, small.now), small, ana)
    assert count(small, Delivery) == count(small, Approach) == 0


@pytest.mark.parametrize("quantity", [None, 5])
def test_a_pause_waits_for_the_gate_and_nothing_comes_after_its_answer(
    small: Rows, engine: Engine, quantity: int | None
) -> None:
    offer, ana, staff = paused_soon(small, quantity)
    deciding, go, paused = Event(), Event(), Event()

    def pause() -> None:
        deciding.wait(10)
        with Session(engine) as session, session.begin():
            service.pause(session, offer, staff, small.now)
        paused.set()

    def see_it_wait() -> None:
        deciding.wait(10)
        until_someone_waits(engine)
        assert not paused.is_set()
        go.set()

    gating = slowly(engine, lambda session: gate.deliver(session, [ana], small.now), deciding, go)
    together([gating, pause, see_it_wait])
    assert count(small, Delivery) == 1, "it came before the answer"
    bob = small.fitting(HERE, small.session.scalars(select(OfferTopic.topic_id)).one())
    small.session.commit()
    assert gate.deliver(small.session, [bob], small.now)[0] == []


def paused_soon(small: Rows, quantity: int | None) -> tuple[UUID, UUID, UUID]:
    """An offer, somebody whom it fits, and who acts for its business."""
    topic = small.topic()
    offer = small.offer(HERE, [topic], quantity=quantity)
    ana = small.fitting(HERE, topic)
    staff = small.session.scalars(select(Staff.person_id)).one()
    small.session.commit()
    return offer, ana, staff


def test_who_leaves_while_the_gate_decides_is_not_reached(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    small.session.commit()
    while_it_waits(engine, lambda session: session.execute(text("DELETE FROM memberships")), small, ana)
    assert count(small, Delivery) == 0


def test_what_is_muted_while_the_gate_decides_does_not_reach(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    small.session.commit()

    def mute(session: Session) -> None:
        mutes.mute(session, ana, MuteKind.TOPIC, topic, small.now)

    while_it_waits(engine, mute, small, ana)
    assert count(small, Delivery) == count(small, Approach) == 0


def test_what_reaches_somebody_while_they_mute_it_leaves_again(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    small.session.commit()
    delivered, go = Event(), Event()

    def mute() -> None:
        delivered.wait(10)
        with Session(engine) as session, session.begin():
            mutes.mute(session, ana, MuteKind.TOPIC, topic, small.now)

    def see_it_wait() -> None:
        delivered.wait(10)
        until_someone_waits(engine)
        go.set()

    gating = slowly(engine, lambda session: gate.deliver(session, [ana], small.now), delivered, go)
    together([gating, mute, see_it_wait])
    assert (count(small, Approach), count(small, Delivery)) == (1, 0)


def test_several_who_come_in_transactions_of_their_own_complete_each_other(
    small: Rows, engine: Engine
) -> None:
    """Whoever commits last sees all; those who came before are found by them, or by the next look."""
    topic = small.topic()
    community = small.community(topic)
    small.offer(HERE, [topic], conditions=Conditions(collective=4))
    people = [small.person() for _ in range(4)]
    for each in people:
        small.joins(each, community)
        small.consents(each)
    small.session.commit()
    start = Barrier(4)

    def comes(person: UUID) -> set[UUID]:
        start.wait(10)
        with Session(engine) as session, session.begin():
            rows = Rows(session, small.now)
            rows.is_at(person, HERE)
        with Session(engine) as session:
            return set(gathering.completed_by(session, [person], small.now))

    with ThreadPoolExecutor(4) as pool:
        found = set().union(*pool.map(comes, people))
    assert found <= set(people)
    with Session(engine) as session:
        since = small.now - timedelta(hours=1)
        assert set(gathering.together_since(session, since, small.now)) == set(people)
