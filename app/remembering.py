"""What one process remembers of what stands in the database, so as not to ask for it again."""

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Answers by key, each asked for once, until it is forgotten. Beyond `most` all are.

    Whoever hears that something changed forgets it here; what changed while it was being asked for is not remembered.
    """

    def __init__(self, ask: Callable[[K], V], most: int) -> None:
        self._ask = ask
        self._most = most
        self._known: dict[K, V] = {}
        self._changes = 0

    def known(self, key: K) -> V | None:
        """What is remembered; about 0.1 µs."""
        return self._known.get(key)

    def of(self, key: K) -> V:
        """What is remembered, else asked for; raises what asking does."""
        known = self._known.get(key)
        return self.again(key) if known is None else known

    def again(self, key: K) -> V:
        """Ask once more."""
        changes = self._changes
        answer = self._ask(key)
        if changes == self._changes:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = answer
        return answer

    def forget(self, keys: Iterable[K]) -> None:
        """Ask anew for these when they are wanted."""
        self._changes += 1
        for key in keys:
            self._known.pop(key, None)

    def forget_where(self, holds: Callable[[V], bool]) -> None:
        """Ask anew for those of whose answers this holds."""
        self.forget([key for key, answer in self._known.items() if holds(answer)])

    def forget_all(self) -> None:
        """Among what could not be heard there may have been changes."""
        self._changes += 1
        self._known.clear()
