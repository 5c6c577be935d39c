"""The inbox gate: what reaches a person, what does not and for which reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.businesses.models import Staff
from app.offers import gate, receiving, service
from app.offers.models import Delivery, Offer
from app.peers import service as peers
from geo import Position, destination
from tests.app.conftest import Counting
from tests.app.rows import Rows, alone_in

HERE = Position(41.4036, 2.1561)
NEAR = destination(HERE, 90, 300)
ELSEWHERE = destination(HERE, 90, 800)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def small(session: Session) -> Rows:
    return alone_in(session)


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


def test_without_a_position_no_offer(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.person()
    small.joins(ana, small.community(topic))
    small.consents(ana)
    assert small.reaches(ana) == ([], {})


def test_a_position_that_has_expired_is_no_position(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    assert small.reaches(ana, after=2 * HOUR) == ([], {})


def test_who_is_outside_of_its_area_hears_nothing(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic], radius_m=500)
    ana = small.fitting(ELSEWHERE, topic)
    assert small.reaches(ana) == ([], {})


@pytest.mark.parametrize(
    ("after", "reached"),
    [(29 * MINUTE, False), (30 * MINUTE, True), (89 * MINUTE, True), (90 * MINUTE, False)],
)
def test_an_offer_reaches_people_inside_its_window_only(small: Rows, after: timedelta, reached: bool) -> None:
    topic = small.topic()
    small.offer(HERE, [topic], opens=30 * MINUTE, lasts=HOUR)
    ana = small.fitting(HERE, topic)
    assert small.reaches(ana, after=after) == ([ana] if reached else [], {})


def test_a_withdrawn_offer_reaches_nobody(small: Rows) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    staff = small.session.scalars(
        select(Staff.person_id).join(Offer, Offer.business_id == Staff.business_id)
    ).one()
    service.withdraw(small.session, offer, staff, small.now)
    assert small.reaches(ana) == ([], {})


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
    assert small.reaches(ana) == (([ana], {}) if reached else ([], {"activity": 1}))


def test_an_offer_never_comes_twice_even_to_who_left_and_joined_again(small: Rows) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    community, ana = small.community(topic), small.person()
    small.joins(ana, community)
    small.consents(ana)
    small.is_at(ana, HERE)
    assert small.reaches(ana) == ([ana], {})
    small.leaves(ana, community)
    assert small.session.scalar(select(func.count()).select_from(Delivery)) == 0
    small.joins(ana, community)
    assert small.reaches(ana, after=HOUR) == ([], {"again": 1})


def test_one_offer_an_hour(small: Rows) -> None:
    topic = small.topic()
    for _ in range(3):
        small.offer(HERE, [topic])
    ana = small.fitting(HERE, topic)
    assert small.reaches(ana) == ([ana], {"budget": 2})
    assert small.reaches(ana, after=HOUR - timedelta(seconds=1)) == ([], {"again": 1, "budget": 2})
    assert small.reaches(ana, after=HOUR) == ([ana], {"again": 1, "budget": 1})


def test_three_offers_in_any_24_hours(small: Rows) -> None:
    topic = small.topic()
    for _ in range(5):
        small.offer(HERE, [topic], lasts=timedelta(days=3))
    ana = small.fitting(HERE, topic)
    came = []
    for hours in range(0, 30):
        now = small.now + hours * HOUR
        replace(small, now=now).is_at(ana, HERE)
        if small.reaches(ana, after=hours * HOUR)[0]:
            came.append(hours)
    assert came == [0, 1, 2, 24, 25]


def first_of(small: Rows, *offers: tuple[float, int, int]) -> int:
    """Which of several offers comes. Each is so many metres away, about so many topics of which one is ana's, and so
    many of her community called what its business does noise.
    """
    tea = small.topic()
    others = [small.topic() for _ in range(3)]
    club = small.community(tea)
    ana = small.person()
    small.joins(ana, club)
    small.consents(ana)
    small.is_at(ana, HERE)
    made = []
    for metres, topics, noise in offers:
        made.append(small.offer(destination(HERE, 90, metres), [tea, *others[: topics - 1]]))
        business = small.session.get_one(Offer, made[-1]).business_id
        peers.count(small.session, (business, club), 0, noise)
    (delivered,), _ = gate.deliver(small.session, [ana], small.now)
    return made.index(delivered.offer_id)


@pytest.mark.parametrize(
    ("offers", "first"),
    [
        # The nearest comes, if nothing else tells them apart.
        ([(300, 1, 0), (120, 1, 0), (400, 1, 0)], 1),
        ([(30, 1, 0), (20, 1, 0)], 1),
        ([(20, 1, 0), (20, 1, 0)], 0),
        # What is about something else as well comes later, so that it is of no use to name more topics.
        ([(0, 2, 0), (400, 1, 0)], 1),
        ([(0, 4, 0), (0, 3, 0)], 1),
        # As near is as near by a step; then it counts what her community thinks of a business.
        ([(10, 1, 1), (45, 1, 0)], 1),
        ([(45, 1, 1), (60, 1, 0)], 0),
        ([(210, 1, 2), (390, 1, 1)], 1),
        ([(0, 1, 2), (0, 2, 0)], 0),
    ],
)
def test_of_several_offers_the_first_in_their_order_comes(
    small: Rows, offers: list[tuple[float, int, int]], first: int
) -> None:
    assert first_of(small, *offers) == first


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
    reached, _ = small.reaches(*people)
    assert len(reached) == 5
    assert small.session.scalar(select(Offer.remaining).where(Offer.id == offer)) == 2


def test_of_which_none_is_left_reaches_nobody_more(small: Rows) -> None:
    topic = small.topic()
    offer = small.offer(HERE, [topic], quantity=1)
    ana, bob = (small.fitting(HERE, topic) for _ in range(2))
    assert small.reaches(ana)[0] == [ana]
    receiving.hold(small.session, ana, offer, small.now)
    assert small.reaches(bob) == ([], {"quantity": 1})
    receiving.let_go(small.session, ana, offer)
    assert small.reaches(bob)[0] == [bob]


def test_a_whole_batch_goes_through_in_one_statement(small: Rows, statements: Counting) -> None:
    topic = small.topic()
    small.offer(HERE, [topic])
    people = [small.fitting(HERE, topic) for _ in range(20)]
    with statements() as sent:
        assert len(small.reaches(*people)[0]) == 20
        assert sent() == 1
