import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geo import BadArea, Circle, MovingPoints, Position, destination, metres_between
from tests.geo.worlds import NEW_YORK, centres, lengths, positions

# Few enough that some stand on the same spot and all questions find somebody.
haunts = centres() | st.builds(
    destination, st.sampled_from([NEW_YORK, Position(0, 180)]), st.floats(0, 360), lengths(1, 20_000)
)
keys = st.integers(0, 15)


class Walkers(RuleBasedStateMachine):
    """The index beside a plain dictionary that is searched from end to end."""

    def __init__(self) -> None:
        super().__init__()
        self.index: MovingPoints[int] = MovingPoints()
        self.all: dict[int, Position] = {}

    @rule(key=keys, position=haunts | positions)
    def move(self, key: int, position: Position) -> None:
        self.index.move(key, position)
        self.all[key] = position

    @rule(key=keys, turn=st.floats(0, 360), metres=lengths(1, 1_000))
    def step(self, key: int, turn: float, metres: float) -> None:
        self.move(key, destination(self.all.get(key, NEW_YORK), turn, metres))

    @rule(key=keys)
    def remove(self, key: int) -> None:
        self.index.remove(key)
        self.all.pop(key, None)

    @rule(centre=haunts, radius=lengths(10, 5_000_000))
    def look_within(self, centre: Position, radius: float) -> None:
        found = self.index.within(Circle(centre, radius))
        assert sorted(found) == sorted(
            key for key, position in self.all.items() if metres_between(centre, position) <= radius
        )

    @rule(here=haunts, count=st.integers(0, 5), most=lengths(10, 5_000_000))
    def look_for_the_nearest(self, here: Position, count: int, most: float) -> None:
        distances = sorted(metres_between(here, position) for position in self.all.values())
        found = self.index.nearest(here, count, most)
        assert [metres for _, metres in found] == [metres for metres in distances if metres <= most][:count]
        assert all(metres == metres_between(here, self.all[key]) for key, metres in found)

    @invariant()
    def as_many_as_there_are(self) -> None:
        assert len(self.index) == len(self.all)


Walkers.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestWalkers = Walkers.TestCase


def test_who_is_removed_is_gone_and_leaves_nothing_behind():
    people = MovingPoints[str]()
    people.move("Ana", NEW_YORK)
    people.move("Ana", Position(0, 0))
    people.remove("Ana")
    people.remove("Bob")
    assert len(people) == 0
    assert people.nearest(Position(0, 0), 1, 1_000_000) == []
    assert (people._positions, people._keys) == ({}, {})


def test_those_nearest_come_first():
    people = MovingPoints[str]()
    for name, metres in (("Cleo", 900), ("Ana", 10), ("Dan", 5_000), ("Bob", 400)):
        people.move(name, destination(NEW_YORK, 45, metres))
    assert [name for name, _ in people.nearest(NEW_YORK, 3, 10_000)] == ["Ana", "Bob", "Cleo"]
    assert [name for name, _ in people.nearest(NEW_YORK, 9, 1_000)] == ["Ana", "Bob", "Cleo"]


def test_nobody_is_looked_for_at_no_distance():
    with pytest.raises(BadArea, match="a circle's radius is more than 0"):
        MovingPoints[str]().nearest(NEW_YORK, 1, 0)
