from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geo import Area, AreaIndex, Box, Circle, Position, destination
from tests.geo.worlds import NEW_YORK, areas, beside, centres, circles, lengths, positions, steps

keys = st.integers(0, 9)
town = st.builds(destination, st.just(NEW_YORK), st.floats(0, 360), lengths(1, 20_000))
places: st.SearchStrategy[Area] = st.builds(Circle, town, lengths(10, 20_000)) | areas


class Map(RuleBasedStateMachine):
    """The index beside a plain dictionary that is searched from end to end."""

    def __init__(self) -> None:
        super().__init__()
        self.index: AreaIndex[int] = AreaIndex()
        self.all: dict[int, Area] = {}

    @rule(key=keys, area=places)
    def add(self, key: int, area: Area) -> None:
        self.index.add(key, area)
        self.all.pop(key, None)
        self.all[key] = area

    @rule(key=keys)
    def remove(self, key: int) -> None:
        self.index.remove(key)
        self.all.pop(key, None)

    @rule(position=town | centres() | positions)
    def look_what_covers(self, position: Position) -> None:
        covering = [key for key, area in self.all.items() if area.contains(position)]
        assert self.index.covering(position) == sorted(covering, key=lambda key: self.all[key].size_m2)

    @rule(steps=steps)
    def look_what_covers_the_surroundings(self, steps: list[tuple[float, float]]) -> None:
        for area in list(self.all.values())[:2]:
            for position in beside(area, steps)[:20]:
                self.look_what_covers(position)

    @rule(circle=st.builds(Circle, town, lengths(10, 500_000)) | circles)
    def look_what_is_near(self, circle: Circle) -> None:
        metres = {key: area.metres_to(circle.centre) for key, area in self.all.items()}
        near = [key for key, away in metres.items() if away <= circle.radius_m]
        assert self.index.near(circle) == sorted(near, key=lambda key: (metres[key], self.all[key].size_m2))

    @invariant()
    def as_many_as_there_are(self) -> None:
        assert len(self.index) == len(self.all)


Map.TestCase.settings = settings(max_examples=40, stateful_step_count=20)
TestMap = Map.TestCase


@given(places)
@settings(max_examples=30)
def test_what_is_removed_leaves_nothing_behind(area):
    index = AreaIndex[str]()
    index.add("here", area)
    index.add("here", Circle(Position(0, 0), 100))
    index.remove("here")
    assert (index._kept, index._covers, index._below) == ({}, {}, {})


def test_of_areas_that_are_as_large_the_first_comes_first():
    index = AreaIndex[str]()
    for name in ("Zoo", "Arena", "Mall"):
        index.add(name, Circle(NEW_YORK, 500))
    index.add("Zoo", Circle(NEW_YORK, 500))
    assert index.covering(NEW_YORK) == ["Arena", "Mall", "Zoo"]


def test_what_is_near_comes_by_distance_then_size():
    index = AreaIndex[str]()
    index.add("city", Circle(NEW_YORK, 20_000))
    index.add("next door", Circle(destination(NEW_YORK, 90, 300), 100))
    index.add("square", Circle(NEW_YORK, 100))
    index.add("far", Circle(destination(NEW_YORK, 90, 3_000), 100))
    index.add("state", Box(-80, 40, -72, 45))
    assert index.near(Circle(NEW_YORK, 1_000)) == ["square", "city", "state", "next door"]
    assert index.near(Circle(NEW_YORK, 10)) == ["square", "city", "state"]


def test_a_large_circle_finds_small_areas():
    index = AreaIndex[int]()
    for turn in range(0, 360, 10):
        index.add(turn, Circle(destination(NEW_YORK, turn, 1_000 * turn), 50))
    assert index.near(Circle(NEW_YORK, 200_000)) == list(range(0, 201, 10))
