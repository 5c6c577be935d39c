"""Which location communities people were part of at which moment, from where they were known to be."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

#: Seconds by which the order of two people's moves may differ between here and the server's processes.
MOMENT_S = 1.0


@dataclass(frozen=True, slots=True)
class Stay:
    """From a moment on (seconds) a person was part of these and no others, until a moment or the next stay."""

    since: float
    until: float
    locations: frozenset[str]


@dataclass(slots=True)
class Stays:
    """The stays of everybody, each person's in the order of time."""

    _of: dict[str, list[Stay]] = field(default_factory=lambda: defaultdict(list))

    def copy(self) -> "Stays":
        """The same, to be added to."""
        return Stays(defaultdict(list, {person: list(stays) for person, stays in self._of.items()}))

    def add(self, person: str, stay: Stay) -> None:
        """A person is somewhere else, or there once more; in the order of time."""
        self._of[person].append(stay)

    def shares(self, person: str, locations: Iterable[str], when: float) -> set[bool]:
        """Whether a person was part of one of the locations then; both, if they moved in the very moment."""
        wanted = frozenset(locations)
        return {bool(stay.locations & wanted) for stay in self._around(person, when)}

    def _around(self, person: str, when: float) -> list[Stay]:
        """All stays that may have been the one at a moment."""
        return [
            stay
            for stay in _without_gaps(self._of.get(person, []))
            if stay.since - MOMENT_S <= when < stay.until + MOMENT_S
        ]


def _without_gaps(stays: list[Stay]) -> list[Stay]:
    """The same, with stays nowhere before, between and after."""
    nowhere = frozenset[str]()
    starts = [*(stay.since for stay in stays), float("inf")]
    whole = [Stay(float("-inf"), starts[0], nowhere)]
    for stay, (_, following) in zip(stays, pairwise(starts), strict=True):
        until = min(stay.until, following)
        whole += [Stay(stay.since, until, stay.locations), Stay(until, following, nowhere)]
    return [stay for stay in whole if stay.since < stay.until]
