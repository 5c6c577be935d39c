"""How many are left of an offer is known from what people were told who took one, or said to be in doubt."""

from dataclasses import replace

import pytest

from tests.town.reference.test_inbox import NOON, OFFER
from town.reference.shelves import ENOUGH, KEPT_S, NONE_LEFT, NOT_FOUND, Shelves, Tried

ONE = replace(OFFER, quantity=1)
LAPSE_S = 60.0
KEPT = Tried("ana", "o1", True, NOON, NOON + 2, at=NOON + 1)
BOUGHT = replace(KEPT, keeps=False, made="r1")
BACK = NOON + 1 + KEPT_S


def shelves(*tried: Tried, quantity: int = 1) -> Shelves:
    return Shelves({"o1": replace(ONE, quantity=quantity)}, tried, LAPSE_S)


def later(tried: Tried, seconds: float, **more: object) -> Tried:
    after = replace(tried, since=tried.since + seconds, by=tried.by + seconds, at=tried.at + seconds)
    return replace(after, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tried", "when", "none_left"),
    [
        ((), NOON, {False}),
        ((KEPT,), NOON - 1, {False}),
        ((KEPT,), NOON + 1.5, {True, False}),
        ((KEPT,), NOON + 3, {True}),
        ((KEPT,), BACK - 1, {True}),
        ((KEPT,), BACK + 1, {True, False}),
        ((KEPT,), BACK + LAPSE_S + 1, {False}),
        ((BOUGHT,), BACK + LAPSE_S + 1, {True}),
        # Whoever redeems what was kept for them takes no other.
        ((KEPT, later(BOUGHT, 60)), BACK + LAPSE_S + 1, {True}),
        # What went back is taken by who comes next, so it was back.
        ((KEPT, later(BOUGHT, KEPT_S + 9, person="bob")), BACK + 30, {True}),
        ((replace(KEPT, refusal=NONE_LEFT, at=0.0),), NOON + 3, {False}),
    ],
)
def test_what_is_left(tried: tuple[Tried, ...], when: float, none_left: set[bool]) -> None:
    assert shelves(*tried).possible("eve", ONE, when, when) == none_left


def test_of_what_there_are_two_one_more_is_left() -> None:
    two = replace(ONE, quantity=2)
    assert shelves(BOUGHT, quantity=2).possible("eve", two, NOON + 3, NOON + 3) == {False}


BOB = later(BOUGHT, 10, person="bob", made="r2")


@pytest.mark.parametrize(
    ("tried", "wrong"),
    [
        ((BOUGHT,), 0),
        ((BOUGHT, BOB), 1),
        ((BOUGHT, replace(BOB, refusal=NONE_LEFT)), 0),
        ((replace(BOUGHT, refusal=NONE_LEFT),), 1),
        ((BOUGHT, later(BOUGHT, 10)), 1),
        ((BOUGHT, later(BOUGHT, 10, refusal=ENOUGH)), 0),
        ((replace(BOUGHT, refusal=ENOUGH),), 1),
        ((KEPT, later(BOUGHT, 10)), 0),
        ((KEPT, later(KEPT, 10, at=KEPT.at)), 0),
        ((KEPT, later(BOUGHT, 10, refusal=NONE_LEFT)), 1),
        ((KEPT, replace(BOB, refusal=NONE_LEFT)), 0),
        ((KEPT, later(BOB, KEPT_S + LAPSE_S, refusal=NONE_LEFT)), 1),
        # At once: either may have been first.
        ((BOUGHT, replace(BOUGHT, person="bob", refusal=NONE_LEFT)), 0),
        ((replace(BOUGHT, refusal=NOT_FOUND),), 1),
        ((replace(BOUGHT, refusal=NOT_FOUND, muted=True),), 0),
        ((later(BOUGHT, 86400, refusal=NOT_FOUND),), 0),
        ((later(BOUGHT, 86400),), 1),
    ],
)
def test_who_was_told_what_is_not_so(tried: tuple[Tried, ...], wrong: int) -> None:
    assert len(list(shelves(*tried).wrong())) == wrong
