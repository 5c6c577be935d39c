"""People of Halfway keep to its streets and get where they want to go."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from geo import metres_between
from town.demo.halfway import CROSSINGS, HAUNTS
from town.demo.settling import Townsperson
from town.demo.walking import METRES_A_SECOND, Walker, walkers

ADA = Townsperson("Ada", "t", frozenset({"interest:cycling"}))
CORNERS = st.integers(0, CROSSINGS - 1)


@given(CORNERS, CORNERS, st.sampled_from(HAUNTS), st.floats(0.5, 60))
def test_nobody_leaves_the_streets_or_runs(across: int, up: int, to: object, seconds: float) -> None:
    walker = Walker(ADA, across, up, to)  # type: ignore[arg-type]

    for _ in range(20):
        was = walker.position
        walker.walk(seconds, Random(1))
        assert metres_between(was, walker.position) <= METRES_A_SECOND * seconds * 1.01
        assert walker.across == int(walker.across) or walker.up == int(walker.up)


def test_everybody_arrives_somewhere_and_goes_on() -> None:
    chance = Random(1)
    (walker,) = walkers([ADA], chance)

    visited = set()
    for _ in range(2000):
        walker.walk(2.0, chance)
        if walker.is_there:
            visited.add(walker.towards.name)

    assert len(visited) > 3


def test_what_they_say_fits_where_they_are() -> None:
    at_the_bend = next(haunt for haunt in HAUNTS if haunt.name == "Lighthouse bend")
    there, on_the_way = Walker(ADA, 10, 2, at_the_bend), Walker(ADA, 5, 2, at_the_bend)

    said = there.says({"Lighthouse bend": "p1"}, Random(1))
    assert (said["activity"], said["topics"], said["place_id"]) == ("riding", ["interest:cycling"], "p1")
    assert on_the_way.says({}, Random(1))["text"] == "On my way to Lighthouse bend."


def test_nobody_says_twice_what_there_is_to_say() -> None:
    chance = Random(5)
    (walker,) = walkers([ADA], chance)
    said = []
    for _ in range(600):
        walker.walk(2.0, chance)
        if not walker.has_spoken:
            said.append(
                (walker.says({haunt.name: "p" for haunt in HAUNTS}, chance)["activity"], walker.towards.name)
            )
    assert len(said) > 5
    assert all(one != other for one, other in pairwise(said))
