"""The index of watches: from what a message is about and where it is to all who hear it."""

from collections.abc import Collection, Hashable
from typing import Any, Generic, TypeVar
from uuid import UUID

from geo import Position
from realtime.matching import caps
from realtime.matching.ground import Ground, ground_of, steps_to
from realtime.matching.shelves import Shelves, Subject, leaves_topics_open, subjects_of
from realtime.matching.watch import Watch

Listener = TypeVar("Listener", bound=Hashable)


class WatchIndex(Generic[Listener]):
    """Finds who hears a message, at a cost that grows with how many hear it and not with how many listen.

    An inverted index: each watch stands under what it is about, and there on the squares of its area. A message
    is looked up under the few things it is about, in the one square of each that it is in. What it is about
    comes first, being rarer than where it is (Wang and others, "AP-Tree", ICDE 2015).

    Nothing here waits, so greenlets need no lock.
    """

    def __init__(self) -> None:
        self._numbers: dict[Listener, dict[str, int]] = {}
        # None where a number is free, so that nobody who left is kept.
        self._listeners: list[Any] = []
        self._free: list[int] = []
        self._subjects: dict[int, tuple[Subject, ...]] = {}
        self._grounds: dict[int, Ground] = {}
        self._topics_left: dict[int, frozenset[UUID]] = {}
        self._shelves = Shelves()

    def __len__(self) -> int:
        return len(self._subjects)

    def add(self, listener: Listener, name: str, watch: Watch) -> None:
        """Have a listener hear what fits a watch, in place of its watch of that name.

        Costs some tens of microseconds for each topic or community of the watch.
        """
        ground = ground_of(watch.area) if watch.area is not None else None
        self.remove(listener, name)
        number = self._number(listener)
        self._numbers.setdefault(listener, {})[name] = number
        self._subjects[number] = subjects_of(watch)
        if ground is not None:
            self._grounds[number] = ground
        if leaves_topics_open(watch):
            self._topics_left[number] = watch.topics
        for subject in self._subjects[number]:
            self._shelves.of(subject).add(number, self._grounds)

    def remove(self, listener: Listener, name: str | None = None) -> None:
        """Forget a listener's watch of a name, or all its watches; what is not there is forgotten already.

        Costs about as much as adding it.
        """
        numbers = self._numbers.get(listener, {})
        for each in [name] if name is not None else list(numbers):
            if each in numbers:
                self._forget(numbers.pop(each))
        if not numbers:
            self._numbers.pop(listener, None)

    def audience(
        self, kind: str, at: Position | None, topics: Collection[UUID], communities: Collection[UUID]
    ) -> set[Listener]:
        """Find all listeners with a watch that hears a message, in the sense of `Watch.hears`.

        Costs a few microseconds, and some tenths of one for each who hears it.
        """
        trees = self._shelves.about(kind, topics, communities)
        if not trees:
            return set()
        steps = steps_to(at) if at is not None else None
        sure: set[int] = set()
        unsure: list[bytes] = []
        for tree in trees:
            tree.look_up(steps, sure, unsure)
        if unsure and at is not None and steps is not None:
            caps.test(unsure, at, steps, self._grounds, sure)
        if self._topics_left:
            sure = {number for number in sure if self._shares(number, topics)}
        return {self._listeners[number] for number in sure}

    def _shares(self, number: int, topics: Collection[UUID]) -> bool:
        left = self._topics_left.get(number)
        return left is None or not left.isdisjoint(topics)

    def _number(self, listener: Listener) -> int:
        """Give a listener a number, one that is free before a new one."""
        if not self._free:
            self._listeners.append(listener)
            return len(self._listeners) - 1
        number = self._free.pop()
        self._listeners[number] = listener
        return number

    def _forget(self, number: int) -> None:
        for subject in self._subjects.pop(number):
            self._shelves.of(subject).remove(number, self._grounds)
            self._shelves.tidy(subject)
        self._grounds.pop(number, None)
        self._topics_left.pop(number, None)
        self._listeners[number] = None
        self._free.append(number)
