"""What is known of somebody from outside: where they were, what they said, what came, and what they were told."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from town.reference.knowing import History
from town.reference.wanting import Came, Manner, Stay

#: Offers that somebody was told of, each with the reason why not, if there is one.
Told = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The gate was to look at somebody at one moment between two, for they had checked in or something had opened."""

    since: float
    by: float
    stay: Stay
    #: Whether it had to, or may have.
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked between two moments why what is around them did not reach them; the answers in their order."""

    since: float
    by: float
    told: Told


@dataclass(slots=True)
class Lived:
    """What is known of somebody: where they were, what they said of offers, what came, and what they were told."""

    person: str
    stays: History[Stay | None] = field(default_factory=lambda: History[Stay | None](None))
    manners: History[Manner] = field(default_factory=lambda: History[Manner](Manner()))
    #: One for each check-in, and for what they did there that may have made something fit; in order.
    looks: list[Look] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def came_before(self, when: float) -> list[Came]:
        """What had reached them before a moment."""
        return self.came[: bisect_left(self.came, when, key=lambda each: each.at)]

    def came_possibly(self, since: float, until: float) -> Iterator[list[Came]]:
        """What may have been written of it at any moment between two."""
        sure = bisect_left(self.came, since, key=lambda each: each.known_at)
        begun = bisect_right(self.came, until, key=lambda each: each.at)
        return (self.came[:count] for count in range(sure, begun + 1))

    def came_within(self, since: float, by: float) -> bool:
        """Whether anything reached them between two moments, both included."""
        first = bisect_left(self.came, since, key=lambda each: each.at)
        return first < len(self.came) and self.came[first].at <= by
