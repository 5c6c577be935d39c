"""Who hears a message: always those whom asking every watch in turn would name."""

import gc
import tracemalloc
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geo import Circle, destination
from realtime.matching import Watch, WatchIndex, quadtree
from tests.geo.worlds import NEW_YORK, centres, circles
from tests.realtime.hearing import COMMUNITIES, Message, Town, index_of, messages, watch, watches

# Squares are quartered as soon as more watches than these reach into them.
crowds = st.sampled_from([0, 1, quadtree.CROWD])


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


@settings(deadline=None, max_examples=200)
@given(st.data(), st.lists(watches, min_size=1, max_size=8), crowds)
def test_the_index_names_whom_asking_every_watch_names(data: st.DataObject, asked: list[Watch], crowd: int):
    with patch.object(quadtree, "CROWD", crowd):
        index = index_of([(str(number % 5), str(number), each) for number, each in enumerate(asked)])
    for message in data.draw(st.lists(messages(asked), min_size=1, max_size=10)):
        assert message.heard_in(index) == {
            str(number % 5) for number, each in enumerate(asked) if message.fits(each)
        }


def test_a_whole_town_hears_what_it_should():
    town = Town(3_000)
    index = index_of([(str(number // 2), str(number), each) for number, each in enumerate(town.watches)])
    heard = 0
    for message in town.messages(150):
        expected = {str(number // 2) for number, each in enumerate(town.watches) if message.fits(each)}
        assert message.heard_in(index) == expected
        heard += len(expected)
    assert heard > 1_000


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
