"""Each reason why an offer does not reach somebody, as the gate decides and as they read it."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.communities.models import Community, Membership
from app.offers import gate
from app.offers.models import Approach, Offer
from app.offers.reasons import REASONS
from app.relations.rules import MuteKind
from geo import Position, destination
from tests.app.rows import Rows, alone_in

HERE = Position(41.4036, 2.1561)
NEAR = destination(HERE, 90, 300)
ELSEWHERE = destination(HERE, 90, 800)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def small(session: Session) -> Rows:
    return alone_in(session)


def again(small: Rows, ana: UUID, topic: UUID) -> None:
    assert small.reaches(ana) == ([ana], {})


def none_left(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Offer).values(quantity=1, remaining=0))


def another_activity(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Offer).values(activities=["eating"]))
    small.is_at(ana, HERE, "riding")


def no_activity(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Offer).values(activities=["eating"]))


def left_the_community(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(text("DELETE FROM memberships"))


def another_topic(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(text("UPDATE offer_topics SET topic_id = :other"), {"other": small.topic()})


def withdrawn_consent(small: Rows, ana: UUID, topic: UUID) -> None:
    small.withdraws_consent(ana)


def reached_by_another(small: Rows, ana: UUID, topic: UUID) -> None:
    small.offer(NEAR, [topic])
    assert small.reaches(ana) == ([ana], {"budget": 1})
    small.session.execute(text("DELETE FROM approaches WHERE person_id <> :ana"), {"ana": ana})
    small.session.execute(update(Offer).values(withdrawn_at=None))


def held_out(small: Rows, ana: UUID, topic: UUID) -> None:
    (community,) = small.session.scalars(select(Membership.community_id).where(Membership.person_id == ana))
    offer = small.session.scalars(select(Offer.id)).one()
    at = {"person_id": ana, "offer_id": offer, "community_id": community, "at": small.now}
    small.session.execute(insert(Approach).values(held_out=True, **at))


def muted_the_topic(small: Rows, ana: UUID, topic: UUID) -> None:
    small.mutes(ana, MuteKind.TOPIC, topic)


def answers_what_others_wish(small: Rows, ana: UUID, topic: UUID) -> None:
    (community,) = small.session.scalars(select(Membership.community_id).where(Membership.person_id == ana))
    small.answers(small.session.scalars(select(Offer.id)).one(), small.wish(community))


def alone(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Offer).values(collective=2))


def never_seen(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Offer).values(returning=2))


def goes_nowhere(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Offer).values(event_id=small.event(small.person())))


def noise_is_spent(small: Rows, ana: UUID, topic: UUID) -> None:
    small.session.execute(update(Community).values(noise_budget=0))


WITHHELD: list[tuple[Callable[[Rows, UUID, UUID], None], dict[str, int]]] = [
    (again, {"again": 1}),
    (held_out, {"held-out": 1}),
    (none_left, {"quantity": 1}),
    (another_activity, {"activity": 1}),
    (no_activity, {"activity": 1}),
    (left_the_community, {"community": 1}),
    (another_topic, {"community": 1}),
    (answers_what_others_wish, {"wish": 1}),
    (alone, {"collective": 1}),
    (never_seen, {"returning": 1}),
    (goes_nowhere, {"event": 1}),
    (withdrawn_consent, {"consent": 1}),
    (muted_the_topic, {"muted": 1}),
    (noise_is_spent, {"noise": 1}),
    (reached_by_another, {"again": 1, "budget": 1}),
]


@pytest.mark.parametrize(("but", "withheld"), WITHHELD, ids=lambda each: getattr(each, "__name__", None))
def test_an_offer_is_withheld_for_its_reason(
    small: Rows, but: Callable[[Rows, UUID, UUID], None], withheld: dict[str, int]
) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    but(small, ana, topic)
    assert small.reaches(ana) == ([], withheld)


@pytest.mark.parametrize(("but", "withheld"), WITHHELD, ids=lambda each: getattr(each, "__name__", None))
def test_whoever_looks_reads_what_the_gate_decides(
    small: Rows, but: Callable[[Rows, UUID, UUID], None], withheld: dict[str, int]
) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    but(small, ana, topic)
    told = Counter(each.reason for each in gate.around(small.session, ana, small.now))
    assert told == Counter({reason: count for reason, count in withheld.items() if reason != "again"})


def test_every_reason_has_its_case() -> None:
    assert {reason for _, withheld in WITHHELD for reason in withheld} == set(REASONS)
