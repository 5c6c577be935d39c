"""Many areas: which of them cover a position, and which are near."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from geo.area import Area, Circle
from geo.cells import SPOT, Cell, Cover, cell_of, finest_cover, parent, resolution_of
from geo.position import Position

K = TypeVar("K", bound=Hashable)

# More cells find fewer areas in vain, fewer take less memory.
_CELLS_PER_AREA = 32
_CELLS_TO_LOOK = 64


@dataclass(frozen=True, slots=True)
class _Kept:
    area: Area
    cover: Cover
    rank: tuple[float, int]


class AreaIndex(Generic[K]):
    """Areas by key; a question costs what is there, not how many areas there are.

    >>> areas = AreaIndex[str]()
    >>> areas.add("city", Circle(Position(41.39, 2.17), 10_000))
    >>> areas.add("square", Circle(Position(41.387, 2.170), 120))
    >>> areas.covering(Position(41.3871, 2.1701))
    ['square', 'city']
    """

    def __init__(self) -> None:
        self._kept: dict[K, _Kept] = {}
        self._added = 0
        # Which areas have a cell in their cover, true for those it is wholly inside of.
        self._covers: dict[Cell, dict[K, bool]] = {}
        # How many cells of covers are of each resolution; a question looks at those alone that occur.
        self._resolutions: Counter[int] = Counter()
        # Which areas have a cell somewhere above their cover.
        self._below: dict[Cell, dict[K, bool]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, key: K, area: Area) -> None:
        """Keep an area under a key, in place of the one before; costs up to half a millisecond."""
        self.remove(key)
        cover = finest_cover(area, _CELLS_PER_AREA)
        self._added += 1
        self._kept[key] = _Kept(area, cover, (area.size_m2, self._added))
        for cell in cover.cells:
            self._covers.setdefault(cell, {})[key] = cell in cover.interior
        self._resolutions.update(map(resolution_of, cover.cells))
        for cell in _above(cover.cells):
            self._below.setdefault(cell, {})[key] = False

    def remove(self, key: K) -> None:
        """Forget an area; one that is not there is forgotten already."""
        if kept := self._kept.pop(key, None):
            _withdraw(self._covers, key, kept.cover.cells)
            self._resolutions -= Counter(map(resolution_of, kept.cover.cells))
            _withdraw(self._below, key, _above(kept.cover.cells))

    def covering(self, position: Position) -> list[K]:
        """All areas that contain a position, smallest first; of equals the one that came first."""
        if not self._kept:
            return []
        spot = cell_of(position, SPOT)
        found = [
            key
            for cell in [parent(spot, resolution) for resolution in self._resolutions]
            for key, inside in self._covers.get(cell, {}).items()
            if inside or self._kept[key].area.contains(position)
        ]
        return sorted(found, key=self._rank)

    def any_covering(self, position: Position, wanted: Callable[[K], bool]) -> bool:
        """Whether one of those that are wanted contains a position; no more areas are looked at than it takes.

        >>> areas = AreaIndex[str]()
        >>> areas.add("city", Circle(Position(41.39, 2.17), 10_000))
        >>> [areas.any_covering(Position(41.39, 2.17), lambda key: key == each) for each in ("city", "square")]
        [True, False]
        """
        if not self._kept:
            return False
        spot, near = cell_of(position, SPOT), []
        for resolution in self._resolutions:
            for key, inside in self._covers.get(parent(spot, resolution), {}).items():
                if not inside:
                    near.append(key)
                elif wanted(key):
                    return True
        return any(wanted(key) and self._kept[key].area.contains(position) for key in near)

    def near(self, circle: Circle) -> list[K]:
        """All areas that a circle touches, nearest to its centre first; of those around it, smallest."""
        candidates: set[K] = set()
        for cell in finest_cover(circle, _CELLS_TO_LOOK).cells:
            candidates.update(self._below.get(cell, ()), *(self._covers.get(up, ()) for up in _lineage(cell)))
        metres = {key: self._kept[key].area.metres_to(circle.centre) for key in candidates}
        found = [key for key, away in metres.items() if away <= circle.radius_m]
        return sorted(found, key=lambda key: (metres[key], self._rank(key)))

    def _rank(self, key: K) -> tuple[float, int]:
        return self._kept[key].rank


def _lineage(cell: Cell) -> list[Cell]:
    """Give a cell and all it lies in."""
    return [parent(cell, resolution) for resolution in range(resolution_of(cell), -1, -1)]


def _above(cells: Iterable[Cell]) -> set[Cell]:
    """Give all cells that some of these lie in, apart from themselves."""
    return {up for cell in cells for up in _lineage(cell)[1:]}


def _withdraw(postings: dict[Cell, dict[K, bool]], key: K, cells: Iterable[Cell]) -> None:
    for cell in cells:
        del postings[cell][key]
        if not postings[cell]:
            del postings[cell]
