"""Messages, watches and a town of them, for the tests of who hears what."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

from hypothesis import strategies as st

from geo import Area, Box, Circle, Polygon, Position, destination
from realtime.matching import Watch, WatchIndex
from tests.geo.worlds import NEW_YORK, areas, beside, steps

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
