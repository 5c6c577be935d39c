"""What people muted: it withholds offers from them, and from nobody else."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.communities.models import Membership
from app.offers import gate
from app.offers.models import Offer, OfferTopic
from app.relations.rules import MuteKind
from tests.app.offers.test_reasons import HERE, HOUR, MINUTE, muted_the_topic
from tests.app.rows import Rows, alone_in


@pytest.fixture
def small(session: Session) -> Rows:
    return alone_in(session)


def muted_the_business(small: Rows, ana: UUID, topic: UUID) -> None:
    small.mutes(ana, MuteKind.BUSINESS, small.session.scalars(select(Offer.business_id)).one())


def muted_another_topic_of_it(small: Rows, ana: UUID, topic: UUID) -> None:
    offer, other = small.session.scalars(select(Offer.id)).one(), small.topic()
    small.session.add(OfferTopic(offer_id=offer, topic_id=other))
    small.session.flush()
    small.mutes(ana, MuteKind.TOPIC, other)


def muted_the_community(small: Rows, ana: UUID, topic: UUID) -> None:
    small.mutes(ana, MuteKind.COMMUNITY, small.session.scalars(select(Membership.community_id)).one())


@pytest.mark.parametrize(
    ("mute", "reason"),
    [
        (muted_the_business, "muted"),
        (muted_the_topic, "muted"),
        (muted_another_topic_of_it, "muted"),
        (muted_the_community, "community"),
    ],
)
def test_no_offer_comes_of_what_is_muted(
    small: Rows, mute: Callable[[Rows, UUID, UUID], None], reason: str
) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    mute(small, ana, topic)
    assert small.reaches(ana) == ([], {reason: 1})


def test_what_another_muted_is_withheld_from_nobody_else(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana, bob = small.fitting(HERE, topic), small.fitting(HERE, topic)
    small.mutes(bob, MuteKind.TOPIC, topic)
    small.mutes(ana, MuteKind.TOPIC, small.topic())
    assert small.reaches(ana, bob) == ([ana], {"muted": 1})


def test_an_offer_comes_through_a_community_that_is_not_muted(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    muted = small.session.scalars(select(Membership.community_id).where(Membership.person_id == ana)).one()
    small.mutes(ana, MuteKind.COMMUNITY, muted)
    other = small.community(topic, name="Others")
    small.joins(ana, other)
    (delivered,), _ = gate.deliver(small.session, [ana], small.now)
    assert delivered.community_id == other


def test_who_muted_something_has_as_much_budget_as_before(small: Rows) -> None:
    topic = small.topic()
    ana = small.fitting(HERE, topic)
    for _ in range(2):
        small.mutes(ana, MuteKind.TOPIC, small.topic())
    small.offer(HERE, [topic])
    assert small.reaches(ana) == ([ana], {})
    small.offer(HERE, [topic])
    assert small.reaches(ana, after=30 * MINUTE) == ([], {"again": 1, "budget": 1})
    assert small.reaches(ana, after=HOUR) == ([ana], {"again": 1})
