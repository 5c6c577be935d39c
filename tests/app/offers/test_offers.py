"""Offers from the making to the inbox and out of it, over HTTP, with the application's own matcher at work."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import clock
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, Someone, World, eventually, point, square


def regular(world: World, topic: str) -> Someone:
    """Someone whom an offer with the topic may reach, who has not moved yet."""
    ana = world.person("Ana")
    ana.joins(world.community("Ring riders", topics=[topic]))
    ana.welcomes_offers()
    return ana


def test_an_offer_comes_with_the_reason(world: World) -> None:
    topic = world.topic()
    offer = world.offer([topic], title="A free coffee", position=point(CAFE))
    ana = regular(world, topic)
    ana.checks_in(NEAR_CAFE, activity="riding")
    eventually(lambda: ana.inbox)
    (delivery,) = ana.inbox
    assert (delivery["offer_id"], delivery["business"], delivery["title"]) == (
        offer["id"],
        "Bike Bar",
        "A free coffee",
    )
    name = topic.partition(":")[2]
    assert delivery["why"]["topic"] == topic
    assert delivery["why"]["sentence"] == f"{name}, through Ring riders, 100 m away, while riding"
    assert delivery["why"]["metres"] == 100


def test_a_position_without_a_word_is_enough(world: World) -> None:
    topic = world.topic()
    world.offer([topic])
    ana = regular(world, topic)
    ana.moves(NEAR_CAFE)
    eventually(lambda: ana.inbox)


def test_an_offer_made_while_one_is_there_comes_too(world: World) -> None:
    topic = world.topic()
    ana = regular(world, topic)
    ana.checks_in(NEAR_CAFE)
    world.offer([topic])
    eventually(lambda: ana.inbox)


def test_it_reaches_only_whom_it_may(world: World) -> None:
    topic = world.topic()
    world.offer([topic])
    ana, far = regular(world, topic), regular(world, topic)
    unasked, stranger = world.person("Unasked"), world.person("Stranger")
    unasked.joins(world.community(topics=[topic]))
    stranger.welcomes_offers()
    far.checks_in(FAR_AWAY)
    for each in (unasked, stranger, ana):
        each.checks_in(NEAR_CAFE)
    # The matcher takes people in the order they moved, so when it has reached the last it has judged the others.
    eventually(lambda: ana.inbox)
    assert [each.inbox for each in (far, unasked, stranger)] == [[], [], []]


def received(world: World) -> tuple[Someone, Json, Json]:
    topic = world.topic()
    offer = world.offer([topic])
    community = world.community(topics=[topic])
    ana = world.person("Ana")
    ana.joins(community)
    ana.welcomes_offers()
    ana.checks_in(NEAR_CAFE)
    eventually(lambda: ana.inbox)
    return ana, community, offer


WITHDRAWING: dict[str, Callable[[World, Someone, Json, Json], None]] = {
    "leaving the community": lambda world, ana, community, offer: ana.leaves(community),
    "withdrawing consent": lambda world, ana, community, offer: ana.deletes("/me/consents/offers"),
    "the business withdrawing it": lambda world, ana, community, offer: world.founder.deletes(
        f"/offers/{offer['id']}"
    ),
}


@pytest.mark.parametrize("how", WITHDRAWING)
def test_it_leaves_the_inbox_at_once_by(world: World, how: str) -> None:
    ana, community, offer = received(world)
    WITHDRAWING[how](world, ana, community, offer)
    assert ana.inbox == []


def test_joining_and_consenting_again_brings_it_back_to_nobody(world: World) -> None:
    ana, community, _ = received(world)
    ana.leaves(community)
    ana.joins(community)
    ana.welcomes_offers()
    with clock.travelling(timedelta(hours=1, minutes=1)):
        bob = world.person("Bob")
        bob.joins(community)
        bob.welcomes_offers()
        ana.checks_in(NEAR_CAFE)
        bob.checks_in(NEAR_CAFE)
        eventually(lambda: bob.inbox)
        assert ana.inbox == []


def test_nobody_reads_anothers_inbox(world: World) -> None:
    received(world)
    assert world.person("Eve").inbox == []
    assert world.client.get("/v1/me/offers").status_code == 401


def test_only_staff_make_and_withdraw_offers(world: World) -> None:
    offer = world.offer([world.topic()])
    eve = world.person("Eve")
    business = offer["properties"]["business_id"]
    body = {"title": "Mine", "topics": [world.topic()], "area": square(CAFE), "ends_at": tomorrow()}
    assert (
        eve.is_refused("POST", f"/businesses/{business}/offers", body)["type"] == "/v1/problems/not-allowed"
    )
    assert eve.is_refused("DELETE", f"/offers/{offer['id']}")["type"] == "/v1/problems/not-allowed"
    assert eve.gets(f"/offers/{offer['id']}")["properties"]["withdrawn"] is False


def tomorrow(days: float = 1) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


BAD: list[tuple[Json, str, str]] = [
    ({"topics": []}, "invalid", "/topics"),
    ({"topics": ["interest:nobody-added-this"]}, "unknown-topic", "POST /v1/topics"),
    ({"area": None}, "invalid", "exactly one of area, radius_m and places"),
    ({"area": square(CAFE, 0.2)}, "bad-area", "500 km²"),
    ({"area": square(CAFE, 20)}, "bad-area", "km²"),
    ({"ends_at": None}, "invalid", "/ends_at"),
    ({"ends_at": "2020-01-01T00:00:00Z"}, "invalid", "ends_at"),
    ({"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2020-01-02T00:00:00Z"}, "invalid", "past"),
    ({"starts_at": "2099-01-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z"}, "invalid", "after starts_at"),
    ({"ends_at": "2099-01-01T00:00:00Z"}, "invalid", "90 days"),
    ({"quantity": 0}, "invalid", "/quantity"),
    ({"quantity": 1.5}, "invalid", "/quantity"),
    ({"title": ""}, "invalid", "/title"),
    ({"activities": ["Riding a bike!"]}, "invalid", "/activities/0"),
]


@pytest.mark.parametrize(("wrong", "kind", "says"), BAD)
def test_a_bad_offer_is_refused(
    world: World, rows: Callable[[], dict[str, int]], wrong: Json, kind: str, says: str
) -> None:
    business, topic = world.business(), world.topic()
    before = rows()
    body = {"title": "A coffee", "topics": [topic], "area": square(CAFE), "ends_at": tomorrow(), **wrong}
    problem = world.founder.is_refused("POST", f"/businesses/{business['id']}/offers", body)
    assert (problem["type"], problem["status"]) == (f"/v1/problems/{kind}", 422)
    assert says in problem["detail"]
    assert rows() == before


def test_an_offer_shows_what_everyone_may_know(world: World) -> None:
    topic = world.topic()
    offer = world.offer([topic], title="A coffee", activities=["riding"], quantity=3)
    shown = world.client.get(f"/v1/offers/{offer['id']}").get_json()
    assert shown == offer
    wanted = {
        "business": "Bike Bar",
        "title": "A coffee",
        "topics": [topic],
        "activities": ["riding"],
        "quantity": 3,
    }
    assert wanted.items() <= shown["properties"].items()
    assert shown["geometry"]["type"] == "Polygon"


def test_a_withdrawn_offer_says_so(world: World) -> None:
    offer = world.offer([world.topic()])
    world.founder.deletes(f"/offers/{offer['id']}")
    assert world.founder.gets(f"/offers/{offer['id']}")["properties"]["withdrawn"] is True
