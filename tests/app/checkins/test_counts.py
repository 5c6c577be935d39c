"""Who is here, as a count: of those who said so to everybody, exactly, and of nobody else."""

import pytest

from geo import Position, destination
from tests.app.checkins.counts import counted
from tests.world import CAFE, FAR_AWAY, Json, World


def test_everyone_is_counted_once(world: World) -> None:
    square = world.location(CAFE, "the counted square", degrees=0.003)
    for person in (world.person("Ana"), world.person("Bob")):
        person.checks_in(CAFE)
        person.checks_in(destination(CAFE, 45, 50))
    assert counted(world, square) == 2


def test_of_a_community_that_is_not_there_nobody_is_counted(world: World) -> None:
    answer = world.client.get("/v1/communities/00000000-0000-7000-8000-000000000000/presence")
    assert answer.status_code == 404


NOT_OPENLY = [
    {"visibility": "me"},
    {"visibility": "communities"},
    {"exactness": "quarter"},
    {"visibility": "communities", "exactness": "quarter"},
]


@pytest.mark.parametrize("how", NOT_OPENLY)
def test_a_check_in_that_is_not_for_everybody_opens_as_any_other_and_is_not_counted(
    world: World, how: Json
) -> None:
    square = world.location(CAFE, "the quiet square", degrees=0.003)
    ana = world.person("Ana")
    ana.checks_in(CAFE, **how)
    assert "the quiet square" in ana.is_part_of
    assert counted(world, square) == 0
    ana.checks_in(CAFE)
    assert counted(world, square) == 1
    ana.checks_in(CAFE, **how)
    assert counted(world, square) == 1, "what was said openly stands as long as it was said for"


def test_what_is_taken_back_is_counted_no_more(world: World) -> None:
    square = world.location(CAFE, "the fickle square", degrees=0.003)
    ana = world.person("Ana")
    first, second = ana.checks_in(CAFE), ana.checks_in(CAFE)
    ana.moves(CAFE)
    for made, left in ((first, 1), (second, 0)):
        ana.deletes(f"/check-ins/{made['id']}")
        assert "the fickle square" in ana.is_part_of
        assert counted(world, square) == left


def test_what_still_stands_elsewhere_counts_for_nothing_here(world: World) -> None:
    """Somebody said openly that they were at the café, then at the square, took the latter back, and stayed."""
    square = world.location(FAR_AWAY, "the square of second thoughts", degrees=0.003)
    ana = world.person("Ana")
    ana.checks_in(CAFE)
    made = ana.checks_in(FAR_AWAY)
    ana.moves(FAR_AWAY)
    assert counted(world, square) == 1
    ana.deletes(f"/check-ins/{made['id']}")
    assert "the square of second thoughts" in ana.is_part_of
    assert counted(world, square) == 0


def test_a_walk_past_many_small_locations_is_seen_by_none_of_them(world: World) -> None:
    """Who founds a net of them, and counts, learns no more than was said for everybody."""
    middle = Position(41.30, 2.00)
    net = [
        world.location(destination(middle, angle, metres), f"mesh {angle} {metres}", degrees=0.0004)
        for angle in range(0, 360, 60)
        for metres in (30, 60, 90)
    ]
    ana = world.person("Ana")
    for angle in range(0, 360, 60):
        ana.moves(destination(middle, angle, 60), accuracy_m=5)
        ana.checks_in(destination(middle, angle, 90), exactness="quarter", accuracy_m=5)
        ana.checks_in(destination(middle, angle, 30), visibility="me", accuracy_m=5)
        assert f"mesh {angle} 30" in ana.is_part_of
        assert [counted(world, each) for each in net] == [0] * len(net)
