"""Stating a wish, pledging and withdrawing, and what businesses get to see of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.wishes.signals import WishOpened
from tests.app.conftest import Counting, Telling
from tests.app.wishes.wishing import A_MONTH, shown, workshop
from tests.world import CAFE, Json, World, square


def test_a_wish_becomes_open_when_enough_want_it(world: World, telling: Telling) -> None:
    told = telling(WishOpened)
    here = workshop(world, 6)
    wish = here.stated(area=square(CAFE))
    stated = shown(here.ana, wish)
    assert (stated["state"], stated["pledged"], stated["is_mine"]) == ("stated", 1, True)
    for each in here.members[1:4]:
        assert each.puts(f"/wishes/{wish}/pledge")["properties"]["state"] == "stated"
    assert here.members[4].puts(f"/wishes/{wish}/pledge")["properties"]["state"] == "open"
    here.members[5].puts(f"/wishes/{wish}/pledge")
    assert [type(each) for each in told] == [WishOpened]
    assert shown(here.members[3], wish)["pledged"] == 6


def test_to_pledge_twice_is_to_pledge_once_and_so_is_to_withdraw(world: World) -> None:
    here = workshop(world, 2)
    wish, bob = here.stated(), here.members[1]
    for _ in range(2):
        bob.puts(f"/wishes/{wish}/pledge")
    assert shown(bob, wish)["pledged"] == 2
    for _ in range(2):
        bob.deletes(f"/wishes/{wish}/pledge")
    assert (shown(bob, wish)["pledged"], shown(bob, wish)["have_pledged"]) == (1, False)


def test_it_closes_again_when_too_few_are_left_and_is_told_of_once(world: World, telling: Telling) -> None:
    here = workshop(world, 6)
    wish = here.opened()
    told = telling(WishOpened)
    here.members[4].deletes(f"/wishes/{wish}/pledge")
    assert shown(here.ana, wish)["state"] == "stated"
    assert found(world) == []
    here.members[5].puts(f"/wishes/{wish}/pledge")
    assert shown(here.ana, wish)["state"] == "open"
    assert told == []


def test_who_leaves_the_community_takes_their_pledge_along(world: World) -> None:
    here = workshop(world, 5)
    wish = here.opened()
    here.members[4].leaves(here.community)
    assert (shown(here.ana, wish)["state"], shown(here.ana, wish)["pledged"]) == ("stated", 4)
    here.members[4].joins(here.community)
    assert shown(here.ana, wish)["pledged"] == 4, "who comes back has to say so again"


def test_nobody_sees_who_stated_it_or_who_pledged(world: World) -> None:
    here = workshop(world, 2)
    wish = here.opened()
    seen = here.ana.asks("GET", f"/wishes/{wish}").get_data(as_text=True)
    listed = here.ana.asks("GET", here.wishes_path).get_data(as_text=True)
    for each in here.members:
        assert each.id not in seen + listed
        assert each.handle not in seen + listed


def found(world: World, **asked: str) -> list[Json]:
    """What a business of the founder's finds to answer."""
    query = "&".join(f"{name}={said}" for name, said in asked.items())
    listed = world.founder.gets(f"/businesses/{world.business()['id']}/wishes?limit=100&{query}")["features"]
    return [each["properties"] for each in listed if world.seed in "".join(each["properties"]["topics"])]


def test_businesses_see_what_is_open_and_how_many_in_steps(world: World) -> None:
    here = workshop(world, 8)
    wish = here.stated()
    world.founder.leaves(here.community)
    assert found(world) == []
    for each in here.members[1:]:
        each.puts(f"/wishes/{wish}/pledge")
    (seen,) = found(world, topic=here.topic)
    assert (seen["pledged"], shown(here.ana, wish)["pledged"]) == (5, 8)
    assert shown(world.founder, wish)["pledged"] == 5
    assert found(world, topic=world.topic("goal:a-bridge")) == []


def test_strangers_see_nothing_of_it(world: World) -> None:
    here = workshop(world, 5)
    wish, stranger = here.opened(), world.person("Stranger")
    for method, path in (
        ("GET", f"/wishes/{wish}"),
        ("PUT", f"/wishes/{wish}/pledge"),
        ("DELETE", f"/wishes/{wish}"),
    ):
        assert stranger.is_refused(method, path)["type"] == "/v1/problems/not-found"
    assert stranger.is_refused("GET", here.wishes_path)["type"] == "/v1/problems/not-a-member"
    assert stranger.is_refused("POST", here.wishes_path, here.wish())["type"] == "/v1/problems/not-a-member"
    business = world.business()["id"]
    assert stranger.is_refused("GET", f"/businesses/{business}/wishes")["type"] == "/v1/problems/not-allowed"
    assert world.client.get(f"/v1/wishes/{wish}").status_code == 401


def test_what_is_not_open_is_not_for_businesses(world: World) -> None:
    here = workshop(world)
    wish, staff = here.stated(), world.person("Staff")
    staff.posts("/businesses", {"name": "Bike Bar"})
    assert staff.is_refused("GET", f"/wishes/{wish}")["type"] == "/v1/problems/not-found"


def test_its_author_takes_it_back_while_nobody_else_wants_it(world: World) -> None:
    here = workshop(world, 2)
    gone, kept = here.stated(), here.stated()
    here.members[1].puts(f"/wishes/{kept}/pledge")
    here.ana.deletes(f"/wishes/{gone}")
    assert here.ana.is_refused("GET", f"/wishes/{gone}")["status"] == 404
    assert here.ana.is_refused("DELETE", f"/wishes/{kept}")["type"] == "/v1/problems/not-open"
    assert here.members[1].is_refused("DELETE", f"/wishes/{kept}")["type"] == "/v1/problems/not-allowed"


def test_after_its_deadline_it_has_lapsed(world: World) -> None:
    here = workshop(world, 6)
    wish = here.opened()
    with clock.travelling(A_MONTH + timedelta(minutes=1)):
        assert shown(here.ana, wish)["state"] == "lapsed"
        assert found(world) == []
        late = here.members[5].is_refused("PUT", f"/wishes/{wish}/pledge")
        assert late["type"] == "/v1/problems/not-open"
        here.members[1].deletes(f"/wishes/{wish}/pledge")


BAD: dict[str, tuple[Json, str]] = {
    "four": ({"threshold": 4}, "/threshold"),
    "ten thousand and one": ({"threshold": 10_001}, "/threshold"),
    "half a person": ({"threshold": 5.5}, "/threshold"),
    "no topic": ({"topics": []}, "/topics"),
    "too long": ({"text": "x" * 281}, "/text"),
    "NUL": ({"text": "a\0b"}, "/text"),
    "yesterday": ({"deadline": "2020-01-01T00:00:00Z"}, "/deadline"),
    "in ten years": ({"deadline": "2099-01-01T00:00:00Z"}, "/deadline"),
    "a country": ({"area": square(CAFE, 2)}, "km²"),
}


@pytest.mark.parametrize("named", BAD)
def test_what_cannot_be_wished_is_refused_and_changes_nothing(
    world: World, rows: Callable[[], dict[str, int]], named: str
) -> None:
    here = workshop(world)
    wrong, says = BAD[named]
    before = rows()
    problem = here.ana.is_refused("POST", here.wishes_path, here.wish(**wrong))
    assert problem["status"] == 422
    assert says in problem["detail"]
    assert rows() == before


def test_it_is_about_something_the_community_shares(world: World) -> None:
    here, other = workshop(world), world.topic("goal:a-bridge")
    problem = here.ana.is_refused("POST", here.wishes_path, here.wish(topics=[other]))
    assert "shares" in problem["detail"]
    assert shown(here.ana, here.stated(topics=[here.topic, other]))["topics"] == sorted([here.topic, other])


def test_only_communities_that_share_a_goal_have_wishes(world: World) -> None:
    here, riders = workshop(world), world.community()
    here.ana.joins(riders)
    problem = here.ana.is_refused("POST", f"/communities/{riders['id']}/wishes", here.wish())
    assert problem["type"] == "/v1/problems/not-allowed"


def test_one_person_states_so_many_and_no_more(world: World) -> None:
    here = workshop(world)
    for _ in range(10):
        here.stated()
    problem = here.ana.is_refused("POST", here.wishes_path, here.wish())
    assert problem["type"] == "/v1/problems/too-many"


def test_what_it_costs(world: World, app: Flask, statements: Counting) -> None:
    here = workshop(world, 2)
    wishes = [here.stated() for _ in range(5)]
    bob = here.members[1]
    bob.gets("/me")
    with statements() as one:
        bob.puts(f"/wishes/{wishes[0]}/pledge")
    with statements() as listing:
        bob.gets(here.wishes_path)
    assert (one(), listing()) == (7, 2)
