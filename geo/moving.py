"""Points that move, and which of them are near."""

from collections.abc import Hashable
from heapq import nsmallest
from typing import Generic, TypeVar

from geo.cells import SPOT, Cell, cell_of, cover, parent
from geo.circle import Circle
from geo.distance import metres_between
from geo.hulls import REACH_M
from geo.position import Position

K = TypeVar("K", bound=Hashable)

_RESOLUTIONS = tuple(range(SPOT, 0, -2))
_FIRST_LOOK_M = 250.0


class MovingPoints(Generic[K]):
    """Where each of many keys is now; a question costs what is near, not what there is.

    >>> people = MovingPoints[str]()
    >>> people.move("Ana", Position(41.4036, 2.1744))
    >>> people.move("Bob", Position(41.4045, 2.1750))
    >>> people.within(Circle(Position(41.4036, 2.1744), 50))
    ['Ana']
    """

    def __init__(self) -> None:
        self._positions: dict[K, Position] = {}
        self._keys: dict[Cell, dict[K, None]] = {}

    def __len__(self) -> int:
        return len(self._positions)

    def move(self, key: K, position: Position) -> None:
        """Put a key at a position, wherever it was before."""
        was = self._positions.get(key)
        self._positions[key] = position
        left, entered = self._cells_of(was), self._cells_of(position)
        if left != entered:
            self._leave(key, left)
            for cell in entered:
                self._keys.setdefault(cell, {})[key] = None

    def remove(self, key: K) -> None:
        """Forget a key; one that is not there is forgotten already."""
        self._leave(key, self._cells_of(self._positions.pop(key, None)))

    def within(self, circle: Circle) -> list[K]:
        """All keys in a circle, in no order of meaning."""
        found: list[K] = []
        cells = cover(circle, _resolution_to_look(circle.radius_m))
        for cell in cells.interior:
            found += self._keys.get(cell, ())
        for cell in cells.border:
            found += [key for key in self._keys.get(cell, ()) if circle.contains(self._positions[key])]
        return found

    def nearest(self, position: Position, count: int, most_m: float) -> list[tuple[K, float]]:
        """At most so many keys and their distances in metres, nearest first, none further than `most_m`."""
        radius = min(_FIRST_LOOK_M, most_m)
        near = self.within(Circle(position, radius))
        while len(near) < count and radius < most_m:
            radius = min(radius * 3, most_m)
            near = self.within(Circle(position, radius))
        distances = [(key, metres_between(position, self._positions[key])) for key in near]
        return nsmallest(count, distances, key=lambda found: found[1])

    def _leave(self, key: K, cells: tuple[Cell, ...]) -> None:
        for cell in cells:
            del self._keys[cell][key]
            if not self._keys[cell]:
                del self._keys[cell]

    @staticmethod
    def _cells_of(position: Position | None) -> tuple[Cell, ...]:
        if position is None:
            return ()
        spot = cell_of(position, SPOT)
        return tuple(parent(spot, resolution) for resolution in _RESOLUTIONS)


def _resolution_to_look(radius_m: float) -> int:
    """The finest kept resolution at which a circle touches no more than some dozens of cells."""
    return next((fine for fine in _RESOLUTIONS if radius_m <= 5 * REACH_M[fine]), _RESOLUTIONS[-1])
