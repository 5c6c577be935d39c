"""How often a business is spoken of: as often as it could read itself, in steps, and nothing of who or where."""

import json

import pytest
from flask import Flask

from app.returns.rules import A_WEEK, WEEKS_HEARD, Direction, direction
from tests.app.peers.shops import Shop, is_welcome
from tests.app.search.finding import take_in
from tests.world import Json, Someone, World


@pytest.fixture
def shop(world: World) -> Shop:
    """Of a name that no other has."""
    made = Shop(world)
    made.id = made.staff.posts("/businesses", {"name": f"Bike Bar {world.seed}"})["id"]
    return made


def heard(shop: Shop, about: str = "name", where: str = "public") -> int:
    """How often, in the week that is over next."""
    with shop.later(A_WEEK):
        return int(listened(shop, about)[where]["weeks"][-1])


def listened(shop: Shop, about: str) -> Json:
    said = shop.staff.gets(f"/businesses/{shop.id}/listening")
    assert len(said["weeks"]) == WEEKS_HEARD
    (found,) = [each for each in said["spoken_of"] if each["about"] == about]
    return dict(found)


def say(who: Someone, often: int, saying: str, **more: object) -> None:
    for each in range(often):
        who.checks_in(saying=f"{saying} {each}", **more)


@pytest.fixture
def praise(world: World) -> str:
    return f"Coffee at the Bíke bar, {world.seed}!"


def test_its_name_is_counted_in_steps_word_after_word(
    shop: Shop, world: World, app: Flask, praise: str
) -> None:
    ana = world.person("Ana")
    say(ana, 12, praise)
    say(ana, 5, f"a bar for my bike {world.seed}")
    take_in(app)
    assert heard(shop) == 10


def test_fewer_than_five_are_none(shop: Shop, world: World, app: Flask, praise: str) -> None:
    say(world.person("Ana"), 4, praise)
    take_in(app)
    assert heard(shop) == 0


def test_its_places_and_topics_are_counted(shop: Shop, world: World, app: Flask) -> None:
    topic = world.topic()
    shop.staff.puts(f"/businesses/{shop.id}/topics", {"topics": [{"key": topic}]})
    corner = {
        "name": f"Crooked Corner {world.seed}",
        "position": {"type": "Point", "coordinates": [2.1561, 41.4036]},
    }
    shop.staff.posts(f"/businesses/{shop.id}/places", corner)
    ana = world.person("Ana")
    say(ana, 5, f"at the crooked corner {world.seed}")
    say(ana, 6, "riding", topics=[topic])
    take_in(app)
    assert (heard(shop, "places"), heard(shop, "topics"), heard(shop)) == (5, 5, 0)


def test_what_nobody_may_read_is_not_heard(shop: Shop, world: World, app: Flask, praise: str) -> None:
    say(world.person("Ana"), 6, praise, visibility="me")
    say(world.person("Bob", contract=None), 6, praise)
    take_in(app)
    assert heard(shop) == 0


def test_of_who_turned_from_it_nothing_is_heard(shop: Shop, world: World, app: Flask, praise: str) -> None:
    ana = world.person("Ana")
    say(ana, 6, praise)
    ana.blocks(shop.staff)
    take_in(app)
    assert heard(shop) == 0


def test_members_are_heard_where_it_is_welcome_and_nowhere_else(
    shop: Shop, world: World, app: Flask, praise: str
) -> None:
    club, other = world.community(), world.community()
    ana = world.person("Ana")
    ana.joins(club)
    ana.joins(other)
    is_welcome(world, shop.id, club["id"])
    say(ana, 6, praise, visibility="communities", communities=[club["id"]])
    say(ana, 7, praise, visibility="communities", communities=[other["id"]])
    take_in(app)
    assert heard(shop, where="among_members") == 5
    assert heard(shop) == 0


def test_counts_are_all_it_hears(shop: Shop, world: World, app: Flask, praise: str) -> None:
    ana = world.person("Ana")
    say(ana, 10, praise)
    take_in(app)
    with shop.later(A_WEEK):
        said = json.dumps(shop.staff.gets(f"/businesses/{shop.id}/listening"))
    for word in (ana.handle, ana.id, "Coffee", "coordinates"):
        assert word not in said


def test_this_week_is_not_told(shop: Shop, world: World, app: Flask, praise: str) -> None:
    say(world.person("Ana"), 10, praise)
    take_in(app)
    assert listened(shop, "name")["public"]["weeks"][-1] == 0


@pytest.mark.parametrize(
    ("weeks", "where"),
    [
        ((0,) * 12, Direction.STEADY),
        ((0,) * 8 + (1, 1, 1, 2), Direction.STEADY),
        ((0,) * 8 + (1, 2, 1, 2), Direction.UP),
        ((40, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5), Direction.STEADY),
        ((0, 0, 0, 0, 30, 30, 30, 30, 20, 20, 20, 20), Direction.DOWN),
        ((0, 0, 0, 0, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 1900), Direction.STEADY),
        ((0, 0, 0, 0, 1500, 1500, 1500, 1500, 2000, 2000, 2000, 1900), Direction.UP),
    ],
)
def test_it_goes_up_or_down_where_that_is_hardly_chance(weeks: tuple[int, ...], where: Direction) -> None:
    assert direction(weeks) is where
