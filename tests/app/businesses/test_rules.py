"""Who may do what for a business, and who inherits one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.businesses.rules import RIGHTS, Right, Role, heir, is_doubted, may
from app.trust.steps import in_steps

DAY = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "right", "allowed"),
    [
        (Role.OWNER, Right.ACT, True),
        (Role.OWNER, Right.READ_STAFF, True),
        (Role.OWNER, Right.CHANGE_STAFF, True),
        (Role.STAFF, Right.ACT, True),
        (Role.STAFF, Right.READ_STAFF, True),
        (Role.STAFF, Right.CHANGE_STAFF, False),
        (None, Right.ACT, False),
        (None, Right.READ_STAFF, False),
        (None, Right.CHANGE_STAFF, False),
    ],
)
def test_what_one_may_do_because_of_ones_role(role: Role | None, right: Right, allowed: bool) -> None:
    assert may(role, right) is allowed


def test_an_owner_may_all_that_staff_may() -> None:
    assert RIGHTS[Role.STAFF] < RIGHTS[Role.OWNER]


@given(st.dictionaries(st.uuids(), st.integers(0, 5), max_size=6))
def test_whoever_served_longest_inherits(days: dict[UUID, int]) -> None:
    served = [(DAY + timedelta(days=day), person) for person, day in days.items()]
    chosen = heir(served)
    assert (chosen is None) is not bool(days)
    assert chosen is None or days[chosen] == min(days.values())
    assert heir(reversed(served)) == chosen


@pytest.mark.parametrize(
    ("doubts", "told", "doubted"),
    [
        (0, 0, False),
        (4, 0, False),
        (5, 5, False),
        (9, 5, False),
        (10, 10, True),
        (14, 10, True),
        (10_003, 10_000, True),
    ],
)
def test_how_many_doubts_are_told(doubts: int, told: int, doubted: bool) -> None:
    assert (in_steps(doubts), is_doubted(doubts)) == (told, doubted)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_doubts_never_make_a_claim_less_doubted(some: int, more: int) -> None:
    assert in_steps(some) <= in_steps(some + more)
    assert is_doubted(some) <= is_doubted(some + more)


@given(st.integers(0, 10_000))
def test_what_is_told_holds_back_less_than_five_and_decides_alone(doubts: int) -> None:
    assert 0 <= doubts - in_steps(doubts) < 5
    assert is_doubted(doubts) is is_doubted(in_steps(doubts)), "doubted tells no more than the number"
