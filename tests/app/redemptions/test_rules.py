"""What a till is answered, sums of money, and the codes of tills: decided on plain values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.redemptions import rules
from app.redemptions.rules import Money, Outcome, Stock, Theirs
from app.tag.rules import Outcome as OfReading

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CURRENCIES = sorted(each.code for each in iso4217.Currency if each.exponent is not None)


def stock(left: int | None, per_person: int = 1) -> Stock:
    return Stock(NOON - 60 * MINUTE, NOON + 60 * MINUTE, per_person, left)


def theirs(redeemed: int = 0, holds: bool = False, since: datetime = NOON) -> Theirs:
    return Theirs(since, UUID(int=1), UUID(int=2), redeemed, holds)


JUDGED = [
    (stock(1), theirs(), Outcome.OK),
    (stock(None), theirs(), Outcome.OK),
    (stock(1), None, Outcome.NOT_THEIRS),
    (stock(1), theirs(since=NOON + 10 * MINUTE), Outcome.OK),
    (stock(1), theirs(since=NOON + 11 * MINUTE), Outcome.NOT_THEIRS),
    (stock(1), theirs(redeemed=1), Outcome.ENOUGH),
    (stock(1, 2), theirs(redeemed=1), Outcome.OK),
    (stock(0), theirs(), Outcome.NONE_LEFT),
    (stock(0), theirs(holds=True), Outcome.OK),
    (stock(0), theirs(redeemed=1, holds=True), Outcome.ENOUGH),
]


@pytest.mark.parametrize(("of", "whose", "outcome"), JUDGED)
def test_what_a_till_is_answered(of: Stock, whose: Theirs | None, outcome: Outcome) -> None:
    assert rules.redeem(of, whose, NOON) is outcome


@pytest.mark.parametrize(
    ("minutes", "was_on"), [(-71, False), (-70, True), (0, True), (59, True), (60, False)]
)
def test_clocks_drift_but_an_end_is_an_end(minutes: int, was_on: bool) -> None:
    assert stock(1).was_on(NOON + minutes * MINUTE) is was_on


PEOPLE = st.builds(theirs, st.integers(0, 3), st.booleans())


@given(st.none() | st.integers(0, 5), st.integers(1, 3), st.lists(PEOPLE, min_size=1, max_size=4), st.data())
def test_never_more_than_there_are_nor_than_one_person_may(
    left: int | None, per_person: int, people: list[Theirs], data: st.DataObject
) -> None:
    of, held = stock(left, per_person), sum(each.holds for each in people)
    before = [each.redeemed for each in people]
    done = 0
    for _ in range(12):
        done += rules.redeem(of, data.draw(st.sampled_from(people)), NOON) is Outcome.OK
    assert done == sum(each.redeemed - was for each, was in zip(people, before, strict=True))
    assert all(each.redeemed <= max(was, per_person) for each, was in zip(people, before, strict=True))
    if left is not None:
        assert of.left is not None
        assert (of.left + of.taken, of.left >= 0) == (left, True)
        assert done <= left + held
    assert done == of.taken + held - sum(each.holds for each in people) or left is None


SUMS = st.integers(0, 4).flatmap(lambda places: st.decimals(-9, 10**10, places=places)).map(str)


@given(st.text(max_size=14) | SUMS, st.sampled_from(["EUR", "JPY", "KWD", *CURRENCIES]))
def test_a_sum_of_money_is_kept_as_it_was_said(said: str, currency: str) -> None:
    found = rules.money(said, currency)
    if isinstance(found, Money):
        assert found.amount == Decimal(said) == Decimal(str(found))
        assert 0 <= found.amount < 10**10
        places = len(said.partition(".")[2])
        assert places <= (getattr(iso4217.Currency, currency.lower()).exponent or 0)
    else:
        assert found is Outcome.AMOUNT


@given(st.text(max_size=4))
def test_a_currency_is_one_that_people_pay_in(said: str) -> None:
    found = rules.money("1", said)
    assert isinstance(found, Money) == (said in CURRENCIES)


def test_a_till_is_told_all_that_a_reader_is_and_why() -> None:
    assert {each.value for each in OfReading} <= {each.value for each in Outcome}
    assert set(rules.SAYS) == set(Outcome) - {Outcome.OK}


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**6), st.integers(-3, 3))
def test_a_code_is_good_in_its_window_and_the_next(secret: bytes, window: int, later: int) -> None:
    code = rules.till_code(secret, window)
    now = rules.till_window_ends(window) - MINUTE + later * rules.TILL_WINDOW
    assert len(code) == 8
    assert rules.is_till_code(f" {code[:4].lower()}-{code[4:]}", secret, now) == (later in (0, 1))


def test_another_secret_makes_another_code() -> None:
    made = {rules.till_code(bytes([each]) * 32, window) for each in range(50) for window in range(50)}
    assert len(made) == 2_500


@given(st.text(max_size=12))
def test_whatever_is_typed_is_no_fault(said: str) -> None:
    assert rules.is_till_code(said, b"s" * 32, NOON) in (True, False)
