"""People say how many offers may reach them: in an hour and a day, through one community, of one business."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.communities.models import Community, Membership
from app.motions.rules import MOST_NOISE
from app.offers import gate, service
from app.offers.models import Approach, Offer, OfferTopic
from app.offers.rules import SAID_NOTHING, Budget
from app.peers import service as peers
from tests.app.offers.racing import MATCHERS, count, matcher, together, while_it_waits
from tests.app.rows import Rows, rows_in
from tests.world import CAFE, World

MINUTE = timedelta(minutes=1)
PLENTY = Budget(20, 20, 20, 20)


def test_who_has_said_nothing_is_told_what_holds_for_them(world: World) -> None:
    ana = world.person("Ana")
    assert ana.gets("/me/offers/budget") == asdict(SAID_NOTHING)
    said = {"an_hour": 2, "a_day": 5, "a_community": 1, "a_business": 0}
    assert ana.puts("/me/offers/budget", said) == said
    assert ana.gets("/me/offers/budget") == said
    assert ana.puts("/me/offers/budget", {"a_day": 1}) == asdict(SAID_NOTHING) | {"a_day": 1}


@pytest.mark.parametrize("bound", [-1, 21, 1.5, "3", None, True])
def test_a_bound_that_is_none_is_refused(world: World, bound: object) -> None:
    assert world.person("Ana").is_refused("PUT", "/me/offers/budget", {"a_day": bound})["status"] == 422


def scene(small: Rows, budget: Budget, offers: int = 6) -> UUID:
    """A person where so many offers stand, each of another business."""
    topic = small.topic()
    for _ in range(offers):
        small.offer(CAFE, [topic], lasts=timedelta(days=30))
    ana = small.fitting(CAFE, topic)
    service.set_budget(small.session, ana, budget)
    # As much as members may allow.
    small.session.execute(update(Community).values(noise_budget=MOST_NOISE))
    return ana


def reached(small: Rows, ana: UUID) -> int:
    """How many reach her now, however often she is taken to the gate."""
    came = 0
    while gate.deliver(small.session, [ana], small.now)[0]:
        came += 1
    return came


@pytest.mark.parametrize(
    ("budget", "most"),
    [
        (SAID_NOTHING, 1),
        (PLENTY, 6),
        (Budget(0, 20, 20, 20), 0),
        (Budget(20, 0, 20, 20), 0),
        (Budget(20, 20, 0, 20), 0),
        (Budget(20, 20, 20, 0), 0),
        (Budget(2, 20, 20, 20), 2),
        (Budget(20, 3, 20, 20), 3),
        (Budget(20, 20, 4, 20), 4),
        # Each is of another business.
        (Budget(20, 20, 20, 1), 6),
    ],
)
def test_no_more_reach_somebody_than_they_say(small: Rows, budget: Budget, most: int) -> None:
    ana = scene(small, budget)
    assert reached(small, ana) == most


def test_of_one_business_no_more_come_than_somebody_says(small: Rows) -> None:
    ana = scene(small, Budget(20, 20, 20, 2))
    one = small.session.scalars(select(Offer.business_id)).first()
    small.session.execute(update(Offer).values(business_id=one))
    assert reached(small, ana) == 2


def test_where_one_community_is_spent_they_come_through_another(small: Rows) -> None:
    ana = scene(small, Budget(20, 20, 2, 20))
    topic = small.session.scalars(select(OfferTopic.topic_id)).first()
    assert topic
    small.joins(ana, small.community(topic))
    assert reached(small, ana) == 4
    through = small.session.scalars(select(Approach.community_id)).all()
    assert sorted(through.count(each) for each in set(through)) == [2, 2]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    budget=st.builds(Budget, st.integers(0, 3), st.integers(0, 4), st.just(20), st.just(20)),
    steps=st.lists(st.integers(0, 700), min_size=1, max_size=12),
)
def test_however_people_move_no_hour_and_no_day_holds_more(
    session: Session, budget: Budget, steps: list[int]
) -> None:
    small = rows_in(session)
    try:
        ana = scene(small, budget, offers=12)
        begun, came = small.now, list[int]()
        for step in steps:
            small.now += step * MINUTE
            small.is_at(ana, CAFE)
            came += [(small.now - begun) // MINUTE] * reached(small, ana)
    finally:
        session.rollback()
    for bound, minutes in ((budget.an_hour, 60), (budget.a_day, 1440)):
        assert all(later - first >= minutes for first, later in zip(came, came[bound:], strict=False)), came


def test_many_matchers_at_once_exceed_no_bound(small: Rows, engine: Engine) -> None:
    people = [scene(small, Budget(4, 20, 2, 1)) for _ in range(3)]
    small.session.commit()
    for _ in range(6):
        start = Barrier(MATCHERS)
        turned = [people[place:] + people[:place] for place in range(MATCHERS)]
        together([matcher(engine, each, small, start) for each in turned])
    small.session.rollback()
    came = Counter(small.session.scalars(select(Approach.person_id)))
    assert came == dict.fromkeys(people, 2)


def test_whoever_wants_none_from_now_on_gets_none_that_is_on_its_way(small: Rows, engine: Engine) -> None:
    ana = scene(small, PLENTY)
    small.session.commit()
    none = Budget(0, 0, 0, 0)
    while_it_waits(engine, lambda session: service.set_budget(session, ana, none), small, ana)
    assert count(small, Approach) == 0


@pytest.mark.parametrize(
    ("noise", "pieces", "most"),
    [(0, (0, 0), 6), (1, (0, 0), 5), (5, (0, 0), 3), (100, (0, 0), 1), (5, (5, 0), 6), (0, (0, 5), 3)],
)
def test_a_business_called_noise_has_less_of_what_members_allow(
    small: Rows, noise: int, pieces: tuple[int, int], most: int
) -> None:
    """As many useful offers as pieces would leave it five of six."""
    ana = scene(small, PLENTY, offers=7)
    small.session.execute(update(Community).values(noise_budget=6))
    community = small.session.scalars(select(Membership.community_id)).one()
    for business in small.session.scalars(select(Offer.business_id)).all():
        peers.count(small.session, (business, community), 0, noise)
        small.piece(business, community, *pieces)
    assert reached(small, ana) == most
