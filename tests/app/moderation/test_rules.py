"""Decisions about cases, as tables."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.moderation.rules import (
    Standing,
    State,
    What,
    reopens,
    why_not_decide,
    why_not_object,
    why_not_take,
)

AUTHOR, ME, OTHER = uuid4(), uuid4(), uuid4()
WHO = st.sampled_from([None, AUTHOR, ME, OTHER])
STANDINGS = st.builds(Standing, st.sampled_from(What), st.sampled_from(State), WHO, WHO, WHO, st.booleans())


def a_case(**more: Any) -> Standing:
    return Standing(**{"what": What.CHECK_IN, "state": State.OPEN, "person_id": AUTHOR} | more)


@pytest.mark.parametrize(
    ("case", "may"),
    [
        (a_case(), True),
        (a_case(person_id=ME), False),
        (a_case(first_by=ME), False),
        (a_case(first_by=OTHER), True),
        (a_case(state=State.TAKEN, taken_by=ME), True),
        (a_case(state=State.TAKEN, taken_by=OTHER), False),
        (a_case(state=State.TAKEN, taken_by=None), True),
        (a_case(state=State.UPHELD, taken_by=ME), True),
        (a_case(state=State.UPHELD, taken_by=OTHER), False),
        (a_case(state=State.DISMISSED, taken_by=None), False),
    ],
)
def test_who_may_take_a_case(case: Standing, may: bool) -> None:
    assert (why_not_take(case, ME) is None) is may


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("taken_by", [None, ME, OTHER])
def test_only_whoever_took_it_decides_it(state: State, taken_by: Any) -> None:
    may = taken_by == ME and state is not State.OPEN
    assert (why_not_decide(a_case(state=state, taken_by=taken_by), ME) is None) is may


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("objected", [True, False])
def test_one_objects_once_to_what_is_upheld(state: State, objected: bool) -> None:
    may = state is State.UPHELD and not objected
    assert (why_not_object(a_case(state=state, has_objected=objected)) is None) is may


@given(STANDINGS)
def test_whoever_may_take_it_neither_said_it_nor_decided_it_before(case: Standing) -> None:
    if why_not_take(case, ME) is None:
        assert ME not in {case.person_id, case.first_by}
        assert not case.state.is_decided or case.taken_by == ME


@given(STANDINGS)
def test_words_are_looked_at_once(case: Standing) -> None:
    changes = case.what in {What.PERSON, What.COMMUNITY} or (
        case.what in {What.EVENT, What.PIECE} and case.state is State.DISMISSED
    )
    assert reopens(case) is (case.state.is_decided and changes)
