"""Who may know what: the table itself, and its twin in SQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.trust.queries import disclosure_sql
from app.trust.rules import Disclosure, Exactness, Relation, Visibility, disclosure, found_at, relation
from geo import QUARTER, Position, cell_of, metres_between

TABLE = {
    #                          apart      stranger   neighbour  fellow     author
    ("public", "exact"): ("nothing", "exact", "exact", "exact", "exact"),
    ("public", "area"): ("nothing", "area", "area", "exact", "exact"),
    ("communities", "exact"): ("nothing", "nothing", "exact", "exact", "exact"),
    ("communities", "area"): ("nothing", "nothing", "area", "exact", "exact"),
    ("me", "exact"): ("nothing", "nothing", "nothing", "nothing", "exact"),
    ("me", "area"): ("nothing", "nothing", "nothing", "nothing", "exact"),
}
CASES = [
    (Visibility(visibility), Exactness(exactness), Relation(place), Disclosure(known))
    for (visibility, exactness), row in TABLE.items()
    for place, known in enumerate(row)
]


@pytest.mark.parametrize(("visibility", "exactness", "who", "known"), CASES)
def test_the_whole_table(
    visibility: Visibility, exactness: Exactness, who: Relation, known: Disclosure
) -> None:
    assert disclosure(visibility, exactness, who) is known


def test_nobody_is_left_out() -> None:
    assert len(CASES) == len(Visibility) * len(Exactness) * len(Relation)


def test_the_statement_discloses_what_the_rules_disclose(session: Session) -> None:
    values = ", ".join(f"('{v}', '{e}', {int(who)})" for v, e, who, _ in CASES)
    asked = (
        f"SELECT {disclosure_sql('c.relation')} FROM (VALUES {values}) AS c (visibility, exactness, relation)"
    )
    assert session.scalars(text(asked)).all() == [str(known) for *_, known in CASES]


def test_who_stands_nearer_knows_at_least_as_much() -> None:
    order = [Disclosure.NOTHING, Disclosure.AREA, Disclosure.EXACT]
    for visibility in Visibility:
        for exactness in Exactness:
            known = [order.index(disclosure(visibility, exactness, each)) for each in Relation]
            assert known == sorted(known)


@pytest.mark.parametrize(
    ("author", "apart", "fellow", "neighbour", "nearest"),
    [
        (True, True, True, True, Relation.AUTHOR),
        (False, True, True, True, Relation.APART),
        (False, False, True, True, Relation.FELLOW),
        (False, False, False, True, Relation.NEIGHBOUR),
        (False, False, False, False, Relation.STRANGER),
    ],
)
def test_the_nearest_relation_counts_save_where_one_blocked_the_other(
    author: bool, apart: bool, fellow: bool, neighbour: bool, nearest: Relation
) -> None:
    assert relation(author, apart, fellow, neighbour) is nearest


POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@given(POSITIONS)
def test_what_is_said_exactly_is_found_where_it_is(position: Position) -> None:
    assert found_at(position, Exactness.EXACT) == position


@given(POSITIONS)
def test_an_area_is_the_same_for_all_who_are_in_it(position: Position) -> None:
    found = found_at(position, Exactness.AREA)
    assert found_at(found, Exactness.AREA) == found
    assert cell_of(found, QUARTER) == cell_of(position, QUARTER)
    # A quarter is some 900 m across; what lies in it may stick out a little, and cells differ in size.
    assert metres_between(found, position) < 1_000
