"""The watches on one subject: squares of the globe, quartered wherever watches crowd."""

from collections.abc import Mapping

from realtime.matching.caps import ROW_SIZE, row_of, rows_in, without_row
from realtime.matching.ground import Ground, Square, Steps
from realtime.matching.numbers import Numbers, with_number, without_number

# Squares of a degree and a half are the largest; areas more than four of them wide are kept aside.
LARGEST = 10
# As soon as more watches reach into a square it is quartered. With fewer, less is tested in vain; with more,
# there are fewer squares and a watch is added sooner.
CROWD = 16

Grounds = Mapping[int, Ground]


class Quadtree:
    """Numbers of watches by where they are."""

    __slots__ = ("_anywhere", "_squares", "_wide")

    def __init__(self) -> None:
        self._anywhere: Numbers = ()
        self._wide = b""
        self._squares: dict[Steps, _Node] = {}

    def __bool__(self) -> bool:
        return bool(self._anywhere or self._wide or self._squares)

    def add(self, number: int, grounds: Grounds) -> None:
        """Take in a watch on its ground, or one that has none and is anywhere."""
        ground = grounds.get(number)
        if ground is None:
            self._anywhere = with_number(self._anywhere, number)
        elif ground.level > LARGEST:
            self._wide += row_of(number, ground.area)
        else:
            row = row_of(number, ground.area)
            for square in ground.squares(LARGEST):
                node = self._squares.setdefault(square[:2], _Node())
                node.add(square, number, row, grounds)

    def remove(self, number: int, grounds: Grounds) -> None:
        """Take out a watch that is in it, on the same ground."""
        ground = grounds.get(number)
        if ground is None:
            self._anywhere = without_number(self._anywhere, number)
        elif ground.level > LARGEST:
            self._wide = without_row(self._wide, number)
        else:
            for square in ground.squares(LARGEST):
                node = self._squares[square[:2]]
                node.remove(square, number, ground)
                if not node:
                    del self._squares[square[:2]]

    def look_up(self, steps: Steps | None, sure: set[int], unsure: list[bytes]) -> None:
        """Add numbers of watches that are on these steps to `sure`, and rows of those that may be to `unsure`."""
        sure.update(self._anywhere)
        if steps is None:
            return
        if self._wide:
            unsure.append(self._wide)
        x, y = steps
        level = LARGEST
        node = self._squares.get((x >> level << level, y >> level << level))
        while node is not None:
            if node.inside:
                sure.update(node.inside)
            if node.rows:
                unsure.append(node.rows)
            if node.quarters is None:
                return
            level -= 1
            node = node.quarters[(x >> level & 1) << 1 | (y >> level & 1)]


class _Node:
    """What is in one square: watches that hold all of it, rows of those that reach into it, and its quarters."""

    __slots__ = ("inside", "quarters", "rows")

    def __init__(self) -> None:
        self.inside: Numbers = ()
        self.rows = b""
        self.quarters: list[_Node | None] | None = None

    def __bool__(self) -> bool:
        return bool(self.inside or self.rows or self.quarters)

    def add(self, square: Square, number: int, row: bytes, grounds: Grounds) -> None:
        """Take in a watch that reaches into the square; down to its quarters, unless they are too small for it."""
        if square[2] > grounds[number].level:
            if self.quarters is None and len(self.rows) >= CROWD * ROW_SIZE:
                self._quarter(square, grounds)
            if self.quarters is not None:
                _add_below(self.quarters, square, number, row, grounds)
                return
        self.rows += row

    def remove(self, square: Square, number: int, ground: Ground) -> None:
        """Take out a watch that reaches into the square; what is left empty is forgotten."""
        rows = without_row(self.rows, number)
        if len(rows) < len(self.rows):
            self.rows = rows
        elif self.quarters is not None:
            _remove_below(self.quarters, square, number, ground)
            if not any(self.quarters):
                self.quarters = None

    def _quarter(self, square: Square, grounds: Grounds) -> None:
        rows, self.rows, self.quarters = self.rows, b"", [None] * 4
        for number, row in rows_in(rows):
            self.add(square, number, row, grounds)


def _add_below(
    quarters: list[_Node | None], square: Square, number: int, row: bytes, grounds: Grounds
) -> None:
    ground = grounds[number]
    for place, quarter in ground.quarters(square):
        node = quarters[place] = quarters[place] or _Node()
        if ground.holds(quarter):
            node.inside = with_number(node.inside, number)
        else:
            node.add(quarter, number, row, grounds)


def _remove_below(quarters: list[_Node | None], square: Square, number: int, ground: Ground) -> None:
    for place, quarter in ground.quarters(square):
        if (node := quarters[place]) is None:
            continue
        if ground.holds(quarter):
            node.inside = without_number(node.inside, number)
        else:
            node.remove(quarter, number, ground)
        if not node:
            quarters[place] = None
