"""Who hears a message, and who is never asked."""

from itertools import product
from random import Random
from uuid import UUID

import pytest

from geo import Area, Box, Circle, Polygon, Position, destination, metres_between
from realtime.matching import Watch, WatchIndex
from tests.geo.worlds import NEW_YORK, SUVA
from tests.realtime.hearing import (
    AROUND,
    CHESS,
    CYCLING,
    FAIR_TRADE,
    FAR,
    KINDS,
    NEAR,
    RIDERS,
    SQUARE,
    WORKSHOP,
    Message,
    index_of,
    watch,
)


@pytest.mark.parametrize(
    ("asked", "message", "heard"),
    [
        (watch(), Message(), True),
        (watch(), Message(at=None), True),
        (watch(AROUND), Message(at=NEAR), True),
        (watch(AROUND), Message(at=FAR), False),
        (watch(AROUND), Message(at=None), False),
        (watch(Box(-74, 40, -73, 41)), Message(), True),
        (watch(Box(-74, 40, -73, 41)), Message(at=SUVA), False),
        (watch(Polygon(AROUND.outline())), Message(at=NEAR), True),
        (watch(Polygon(AROUND.outline())), Message(at=FAR), False),
        (watch(topics=[CYCLING]), Message(), False),
        (watch(topics=[CYCLING]), Message(topics=(CHESS,)), False),
        (watch(topics=[CYCLING]), Message(topics=(CHESS, CYCLING)), True),
        (watch(topics=[CYCLING, FAIR_TRADE]), Message(topics=(FAIR_TRADE,)), True),
        (watch(communities=[RIDERS]), Message(), False),
        (watch(communities=[RIDERS, SQUARE]), Message(communities=(SQUARE, WORKSHOP)), True),
        (watch(communities=[RIDERS]), Message(topics=(CYCLING,)), False),
        (watch(topics=[CYCLING]), Message(communities=(RIDERS,)), False),
        (watch(kinds=["presence"]), Message(kind="presence"), True),
        (watch(kinds=["presence"]), Message(), False),
        (watch(kinds=KINDS), Message(), True),
        (
            watch(AROUND, [CYCLING], [RIDERS], ["check_in"]),
            Message("check_in", NEAR, (CYCLING,), (RIDERS,)),
            True,
        ),
        (
            watch(AROUND, [CYCLING], [RIDERS], ["check_in"]),
            Message("presence", NEAR, (CYCLING,), (RIDERS,)),
            False,
        ),
        (
            watch(AROUND, [CYCLING], [RIDERS], ["check_in"]),
            Message("check_in", FAR, (CYCLING,), (RIDERS,)),
            False,
        ),
        (
            watch(AROUND, [CYCLING], [RIDERS], ["check_in"]),
            Message("check_in", NEAR, (CHESS,), (RIDERS,)),
            False,
        ),
        (
            watch(AROUND, [CYCLING], [RIDERS], ["check_in"]),
            Message("check_in", NEAR, (CYCLING,), (SQUARE,)),
            False,
        ),
    ],
)
def test_a_message_is_heard_when_all_that_was_asked_for_fits(asked: Watch, message: Message, heard: bool):
    assert message.heard_in(index_of([("Ana", "here", asked)])) == ({"Ana"} if heard else set())
    assert asked.hears(message.kind, message.at, message.topics, message.communities) is heard


def test_a_listener_with_several_fitting_watches_hears_once():
    index = index_of([("Ana", "here", watch(AROUND)), ("Ana", "rides", watch(topics=[CYCLING, CHESS]))])
    index.add("Bob", "here", watch(AROUND, topics=[CHESS]))
    assert Message(topics=(CYCLING, CHESS)).heard_in(index) == {"Ana", "Bob"}
    assert len(index) == 3


def test_listeners_are_told_apart_by_what_they_are_not_by_what_they_watch():
    index: WatchIndex[object] = WatchIndex()
    sockets = [object() for _ in range(3)]
    for socket in sockets:
        index.add(socket, "here", watch(AROUND))
    assert index.audience("check_in", NEAR, (), ()) == set(sockets)


def test_a_watch_of_the_same_name_takes_the_place_of_the_one_before():
    index = index_of([("Ana", "here", watch(AROUND)), ("Ana", "home", watch(Circle(SUVA, 50)))])
    index.add("Ana", "here", watch(Circle(SUVA, 10)))
    assert not Message().heard_in(index)
    assert Message(at=SUVA).heard_in(index) == {"Ana"}
    assert len(index) == 2


def test_a_watch_that_cannot_be_added_leaves_the_one_before():
    index = index_of([("Ana", "here", watch(AROUND))])
    with pytest.raises(AttributeError):
        index.add("Ana", "here", Watch(area="nowhere"))  # type: ignore[arg-type]
    assert Message().heard_in(index) == {"Ana"}


def test_who_stops_watching_hears_no_more():
    index = index_of([(who, name, watch(AROUND)) for who, name in product(["Ana", "Bob"], ["one", "two"])])
    index.remove("Ana", "one")
    assert Message().heard_in(index) == {"Ana", "Bob"}
    index.remove("Ana", "two")
    assert Message().heard_in(index) == {"Bob"}
    index.remove("Bob")
    assert not Message().heard_in(index)


def test_what_is_not_there_is_removed_already():
    index = index_of([("Ana", "here", watch(AROUND))])
    index.remove("Ana", "there")
    index.remove("Bob", "here")
    index.remove("Bob")
    assert Message().heard_in(index) == {"Ana"}
    assert len(index) == 1


def test_a_crowd_on_one_square_comes_and_goes():
    crowd = [f"{number}" for number in range(100)]
    index = index_of([(who, "square", watch(Circle(NEW_YORK, 80), kinds=["check_in"])) for who in crowd])
    Random(4).shuffle(crowd)
    while crowd:
        assert Message().heard_in(index) == set(crowd)
        index.remove(crowd.pop())
    assert not Message().heard_in(index)


def test_many_communities_and_topics_in_one_watch_are_one_watch():
    many = [UUID(int=number) for number in range(20)]
    index = index_of([("Ana", "all", watch(AROUND, many, many)), ("Bob", "two", watch(topics=many[:2]))])
    stranger = UUID(int=99)
    for topic, community in product([*many, stranger], repeat=2):
        told = Message(topics=(topic,), communities=(community,))
        expected = {"Ana"} if stranger not in (topic, community) else set()
        assert told.heard_in(index) - {"Bob"} == expected
    assert Message(topics=(many[0],)).heard_in(index) == {"Bob"}
    index.remove("Ana")
    index.add("Cleo", "one", watch(communities=[many[3]]))
    assert Message(topics=(stranger,), communities=(many[3],)).heard_in(index) == {"Cleo"}


@pytest.mark.parametrize("radius_m", [1.0, 100.0, 1_000.0, 30_000.0, 1_000_000.0])
def test_the_position_at_exactly_the_radius_hears(radius_m: float):
    for turn in range(0, 360, 7):
        at = destination(NEW_YORK, turn, radius_m)
        exact = Circle(NEW_YORK, metres_between(NEW_YORK, at))
        assert Message(at=at).heard_in(index_of([("Ana", "here", watch(exact))])) == {"Ana"}


class Untouchable(Polygon):
    """An area that fails the test when it is asked."""

    def contains(self, position: Position) -> bool:
        raise AssertionError(f"asked about {position}")


def untouchables(circle: Circle, *topics: UUID, count: int = 100) -> list[tuple[str, str, Watch]]:
    """So many who watch about the same polygon, and fail when they are asked."""
    centres = [destination(circle.centre, number * 3.6, 5) for number in range(count)]
    areas = [Untouchable(Circle(centre, circle.radius_m).outline()) for centre in centres]
    return [(str(number), "here", watch(area, topics)) for number, area in enumerate(areas)]


@pytest.mark.parametrize("count", [1, 100])
@pytest.mark.parametrize("where", [Circle(SUVA, 500), Circle(destination(NEW_YORK, 10, 6_000), 500)])
def test_what_happens_elsewhere_asks_nobody(where: Circle, count: int):
    assert not Message().heard_in(index_of(untouchables(where, count=count)))


def test_what_is_about_something_else_asks_nobody():
    index = index_of([*untouchables(AROUND, CYCLING), ("Ana", "rare", watch(AROUND, [CHESS]))])
    assert Message(topics=(CHESS,)).heard_in(index) == {"Ana"}
    assert not Message(topics=(FAIR_TRADE,)).heard_in(index)


def test_of_a_crowd_whose_areas_are_all_around_nobody_is_asked():
    assert len(Message().heard_in(index_of(untouchables(Circle(NEW_YORK, 5_000))))) == 100


@pytest.mark.parametrize(
    "area",
    [
        Circle(NEW_YORK, 0.001),
        Circle(NEW_YORK, 1e7),
        Box(-180, 40, 180, 40.0001),
        Box(-180, -90, 180, 90),
        Box(179.9, -18.2, -179.9, -18.1),
        Polygon(Circle(Position(90, 0), 500).outline()),
    ],
)
def test_the_smallest_the_largest_and_the_thinnest_areas_can_be_watched(area: Area):
    index = index_of([("Ana", "all", watch(area))])
    for lat, lon in product(
        [-90, -18.15, 0, 40, 40.00005, NEW_YORK.lat, 90], [-180, NEW_YORK.lon, 0, 179.95, 180]
    ):
        at = Position(lat, lon)
        assert bool(Message(at=at).heard_in(index)) is area.contains(at)
