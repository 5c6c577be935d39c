"""What people say of offers that reached them: theirs alone, changed at will, and kept when the offer goes."""

import pytest

from tests.app.offers.test_offers import regular
from tests.world import NEAR_CAFE, Json, Someone, World, eventually


@pytest.fixture
def offer(world: World) -> Json:
    topic = world.topic()
    return world.offer([topic]) | {"topic": topic}


@pytest.fixture
def ana(world: World, offer: Json) -> Someone:
    ana = regular(world, offer["topic"])
    ana.checks_in(NEAR_CAFE)
    eventually(lambda: ana.inbox)
    return ana


def test_an_offer_is_called_useful_or_noise_and_nothing_any_more(ana: Someone, offer: Json) -> None:
    path = f"/me/offers/{offer['id']}/opinion"
    assert ana.inbox[0]["opinion"] is None
    for opinion in ("noise", "noise", "useful"):
        ana.puts(path, {"opinion": opinion})
        assert ana.inbox[0]["opinion"] == opinion
    ana.deletes(path)
    ana.deletes(path)
    assert ana.inbox[0]["opinion"] is None


def test_whom_it_never_reached_has_no_say(world: World, ana: Someone, offer: Json) -> None:
    stranger = world.person("Stranger")
    refused = stranger.is_refused("PUT", f"/me/offers/{offer['id']}/opinion", {"opinion": "noise"})
    assert (refused["status"], refused["detail"]) == (404, "No such offer ever reached you.")
    assert ana.inbox[0]["opinion"] is None


@pytest.mark.parametrize(
    "wrong", [{}, {"opinion": "spam"}, {"opinion": None}, {"opinion": "useful", "why": "x"}]
)
def test_there_are_two_things_to_say(ana: Someone, offer: Json, wrong: Json) -> None:
    assert ana.is_refused("PUT", f"/me/offers/{offer['id']}/opinion", wrong)["status"] == 422


def test_it_stays_said_when_the_offer_has_gone(world: World, ana: Someone, offer: Json) -> None:
    world.founder.deletes(f"/offers/{offer['id']}")
    eventually(lambda: not ana.inbox)
    ana.puts(f"/me/offers/{offer['id']}/opinion", {"opinion": "noise"})
    received = ana.asks("POST", "/me/export", {})
    assert received.status_code == 200
