"""What follows of what members decided: where offers come through, and what is heard."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.communities.models import Community
from app.ids import new_id
from app.motions.models import Standing
from app.offers import gate
from app.offers.models import Offer, OfferBudget
from tests.app.motions.conftest import Close
from tests.app.motions.council import Council
from tests.app.rows import Rows, rows_in
from tests.world import CAFE, World, eventually

HOUR = timedelta(hours=1)


@pytest.fixture
def small(session: Session) -> Rows:
    return rows_in(session)


def reaches(small: Rows, person: UUID) -> int:
    delivered, _ = gate.deliver(small.session, [person], small.now)
    return len(delivered)


def test_no_offer_comes_of_a_business_through_a_community_that_sent_it_off(small: Rows) -> None:
    topic, ana = small.topic(), small.person()
    one, other = small.community(topic), small.community(topic)
    small.joins(ana, one)
    small.consents(ana)
    small.is_at(ana, CAFE)
    business = small.session.get_one(Offer, small.offer(CAFE, [topic])).business_id
    small.session.add(Standing(community_id=one, business_id=business, is_welcome=False, since=small.now))
    small.session.flush()
    assert reaches(small, ana) == 0
    small.joins(ana, other)
    assert reaches(small, ana) == 1


def test_a_business_that_is_welcome_comes_through(small: Rows) -> None:
    topic = small.topic()
    ana, community = small.person(), small.community(topic)
    small.joins(ana, community)
    small.consents(ana)
    small.is_at(ana, CAFE)
    business = small.session.get_one(Offer, small.offer(CAFE, [topic])).business_id
    small.session.add(
        Standing(community_id=community, business_id=business, is_welcome=True, since=small.now)
    )
    small.session.flush()
    assert reaches(small, ana) == 1


@pytest.mark.parametrize(
    ("budget", "came", "comes"),
    [(0, [], 0), (1, [], 1), (1, [2], 0), (2, [2], 1), (2, [2, 23], 0), (2, [2, 24], 1), (3, [2, 3], 1)],
)
def test_no_more_comes_through_in_a_day_than_the_community_lets(
    small: Rows, budget: int, came: list[int], comes: int
) -> None:
    topic = small.topic()
    ana, community = small.person(), small.community(topic)
    small.joins(ana, community)
    small.consents(ana)
    small.is_at(ana, CAFE)
    small.session.get_one(Community, community).noise_budget = budget
    earlier = [small.now - hours * HOUR for hours in came]
    through, of = [community] * len(came), [new_id() for _ in came]
    small.session.add(OfferBudget(person_id=ana, recent=earlier, communities=through, businesses=of))
    offer = small.offer(CAFE, [topic])
    small.session.flush()
    delivered, _ = gate.deliver(small.session, [ana], small.now)
    assert [each.offer_id for each in delivered] == [offer] * comes


def test_what_lies_in_inboxes_goes_with_the_business_that_is_sent_off(world: World, close: Close) -> None:
    council = Council(world)
    ana, topic = council.people[0], council.community["properties"]["topics"][0]
    ana.welcomes_offers()
    made = world.offer([topic], CAFE)
    ana.moves(CAFE)
    eventually(lambda: [each["offer_id"] for each in ana.inbox] == [made["id"]])
    council.votes(
        council.moves(kind="send-off", business=made["properties"]["business_id"]), "for", "for", "for"
    )
    close()
    eventually(lambda: ana.inbox == [])


def test_what_is_on_a_muted_topic_is_not_heard_in_the_community(world: World, close: Close) -> None:
    council = Council(world)
    ana, bob = council.people[:2]
    topic, noise = council.community["properties"]["topics"][0], world.topic("interest:politics")
    council.votes(council.moves(kind="mute-topic", topic=noise), "for", "for", "for")
    close()
    ana.checks_in(CAFE, "a ride", topics=[topic])
    ana.checks_in(CAFE, "a rally of riders", topics=[topic, noise])
    ana.checks_in(CAFE, "come to the rally", topics=[noise], communities=[council.community["id"]])
    feed = f"community={council.community['id']}"
    assert bob.hears(feed) == ["a ride"]
    assert bob.hears(f"topic={noise}") == ["come to the rally", "a rally of riders"]
    council.votes(council.moves(kind="hear-topic", topic=noise), "for", "for", "for")
    close()
    ana.checks_in(CAFE, "another rally", topics=[topic, noise])
    assert bob.hears(feed) == ["another rally", "a ride"]


def test_in_a_place_everything_is_heard_that_is_said_there(world: World) -> None:
    yard, ana = world.location(CAFE, "The yard"), world.person("Ana")
    ana.moves(CAFE)
    ana.joins(yard)
    body = {"proposal": {"kind": "mute-topic", "topic": world.topic()}}
    refused = ana.is_refused("POST", f"/communities/{yard['id']}/motions", body)
    assert "Mute the topic for yourself" in refused["detail"]
