"""What a file says of neighbourhoods, held against the memberships that opened; every difference explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo import Position
from town.reference.ground import Drawn, locations_around, names_of

#: Less than this from a border, two ways of rounding may put a position on two sides of it.
ROUNDING_M = 0.01


@dataclass(frozen=True, slots=True)
class Landed:
    """A row of the file and what it opened."""

    line: int
    at: Position
    #: The neighbourhood the file names: empty for none, None if it does not speak of neighbourhoods.
    hood: str | None
    #: The ids of the location memberships that its author was told of.
    opened: frozenset[str]


@dataclass(slots=True)
class Agreement:
    """Of the rows inside a neighbourhood, how many opened that membership and no other; and why the others did not."""

    #: Rows whose memberships were held against where they lie, whether or not the file names a neighbourhood.
    looked_at: int = 0
    inside: int = 0
    agreeing: int = 0
    explained: list[str] = field(default_factory=list)
    #: Those that opened something else than lies around them: the server's own faults.
    faults: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """From 0 to 1; 1 if no row was inside any."""
        return self.agreeing / self.inside if self.inside else 1.0


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """The location communities there are: areas and names by id."""

    areas: Mapping[str, Drawn]
    names: Mapping[str, str]

    def agreement(self, rows: list[Landed]) -> Agreement:
        """Hold every row's memberships against the file, and against where it lies."""
        agreement = Agreement()
        for row in rows:
            there = locations_around(row.at, self.areas)
            agrees = row.hood is None or names_of(row.opened, self.names) == [row.hood] * bool(row.hood)
            agreement.looked_at += 1
            agreement.inside += bool(row.hood)
            agreement.agreeing += bool(row.hood) and agrees
            if row.opened != there:
                agreement.faults.append(f"line {row.line}: {self._fault(row, there)}")
            elif not agrees:
                agreement.explained.append(f"line {row.line}: {self._why(row, there)}")
        return agreement

    def _fault(self, row: Landed, there: frozenset[str]) -> str:
        opened, lies_in = names_of(row.opened, self.names), names_of(there, self.names)
        nearest = min(self.areas[each].metres_to_border(row.at) for each in row.opened ^ there)
        doubt = f", {nearest:.3f} m from the border" if nearest < ROUNDING_M else ""
        return f"opened {opened}, but lies in {lies_in}{doubt}"

    def _why(self, row: Landed, there: frozenset[str]) -> str:
        names = names_of(there, self.names)
        if row.hood in names:
            others = [name for name in names if name != row.hood]
            return f"areas overlap here: {row.hood}, and also {', '.join(others)}"
        same = [each for each, name in self.names.items() if name == row.hood]
        if not row.hood:
            return f"the file names no neighbourhood, but it lies in {', '.join(names)}"
        if not same:
            return f"no location community is called {row.hood}; are its areas imported?"
        metres = min(self.areas[each].metres_to_border(row.at) for each in same)
        where = ", ".join(names) or "no location community"
        return f"the file says {row.hood}, whose border is {metres:.1f} m away; it lies in {where}"
