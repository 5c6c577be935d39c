"""An offer is to be had at places of its business, in a circle, or in an area."""

from collections.abc import Callable

import pytest

from geo import Position, destination, metres_between
from tests.app.offers.test_fields import regular, wanted
from tests.world import CAFE, FAR_AWAY, Json, World, eventually, point, square

EAST = destination(CAFE, 90, 3_000)


class Chain:
    """A business with two shops, three kilometres apart."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.path = f"/businesses/{world.business()['id']}"
        self.cafe, self.east = self.shop("Café", CAFE), self.shop("East", EAST)

    def shop(self, name: str, at: Position, **more: object) -> str:
        body = {"name": name, "position": point(at), "radius_m": 100, **more}
        return str(self.world.founder.posts(f"{self.path}/places", body)["id"])

    def offers(self, *places: str, **more: object) -> Json:
        return self.world.founder.posts(f"{self.path}/offers", self.wanted(*places, **more))

    def wanted(self, *places: str, **more: object) -> Json:
        return wanted(self.world, places=list(places), **more)


@pytest.fixture
def chain(world: World) -> Chain:
    return Chain(world)


def test_it_is_to_be_had_at_places_of_its_business(world: World, chain: Chain) -> None:
    topic = world.topic()
    offer = chain.offers(chain.east, chain.cafe, topics=[world.shared("interest:tea"), topic])
    assert offer["properties"]["places"] == [
        {"id": chain.east, "name": "East"},
        {"id": chain.cafe, "name": "Café"},
    ]
    assert offer["geometry"]["type"] == "MultiPolygon"
    for name, at, metres in (("Ana", destination(EAST, 0, 90), 100), ("Bob", destination(CAFE, 0, 20), 0)):
        person = regular(world, topic, name)
        person.checks_in(at)
        eventually(lambda person=person: person.inbox)  # type: ignore[misc]
        # From the nearest of them, whichever was named first.
        assert person.inbox[0]["why"]["metres"] == metres
    between = regular(world, topic, "Eve")
    between.checks_in(destination(CAFE, 90, 1_500))
    witness = regular(world, topic, "Wit")
    witness.checks_in(EAST)
    eventually(lambda: witness.inbox)
    assert between.inbox == []


def test_a_draft_is_published_where_its_places_are_then(world: World, chain: Chain) -> None:
    draft = chain.offers(chain.cafe, draft=True)
    moved = {"name": "New", "position": point(FAR_AWAY), "radius_m": 100}
    world.founder.asks("PATCH", f"{chain.path}/places/{chain.cafe}", moved)
    published = world.founder.puts(f"/offers/{draft['id']}/publication")
    assert published["properties"]["places"] == [{"id": chain.cafe, "name": "New"}]
    lon, lat = published["geometry"]["coordinates"][0][0]
    assert metres_between(Position(lat, lon), FAR_AWAY) < 110


def test_what_was_published_stays_where_its_places_were(world: World, chain: Chain) -> None:
    offer = chain.offers(chain.cafe)
    world.founder.deletes(f"{chain.path}/places/{chain.cafe}")
    assert world.founder.gets(f"/offers/{offer['id']}") == offer


def test_a_draft_is_not_published_at_a_place_that_is_gone(world: World, chain: Chain) -> None:
    draft = chain.offers(chain.cafe, draft=True)
    world.founder.deletes(f"{chain.path}/places/{chain.cafe}")
    refused = world.founder.is_refused("PUT", f"/offers/{draft['id']}/publication")
    assert (refused["status"], refused["type"]) == (422, "/v1/problems/unknown-place")
    changed = world.founder.puts(f"/offers/{draft['id']}", chain.wanted(chain.east))["properties"]
    assert changed["places"] == [{"id": chain.east, "name": "East"}]
    world.founder.puts(f"/offers/{draft['id']}/publication")


def test_nobody_offers_at_the_places_of_others(world: World, chain: Chain) -> None:
    rival = world.founder.posts("/businesses", {"name": "Rival"})["id"]
    refused = world.founder.is_refused("POST", f"/businesses/{rival}/offers", chain.wanted(chain.cafe))
    assert refused["type"] == "/v1/problems/unknown-place"
    assert f"/businesses/{rival}/places" in refused["detail"]


def test_a_circle_is_an_area_as_well(world: World) -> None:
    offer = world.offer([world.topic()], position=point(CAFE), radius_m=200)
    corners = offer["geometry"]["coordinates"][0]
    assert all(195 < metres_between(Position(lat, lon), CAFE) < 202 for lon, lat in corners)
    assert offer["properties"]["places"] == []


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({}, "exactly one"),
        ({"area": square(CAFE), "position": point(CAFE), "radius_m": 50}, "exactly one"),
        ({"radius_m": 50}, "stands with the position"),
        ({"position": point(CAFE), "radius_m": 4}, "/radius_m"),
        ({"position": point(CAFE), "radius_m": 12_700}, "/radius_m"),
        ({"position": point(CAFE), "radius_m": "50"}, "/radius_m"),
        ({"places": []}, "exactly one"),
        ({"places": ["café"]}, "/places/0"),
        ({"places": ["00000000-0000-7000-8000-000000000001"] * 101}, "/places"),
        ({"places": ["00000000-0000-7000-8000-000000000001"], "position": point(CAFE)}, "of their own"),
        ({"places": ["00000000-0000-7000-8000-000000000001"]}, "has no place"),
    ],
)
def test_where_it_is_is_said_in_one_way(
    world: World, rows: Callable[[], dict[str, int]], where: Json, says: str
) -> None:
    path, body = f"/businesses/{world.business()['id']}/offers", wanted(world, **where)
    before = rows()
    refused = world.founder.is_refused("POST", path, body)
    assert refused["status"] == 422
    assert says in refused["detail"]
    assert rows() == before


def test_places_too_finely_drawn_are_too_much_for_one_offer(
    chain: Chain, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.offers.making.MOST_VERTICES", 100)
    chain.offers(chain.cafe)
    refused = world.founder.is_refused("POST", f"{chain.path}/offers", chain.wanted(chain.cafe, chain.east))
    assert (refused["type"], "fewer places" in refused["detail"]) == ("/v1/problems/bad-area", True)
