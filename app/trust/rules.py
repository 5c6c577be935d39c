"""Who may know what: the one table. Its twin in SQL stands in queries.py; a test holds the two together."""

from enum import IntEnum, StrEnum

from geo import QUARTER, Position, blur


class Visibility(StrEnum):
    """For whom a check-in is."""

    PUBLIC = "public"
    COMMUNITIES = "communities"
    ME = "me"


class Exactness(StrEnum):
    """How exactly those outside the author's own communities may know where."""

    EXACT = "exact"
    AREA = "area"


class Relation(IntEnum):
    """How near a viewer stands to an author, as far as one check-in goes. Nearer ones know at least as much."""

    #: One of the two blocked the other.
    APART = 0
    STRANGER = 1
    #: Is here too: shares a location community the check-in is heard in.
    NEIGHBOUR = 2
    #: Shares a chosen community the check-in is heard in.
    FELLOW = 3
    AUTHOR = 4


class Disclosure(StrEnum):
    """What someone comes to know of a position."""

    EXACT = "exact"
    AREA = "area"
    NOTHING = "nothing"


_LEAST_RELATION = {
    Visibility.PUBLIC: Relation.STRANGER,
    Visibility.COMMUNITIES: Relation.NEIGHBOUR,
    Visibility.ME: Relation.AUTHOR,
}
_LEAST_FOR_EXACT = {Exactness.EXACT: Relation.STRANGER, Exactness.AREA: Relation.FELLOW}


def disclosure(visibility: Visibility, exactness: Exactness, relation: Relation) -> Disclosure:
    """What a viewer in this relation comes to know."""
    if relation < _LEAST_RELATION[visibility]:
        return Disclosure.NOTHING
    return Disclosure.EXACT if relation >= _LEAST_FOR_EXACT[exactness] else Disclosure.AREA


def relation(author: bool, apart: bool, fellow: bool, neighbour: bool) -> Relation:
    """The nearest of what two people are to each other; a block goes before all they share."""
    if author:
        return Relation.AUTHOR
    if apart:
        return Relation.APART
    if fellow:
        return Relation.FELLOW
    return Relation.NEIGHBOUR if neighbour else Relation.STRANGER


def found_at(position: Position, exactness: Exactness) -> Position:
    """Where a check-in is found: every distance, order and filter uses this, never the true position.

    An area is the centre of its quarter (an H3 cell): the same answer every time, so that averaging gains nothing.
    """
    return position if exactness is Exactness.EXACT else blur(position, QUARTER)
