"""Every difference between a file's neighbourhoods and the memberships is explained, or called a fault."""

import shapely

from geo import Position
from town.reference.ground import Drawn
from town.reference.hoods import Landed, Neighbourhoods

AREAS = {
    "g": Drawn(shapely.box(2.14, 41.39, 2.16, 41.41)),
    "s": Drawn(shapely.box(2.12, 41.39, 2.14, 41.41)),
    "p": Drawn(shapely.box(2.155, 41.395, 2.17, 41.405)),
}
TOWN = Neighbourhoods(AREAS, {"g": "Gràcia", "s": "Sants", "p": "Park"})
IN_G, IN_BOTH, OUTSIDE = Position(41.40, 2.15), Position(41.40, 2.158), Position(41.5, 2.3)


def row(at: Position, hood: str | None, *opened: str) -> Landed:
    return Landed(7, at, hood, frozenset(opened))


def test_rows_that_opened_what_the_file_says_agree() -> None:
    agreement = TOWN.agreement([row(IN_G, "Gràcia", "g"), row(OUTSIDE, "")])

    assert (agreement.inside, agreement.agreeing, agreement.share) == (1, 1, 1.0)
    assert not agreement.explained
    assert not agreement.faults


def test_a_row_that_opened_something_else_than_lies_there_is_a_fault() -> None:
    agreement = TOWN.agreement([row(IN_G, "Gràcia"), row(OUTSIDE, "", "g")])

    assert agreement.share == 0.0
    assert agreement.faults == [
        "line 7: opened [], but lies in ['Gràcia']",
        "line 7: opened ['Gràcia'], but lies in []",
    ]


def test_a_file_that_speaks_of_no_neighbourhoods_is_held_against_the_areas_alone() -> None:
    agreement = TOWN.agreement([row(IN_BOTH, None, "g", "p"), row(IN_G, None)])

    assert (agreement.looked_at, agreement.inside, agreement.explained) == (2, 0, [])
    assert agreement.faults == ["line 7: opened [], but lies in ['Gràcia']"]


def test_a_fault_at_the_border_says_how_near_it_is() -> None:
    (fault,) = TOWN.agreement([row(Position(41.40, 2.14 + 1e-9), "Gràcia")]).faults

    assert fault.endswith("0.000 m from the border")


def test_what_the_file_and_the_areas_make_different_is_explained() -> None:
    rows = [
        row(IN_BOTH, "Gràcia", "g", "p"),
        row(IN_G, "", "g"),
        row(IN_G, "Nowhere", "g"),
        row(IN_G, "Sants", "g"),
    ]

    agreement = TOWN.agreement(rows)

    assert not agreement.faults
    assert agreement.explained == [
        "line 7: areas overlap here: Gràcia, and also Park",
        "line 7: the file names no neighbourhood, but it lies in Gràcia",
        "line 7: no location community is called Nowhere; are its areas imported?",
        "line 7: the file says Sants, whose border is 834.1 m away; it lies in Gràcia",
    ]
