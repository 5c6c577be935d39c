"""What held at a moment, as far as can be known from outside: a change is made between being asked for and answered."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, product
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class History(Generic[T]):
    """What one after the other held of something, each from a moment between two."""

    first: T
    _changes: list[tuple[float, float, T]] = field(default_factory=list)

    def change(self, since: float, by: float, to: T) -> None:
        """It became something else, no sooner than one moment and no later than another; in the order of time."""
        self._changes.append((since, by, to))

    def possible(self, since: float, until: float) -> list[T]:
        """All that may have held at any moment between two, the oldest first."""
        ended = bisect_left(self._changes, since, key=lambda each: each[1])
        begun = bisect_right(self._changes, until, key=lambda each: each[0])
        held = self._changes[ended - 1][2] if ended else self.first
        return [held, *(to for _, _, to in self._changes[ended:begun])]

    def bounds(self, since: float, until: float) -> Iterator[float]:
        """The moments between two at which something changes what is possible."""
        begun = bisect_right(self._changes, until, key=lambda each: each[0])
        ended = bisect_left(self._changes, since, key=lambda each: each[1])
        for earliest, latest, _ in self._changes[ended:begun]:
            yield from (earliest, latest)


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody called what came of a business through a community useful or noise, or took that back."""

    #: Whose opinion it is, and of which offer: what they say of it later takes the place of what they said.
    person: str
    offer: str
    business: str
    community: str
    useful: int
    noise: int
    since: float
    by: float


Pair = tuple[str, str]
Records = dict[Pair, tuple[int, int]]


class Voices:
    """How often what came of a business was called useful and noise in a community, at which moment."""

    def __init__(self, called: Iterable[Called]) -> None:
        self._of: dict[Pair, list[Called]] = defaultdict(list)
        for each in called:
            self._of[each.business, each.community].append(each)

    def records(self, pairs: Iterable[Pair], since: float, until: float) -> Iterator[Records]:
        """All that may have stood of these at a moment between two: mostly one, more where voices were just heard."""
        sure: Records = {}
        open_now: list[Called] = []
        for pair in pairs:
            said = self._of.get(pair, ())
            before = [each for each in said if each.by < since]
            sure[pair] = sum(each.useful for each in before), sum(each.noise for each in before)
            open_now += [each for each in said if each.since <= until and each.by >= since]
        for some in _heard(open_now):
            yield _with(sure, some)


def _with(sure: Records, more: Iterable[Called]) -> Records:
    records = dict(sure)
    for each in more:
        useful, noise = records[each.business, each.community]
        records[each.business, each.community] = useful + each.useful, noise + each.noise
    return records


def _heard(said: Iterable[Called]) -> Iterator[Iterable[Called]]:
    """All that may have been heard: of each opinion what was said first, and no word before what it replaces."""
    opinions: dict[Pair, list[Called]] = defaultdict(list)
    for each in said:
        opinions[each.person, each.offer].append(each)
    so_far = [[words[:count] for count in range(len(words) + 1)] for words in opinions.values()]
    return map(chain.from_iterable, product(*so_far))
