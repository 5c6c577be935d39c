"""Who comes again and who goes to an event is known from what tills and people were told, or said to be in doubt."""

from dataclasses import replace

import pytest

from tests.town.reference.test_inbox import MOMENT, NOON, OFFER, reasons
from town.reference.knowing import History
from town.reference.visits import Guests, Seen, Visits, visits
from town.reference.wanting import DAY_S, Event

TWICE = replace(OFFER, returning=2)
EVENING = replace(OFFER, event=Event("e1", NOON + 60))


def seen(*ago: float) -> Visits:
    return Visits([Seen("ana", "b1", NOON - each, NOON - each + 1) for each in ago])


@pytest.mark.parametrize(
    ("ago", "too_few"),
    [
        ((), {True}),
        ((DAY_S,), {True}),
        ((DAY_S, 60.0), {False}),
        # The same visit, and one that may not have been written yet.
        ((500.0, 60.0), {True}),
        ((DAY_S, 0.5), {True, False}),
        # Nothing is known of it any more.
        ((31 * DAY_S, 60.0), {True}),
        ((30 * DAY_S + 0.5, 60.0), {True, False}),
    ],
)
def test_who_came_too_seldom(ago: tuple[float, ...], too_few: set[bool]) -> None:
    assert seen(*ago).possible("ana", TWICE, NOON, NOON) == too_few


def test_of_somebody_else_or_elsewhere_nothing_counts() -> None:
    often = seen(DAY_S, 60.0)
    assert often.possible("bob", TWICE, NOON, NOON) == {True}
    assert often.possible("ana", replace(TWICE, business="b2"), NOON, NOON) == {True}
    assert visits([0.0, 599.0, 1198.0]) == 1


def test_who_goes_has_a_seat_at_what_is_not_over_before() -> None:
    goes = History(first=False)
    goes.change(NOON - 2, NOON - 1, to=True)
    guests = Guests({("ana", "e1"): goes})
    assert guests.possible("ana", EVENING, NOON, NOON) == {False}
    assert guests.possible("ana", EVENING, NOON - 1.5, NOON - 1.5) == {True, False}
    assert guests.possible("bob", EVENING, NOON, NOON) == {True}
    over = replace(EVENING, event=Event("e1", OFFER.starts))
    assert guests.possible("ana", over, NOON, NOON) == {True}


@pytest.mark.parametrize("reason", ["quantity", "returning", "event"])
def test_what_is_in_the_way_is_the_reason(reason: str) -> None:
    moment = replace(MOMENT, against=frozenset({(reason, "o1")}))
    assert reasons(moment, OFFER) == {"o1": reason}
