"""Who hears a message: always those whom asking every watch in turn would name."""

import gc
import tracemalloc
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geo import Area, Box, Circle, Polygon, Position, destination, metres_between
from realtime.matching import Watch, WatchIndex, quadtree
from tests.geo.worlds import NEW_YORK, SUVA, areas, beside, centres, circles, steps

CYCLING, CHESS, FAIR_TRADE = TOPICS = [UUID(int=number) for number in (1, 2, 3)]
RIDERS, SQUARE, WORKSHOP = COMMUNITIES = [UUID(int=number) for number in (1, 2, 2**127)]
KINDS = ["check_in", "check_in_removed", "presence"]
AROUND = Circle(NEW_YORK, 1_000)
NEAR, FAR = destination(NEW_YORK, 45, 900), destination(NEW_YORK, 45, 1_100)


@dataclass(frozen=True)
class Message:
    kind: str = "check_in"
    at: Position | None = NEW_YORK
    topics: tuple[UUID, ...] = ()
    communities: tuple[UUID, ...] = ()

    def heard_in(self, index: WatchIndex[str]) -> set[str]:
        return index.audience(self.kind, self.at, self.topics, self.communities)

    def fits(self, watch: Watch) -> bool:
        """The slow and obvious answer."""
        is_there = watch.area is None or (self.at is not None and watch.area.contains(self.at))
        return is_there and all(
            not wanted or any(one in wanted for one in told)
            for wanted, told in (
                (watch.kinds, (self.kind,)),
                (watch.topics, self.topics),
                (watch.communities, self.communities),
            )
        )


def index_of(watches: Collection[tuple[str, str, Watch]]) -> WatchIndex[str]:
    index: WatchIndex[str] = WatchIndex()
    for listener, name, watch in watches:
        index.add(listener, name, watch)
    return index


def watch(
    area: Area | None = None,
    topics: Collection[UUID] = (),
    communities: Collection[UUID] = (),
    kinds: Collection[str] = (),
) -> Watch:
    return Watch(area, frozenset(topics), frozenset(communities), frozenset(kinds))


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


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(circles, st.builds(Circle, centres(), st.floats(1e-6, 1e7))),
    st.floats(0, 360),
    st.floats(-1, 1),
)
def test_on_the_border_of_a_circle_the_circle_decides(circle: Circle, turn: float, millimetres: float):
    border = destination(circle.centre, turn, max(0.0, circle.radius_m + millimetres / 1000))
    with patch.object(quadtree, "CROWD", 0):
        index = index_of([("Ana", "here", watch(circle))])
    for at in (
        border,
        destination(border, turn, 1e-8),
        circle.centre,
        destination(circle.centre, turn, 1e-3),
    ):
        assert bool(Message(at=at).heard_in(index)) is circle.contains(at)


@pytest.mark.parametrize("radius_m", [1.0, 100.0, 1_000.0, 30_000.0, 1_000_000.0])
def test_the_position_at_exactly_the_radius_hears(radius_m: float):
    for turn in range(0, 360, 7):
        at = destination(NEW_YORK, turn, radius_m)
        exact = Circle(NEW_YORK, metres_between(NEW_YORK, at))
        assert Message(at=at).heard_in(index_of([("Ana", "here", watch(exact))])) == {"Ana"}


some_topics, some_communities = (
    st.frozensets(st.sampled_from(each), max_size=2) for each in (TOPICS, COMMUNITIES)
)
watches = st.builds(
    Watch, st.none() | areas, some_topics, some_communities, st.frozensets(st.sampled_from(KINDS), max_size=2)
)


@st.composite
def messages(draw: st.DrawFn, known: Collection[Watch]) -> Message:
    """Mostly in, on and beside the border of what is watched."""
    places = [each.area for each in known if each.area is not None]
    at: Position | None = NEW_YORK
    if places:
        at = draw(st.sampled_from(beside(draw(st.sampled_from(places)), draw(steps))) | st.none())
    told = (tuple(draw(each)) for each in (some_topics, some_communities))
    return Message(draw(st.sampled_from(KINDS)), at, *told)


# Squares are quartered as soon as more watches than these reach into them.
crowds = st.sampled_from([0, 1, quadtree.CROWD])


@settings(deadline=None, max_examples=200)
@given(st.data(), st.lists(watches, min_size=1, max_size=8), crowds)
def test_the_index_names_whom_asking_every_watch_names(data: st.DataObject, asked: list[Watch], crowd: int):
    with patch.object(quadtree, "CROWD", crowd):
        index = index_of([(str(number % 5), str(number), each) for number, each in enumerate(asked)])
    for message in data.draw(st.lists(messages(asked), min_size=1, max_size=10)):
        assert message.heard_in(index) == {
            str(number % 5) for number, each in enumerate(asked) if message.fits(each)
        }


class Town:
    """Thousands of watches: half of them on one topic, a crowd on one square, all sorts of areas."""

    def __init__(self, count: int) -> None:
        self.random = Random(11)
        self.topics = [UUID(int=self.random.getrandbits(128)) for _ in range(40)]
        self.watches = [self.watch() for _ in range(count)]

    def watch(self) -> Watch:
        half = [self.topics[0]] if self.random.random() < 0.5 else []
        topics = self.random.sample(self.topics, self.random.randrange(3)) + half
        communities = self.random.sample(COMMUNITIES, self.random.choice([0, 0, 0, 1, 2]))
        kinds = self.random.sample(KINDS, self.random.choice([0, 0, 1, 2]))
        return watch(self.area(), topics, communities, kinds)

    def area(self) -> Area | None:
        centre = NEW_YORK if self.random.random() < 0.3 else self.place()
        radius = self.random.choice([30, 300, 1_000, 5_000])
        kinds = ["circle"] * 12 + ["box", "polygon", "nowhere"]
        match self.random.choice(kinds):
            case "box":
                return Box(
                    centre.lon, centre.lat, centre.lon + radius / 80_000, centre.lat + radius / 111_000
                )
            case "polygon":
                return Polygon(Circle(centre, radius).outline())
            case "nowhere":
                return None
        return Circle(centre, radius)

    def place(self) -> Position:
        return destination(NEW_YORK, self.random.uniform(0, 360), self.random.triangular(0, 20_000, 0))

    def messages(self, count: int) -> Iterator[Message]:
        for _ in range(count):
            area = self.random.choice(self.watches).area
            at = self.place()
            if isinstance(area, Circle) and self.random.random() < 0.5:
                at = destination(area.centre, self.random.uniform(0, 360), area.radius_m)
            topics = self.random.sample(self.topics, self.random.randrange(4))
            communities = self.random.sample(COMMUNITIES, self.random.randrange(3))
            yield Message(self.random.choice(KINDS), at, tuple(topics), tuple(communities))


def test_a_whole_town_hears_what_it_should():
    town = Town(3_000)
    index = index_of([(str(number // 2), str(number), each) for number, each in enumerate(town.watches)])
    heard = 0
    for message in town.messages(150):
        expected = {str(number // 2) for number, each in enumerate(town.watches) if message.fits(each)}
        assert message.heard_in(index) == expected
        heard += len(expected)
    assert heard > 1_000


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


class Coming(RuleBasedStateMachine):
    """Watches come, change and go in any order; a plain dictionary says what should be heard."""

    def __init__(self) -> None:
        super().__init__()
        self.index: WatchIndex[str] = WatchIndex()
        self.watches: dict[tuple[str, str], Watch] = {}

    @rule(who=st.sampled_from("ABC"), name=st.sampled_from("xyz"), asked=watches, crowd=crowds)
    def watch(self, who: str, name: str, asked: Watch, crowd: int) -> None:
        with patch.object(quadtree, "CROWD", crowd):
            self.index.add(who, name, asked)
        self.watches[who, name] = asked

    @rule(who=st.sampled_from("ABC"), name=st.sampled_from("xyz"))
    def unwatch(self, who: str, name: str) -> None:
        self.index.remove(who, name)
        self.watches.pop((who, name), None)

    @rule(who=st.sampled_from("ABC"))
    def leave(self, who: str) -> None:
        self.index.remove(who)
        self.watches = {key: asked for key, asked in self.watches.items() if key[0] != who}

    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        message = data.draw(messages(list(self.watches.values())))
        expected = {who for (who, _), asked in self.watches.items() if message.fits(asked)}
        assert message.heard_in(self.index) == expected

    @invariant()
    def counts(self) -> None:
        assert len(self.index) == len(self.watches)


Coming.TestCase.settings = settings(deadline=None, max_examples=40, stateful_step_count=25)
TestComing = Coming.TestCase


def test_when_all_have_gone_nothing_of_them_stays():
    town, index = Town(200), WatchIndex[str]()

    def come_and_go() -> int:
        for number, each in enumerate(town.watches):
            index.add(str(number // 3), str(number % 3), each)
        for number in range(0, len(town.watches), 2):
            index.remove(str(number // 3), str(number % 3))
        for number in range(len(town.watches)):
            index.remove(str(number))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        after_one = come_and_go()
        after_more = [come_and_go() for _ in range(2)][-1]
    finally:
        tracemalloc.stop()
    assert len(index) == 0
    assert not index.audience("check_in", NEW_YORK, town.topics, COMMUNITIES)
    # A single watch left behind would take more.
    assert after_more - after_one < 1_000


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
