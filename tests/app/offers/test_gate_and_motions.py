"""What members decide while the gate decides: nothing reaches them of what they sent off, nor more than they allow."""

from datetime import timedelta
from threading import Barrier, Event
from uuid import UUID

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.communities.models import Community, Membership
from app.motions.effects import take_effect
from app.motions.models import Motion
from app.motions.rules import Kind
from app.offers import gate, queries, service
from app.offers.models import Approach, Delivery, Offer, OfferBudget
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


def community_of(small: Rows, person: UUID) -> UUID:
    return small.session.scalars(select(Membership.community_id).where(Membership.person_id == person)).one()


def sent_off(small: Rows, community: UUID, offer: UUID) -> Motion:
    business = small.session.get_one(Offer, offer).business_id
    return Motion(community_id=community, kind=Kind.SEND_OFF, proposal={"business": str(business)})


def scene(small: Rows) -> tuple[UUID, UUID, UUID]:
    """An offer, whom it reaches, and their community."""
    topic = small.topic()
    offer, ana = small.offer(HERE, [topic]), small.fitting(HERE, topic)
    return offer, ana, community_of(small, ana)


def test_who_is_sent_off_while_the_gate_decides_reaches_nobody(small: Rows, engine: Engine) -> None:
    offer, ana, community = scene(small)
    motion = sent_off(small, community, offer)
    small.session.commit()
    while_it_waits(engine, lambda session: take_effect(session, motion, small.now), small, ana)
    assert count(small, Delivery) == count(small, Approach) == 0


def test_another_business_is_let_through_when_the_gate_is_asked_again(small: Rows, engine: Engine) -> None:
    offer, ana, community = scene(small)
    motion = sent_off(small, community, offer)
    topic = small.topic()
    small.joins(ana, small.community(topic))
    other = small.offer(HERE, [topic])
    small.session.commit()
    while_it_waits(engine, lambda session: take_effect(session, motion, small.now), small, ana)
    matcher(engine, [ana], small, Barrier(1))()
    small.session.rollback()
    assert small.session.scalars(select(Delivery.offer_id)).all() == [other]


def test_what_reaches_somebody_while_members_decide_is_no_more_to_be_seen(
    small: Rows, engine: Engine
) -> None:
    offer, ana, community = scene(small)
    motion = sent_off(small, community, offer)
    small.session.commit()
    delivered, go = Event(), Event()

    def decide() -> None:
        delivered.wait(10)
        with Session(engine) as session, session.begin():
            take_effect(session, motion, small.now)

    def see_it_wait() -> None:
        delivered.wait(10)
        until_someone_waits(engine)
        go.set()

    gating = slowly(engine, lambda session: gate.deliver(session, [ana], small.now), delivered, go)
    together([gating, decide, see_it_wait])
    assert count(small, Delivery) == 1
    assert queries.inbox(small.session, ana, None, 10, small.now) == []
    business = small.session.get_one(Offer, offer).business_id
    service.send_off(small.session, community, business)
    assert small.session.scalars(select(Delivery.id)).all() == []


def test_members_who_want_no_noise_have_none_from_then_on(small: Rows, engine: Engine) -> None:
    _, ana, community = scene(small)
    motion = Motion(community_id=community, kind=Kind.NOISE_BUDGET, proposal={"offers_a_day": 0})
    small.session.commit()
    while_it_waits(engine, lambda session: take_effect(session, motion, small.now), small, ana)
    assert count(small, Delivery) == count(small, Approach) == 0


def test_many_matchers_at_once_never_exceed_a_community_s_noise_budget(small: Rows, engine: Engine) -> None:
    topic = small.topic()
    for _ in range(6):
        small.offer(HERE, [topic])
    people = [small.fitting(HERE, topic) for _ in range(4)]
    small.session.execute(update(Community).values(noise_budget=2))
    small.session.commit()
    for _ in range(4):
        start = Barrier(MATCHERS)
        turned = [people[place:] + people[:place] for place in range(MATCHERS)]
        together([matcher(engine, each, small, start) for each in turned])
        small.now += timedelta(hours=1, minutes=1)
        for each in people:
            small.is_at(each, HERE)
        # An hour later a person's own budget allows one more.
        small.session.commit()
    got = small.session.scalars(select(OfferBudget.recent)).all()
    assert [len(each) for each in got] == [2, 2, 2, 2]
    assert count(small, Approach) == 8
