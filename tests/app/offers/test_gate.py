"""The inbox gate: what reaches a person, what does not and for which reason."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app.businesses.models import Staff
from app.communities.models import Community, Membership
from app.offers import gate, receiving, service
from app.offers.models import Approach, Delivery, Offer
from app.offers.reasons import REASONS
from app.relations.rules import MuteKind
from geo import Position, destination
from tests.app.conftest import Counting
from tests.app.rows import Rows, rows_in

HERE = Position(41.4036, 2.1561)
NEAR = destination(HERE, 90, 300)
ELSEWHERE = destination(HERE, 90, 800)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def alone_in(session: Session) -> Rows:
    """A small world without what other tests left on offer; it is never committed."""
    session.execute(text("DELETE FROM offers"))
    return rows_in(session)


@pytest.fixture
def small(session: Session) -> Rows:
    return alone_in(session)


def reaches(small: Rows, *people: UUID, after: timedelta = timedelta()) -> tuple[list[UUID], dict[str, int]]:
    """Who is reached, and how many pairs of a person and an offer were withheld, by reason."""
    delivered, withheld = gate.deliver(small.session, people, small.now + after)
    return [each.person_id for each in delivered], withheld


def test_an_offer_reaches_whoever_is_there_in_a_community_that_shares_its_topic(small: Rows) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic])
    ana = small.fitting(NEAR, topic)
    (delivered,), withheld = gate.deliver(small.session, [ana], small.now)
    assert (delivered.person_id, delivered.offer_id, withheld) == (ana, offer, {})
    assert delivered.metres == pytest.approx(300, abs=0.1)
    assert (delivered.topic_name, delivered.community, delivered.business) == (
        "cycling",
        "Ring riders",
        "Bike Bar",
    )


def again(small: Rows, ana: UUID, topic: UUID) -> None:
    assert reaches(small, ana) == ([ana], {})


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
    assert reaches(small, ana) == ([ana], {"budget": 1})
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
    assert reaches(small, ana) == ([], withheld)


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


def test_without_a_position_no_offer(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.person()
    small.joins(ana, small.community(topic))
    small.consents(ana)
    assert reaches(small, ana) == ([], {})


def test_a_position_that_has_expired_is_no_position(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    assert reaches(small, ana, after=2 * HOUR) == ([], {})


def test_who_is_outside_of_its_area_hears_nothing(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic], radius_m=500)
    ana = small.fitting(ELSEWHERE, topic)
    assert reaches(small, ana) == ([], {})


@pytest.mark.parametrize(
    ("after", "reached"),
    [(29 * MINUTE, False), (30 * MINUTE, True), (89 * MINUTE, True), (90 * MINUTE, False)],
)
def test_an_offer_reaches_people_inside_its_window_only(small: Rows, after: timedelta, reached: bool) -> None:
    topic = small.topic()
    small.offer(HERE, [topic], opens=30 * MINUTE, lasts=HOUR)
    ana = small.fitting(HERE, topic)
    assert reaches(small, ana, after=after) == ([ana] if reached else [], {})


def test_a_withdrawn_offer_reaches_nobody(small: Rows) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    staff = small.session.scalars(
        select(Staff.person_id).join(Offer, Offer.business_id == Staff.business_id)
    ).one()
    service.withdraw(small.session, offer, staff, small.now)
    assert reaches(small, ana) == ([], {})


@pytest.mark.parametrize(
    ("activity", "reached"), [("riding", True), ("eating", True), ("working", False), (None, False)]
)
def test_an_offer_for_some_activities_reaches_those_who_do_one(
    small: Rows, activity: str | None, reached: bool
) -> None:
    topic = small.topic()
    small.offer(HERE, [topic], activities=("riding", "eating"))
    ana = small.fitting(HERE, topic)
    small.is_at(ana, HERE, activity)
    assert reaches(small, ana) == (([ana], {}) if reached else ([], {"activity": 1}))


def test_an_offer_never_comes_twice_even_to_who_left_and_joined_again(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    community, ana = small.community(topic), small.person()
    small.joins(ana, community)
    small.consents(ana)
    small.is_at(ana, HERE)
    assert reaches(small, ana) == ([ana], {})
    small.leaves(ana, community)
    assert small.session.scalar(select(func.count()).select_from(Delivery)) == 0
    small.joins(ana, community)
    assert reaches(small, ana, after=HOUR) == ([], {"again": 1})


def test_one_offer_an_hour(small: Rows) -> None:
    topic = small.topic()
    for _ in range(3):
        small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    assert reaches(small, ana) == ([ana], {"budget": 2})
    assert reaches(small, ana, after=HOUR - timedelta(seconds=1)) == ([], {"again": 1, "budget": 2})
    assert reaches(small, ana, after=HOUR) == ([ana], {"again": 1, "budget": 1})


def test_three_offers_in_any_24_hours(small: Rows) -> None:
    topic = small.topic()
    for _ in range(5):
        small.offer(HERE, [topic], lasts=timedelta(days=3))
    ana = small.fitting(HERE, topic)
    came = []
    for hours in range(0, 30):
        now = small.now + hours * HOUR
        replace(small, now=now).is_at(ana, HERE)
        if reaches(small, ana, after=hours * HOUR)[0]:
            came.append(hours)
    assert came == [0, 1, 2, 24, 25]


def test_of_several_offers_the_nearest_comes(small: Rows) -> None:
    topic = small.topic()
    small.offer(NEAR, [topic])
    nearest = small.offer(HERE, [topic])
    small.offer(destination(HERE, 0, 400), [topic])
    ana = small.fitting(HERE, topic)
    (delivered,), _ = gate.deliver(small.session, [ana], small.now)
    assert delivered.offer_id == nearest


def test_it_comes_through_the_community_joined_first(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    later, first = small.community(topic, name="later"), small.community(topic, name="first")
    ana = small.person()
    small.joins(ana, first)
    replace(small, now=small.now + MINUTE).joins(ana, later)
    small.consents(ana)
    small.is_at(ana, HERE)
    (delivered,), _ = gate.deliver(small.session, [ana], small.now)
    assert delivered.community == "first"


def test_reaching_people_takes_nothing_of_it(small: Rows) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic], quantity=2)
    people = [small.fitting(HERE, topic) for _ in range(5)]
    reached, _ = reaches(small, *people)
    assert len(reached) == 5
    assert small.session.scalar(select(Offer.remaining).where(Offer.id == offer)) == 2


def test_of_which_none_is_left_reaches_nobody_more(small: Rows) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic], quantity=1)
    ana, bob = (small.fitting(HERE, topic) for _ in range(2))
    assert reaches(small, ana)[0] == [ana]
    receiving.hold(small.session, ana, offer, small.now)
    assert reaches(small, bob) == ([], {"quantity": 1})
    receiving.let_go(small.session, ana, offer)
    assert reaches(small, bob)[0] == [bob]


def test_a_whole_batch_goes_through_in_one_statement(small: Rows, statements: Counting) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    people = [small.fitting(HERE, topic) for _ in range(20)]
    with statements() as sent:
        assert len(reaches(small, *people)[0]) == 20
        assert sent() == 1
