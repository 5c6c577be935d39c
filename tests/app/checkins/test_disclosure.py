"""What others come to know of a check-in: never more than it says, by no way of asking."""

import json

import pytest

from geo import QUARTER, Position, blur, destination, metres_between
from tests.world import CAFE, Json, Someone, World

AT_HOME = destination(CAFE, 45, 77)
QUARTER_OF_HOME = blur(AT_HOME, QUARTER)


@pytest.fixture
def people(world: World) -> dict[str, Someone]:
    """Ana; who rides with her; who is in the same location community; who is neither."""
    topic = world.topic()
    riders = world.community(topics=[topic])
    world.location(AT_HOME, degrees=0.003)
    people = {name: world.person(name) for name in ("Ana", "fellow", "neighbour", "stranger")}
    people["Ana"].joins(riders)
    people["fellow"].joins(riders)
    people["neighbour"].checks_in(AT_HOME)
    return people


def says(ana: Someone, topic: str, **more: str) -> Json:
    return ana.checks_in(AT_HOME, "at home", topics=[topic], accuracy_m=8.0, **more)


SEEN_BY = {
    ("public", "exact"): {"fellow": "exact", "neighbour": "exact", "stranger": "exact"},
    ("public", "quarter"): {"fellow": "exact", "neighbour": "quarter", "stranger": "quarter"},
    ("communities", "exact"): {"fellow": "exact", "neighbour": "exact"},
    ("communities", "quarter"): {"fellow": "exact", "neighbour": "quarter"},
    ("me", "exact"): {},
    ("me", "quarter"): {},
}


@pytest.mark.parametrize(("visibility", "exactness"), SEEN_BY)
def test_everyone_sees_what_is_theirs_to_see(
    world: World, people: dict[str, Someone], visibility: str, exactness: str
) -> None:
    made = says(people["Ana"], world.topic(), visibility=visibility, exactness=exactness)
    seen = {
        name: [each["disclosed"] for each in someone.reads(f"person={people['Ana'].handle}")]
        for name, someone in people.items()
    }
    wanted = {name: [how] for name, how in SEEN_BY[visibility, exactness].items()}
    assert seen == {"Ana": ["exact"], "fellow": [], "neighbour": [], "stranger": [], **wanted}
    for name, someone in people.items():
        assert (someone.asks("GET", f"/check-ins/{made['id']}").status_code == 200) is bool(seen[name])
    anonymous = world.client.get(f"/v1/check-ins/{made['id']}").status_code
    assert (anonymous == 200) is (visibility == "public")


def test_an_area_tells_nothing_that_a_quarter_does_not(world: World, people: dict[str, Someone]) -> None:
    place = world.place(AT_HOME)
    made = says(people["Ana"], world.topic(), exactness="quarter", place_id=place["id"])
    assert made["geometry"]["coordinates"] == [AT_HOME.lon, AT_HOME.lat]
    seen = people["stranger"].gets(f"/check-ins/{made['id']}")
    assert seen["geometry"]["coordinates"] == [QUARTER_OF_HOME.lon, QUARTER_OF_HOME.lat]
    hidden = {key: seen["properties"][key] for key in ("place_id", "communities", "accuracy_m")}
    assert hidden == {"place_id": None, "communities": [], "accuracy_m": None}
    assert str(AT_HOME.lat)[:8] not in json.dumps(seen)


def test_no_circle_finds_out_where_in_the_quarter(world: World, people: dict[str, Someone]) -> None:
    """Whether a circle holds it depends on the quarter's middle alone, for everyone who may not know exactly."""
    says(people["Ana"], world.topic(), exactness="quarter")
    person = f"&person={people['Ana'].handle}"
    for bearing in range(0, 360, 60):
        for metres in (100, 400):
            centre = destination(QUARTER_OF_HOME, bearing, metres)
            for radius in (metres - 1, metres + 1):
                heard = people["stranger"].hears(f"lat={centre.lat}&lon={centre.lon}&radius={radius}{person}")
                assert heard == (["at home"] if radius > metres else [])


def test_no_small_location_tells_where_in_the_quarter(world: World, people: dict[str, Someone]) -> None:
    quarter = world.location(AT_HOME, degrees=0.0015)
    says(people["Ana"], world.topic(), exactness="quarter")
    for name in ("stranger", "neighbour"):
        assert people[name].hears(f"community={quarter['id']}&person={people['Ana'].handle}") == []
    assert people["Ana"].hears(f"community={quarter['id']}") == ["at home"]
    assert people["fellow"].hears(f"community={quarter['id']}") == ["at home"]


def test_who_leaves_knows_no_more(world: World, people: dict[str, Someone]) -> None:
    ana, fellow, topic = people["Ana"], people["fellow"], world.topic()
    made = says(ana, topic, visibility="communities")
    assert fellow.hears(f"topic={topic}") == ["at home"]
    (riders,) = fellow.gets("/me/communities")["features"]
    fellow.leaves(riders)
    assert fellow.hears(f"topic={topic}") == []
    assert fellow.is_refused("GET", f"/check-ins/{made['id']}")["status"] == 404


def test_who_has_gone_is_no_neighbour_any_more(world: World, people: dict[str, Someone]) -> None:
    made = says(people["Ana"], world.topic(), visibility="communities")
    neighbour = people["neighbour"]
    assert neighbour.asks("GET", f"/check-ins/{made['id']}").status_code == 200
    neighbour.checks_out()
    assert neighbour.asks("GET", f"/check-ins/{made['id']}").status_code == 404


def test_that_one_is_hidden_and_that_there_is_none_look_the_same(
    world: World, people: dict[str, Someone]
) -> None:
    made = says(people["Ana"], world.topic(), visibility="me")
    hidden = people["stranger"].is_refused("GET", f"/check-ins/{made['id']}")
    people["Ana"].deletes(f"/check-ins/{made['id']}")
    assert people["stranger"].is_refused("GET", f"/check-ins/{made['id']}") == hidden


def test_the_author_always_knows_exactly(world: World) -> None:
    ana = world.person("Ana")
    made = ana.checks_in(AT_HOME, exactness="quarter", visibility="me")
    (feature,) = ana.gets(f"/check-ins?person={ana.handle}")["features"]
    at = Position(*reversed(feature["geometry"]["coordinates"]))
    assert metres_between(at, AT_HOME) < 0.001
    assert feature["id"] == made["id"]
