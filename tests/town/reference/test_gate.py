"""The gate's reference, one rule after the other."""

from collections import Counter
from dataclasses import replace

import pytest
import shapely

from geo import Position
from town.reference.gate import DAY_S, HOUR_S, Gate, Move, Offer, Person, deliveries
from town.reference.ground import Drawn

HERE = Position(41.40, 2.15)
OFFER = Offer(
    id="o1",
    at=HERE,
    area=Drawn(shapely.box(2.14, 41.39, 2.16, 41.41)),
    topics=frozenset({"interest:coffee", "value:fair-trade"}),
    activities=frozenset(),
    starts=0.0,
    ends=10 * DAY_S,
)
BEANS = {"beans": frozenset({"interest:coffee"})}
ANA = Person(BEANS, consents=True)
MOVE = Move("ana", HERE, "drinking", 1000.0)


def judged(
    *offers: Offer, moves: tuple[Move, ...] = (MOVE,), **people: Person
) -> tuple[set[tuple[str, str]], Counter[str]]:
    gate = Gate(offers, {"ana": ANA, **people})
    return deliveries(gate, moves), gate.withheld


def test_an_offer_that_fits_reaches_a_person() -> None:
    assert judged(OFFER) == ({("ana", "o1")}, Counter())


@pytest.mark.parametrize(
    ("offer", "person", "reason"),
    [
        (replace(OFFER, area=Drawn(shapely.box(3, 41, 4, 42))), ANA, None),
        (replace(OFFER, starts=1001.0), ANA, None),
        (replace(OFFER, ends=1000.0), ANA, None),
        (OFFER, Person(BEANS, True, {"o1": 0.0}), "again"),
        (replace(OFFER, activities=frozenset({"riding"})), ANA, "activity"),
        (OFFER, Person({"riders": frozenset({"interest:cycling"})}, True), "community"),
        (OFFER, Person({}, True), "community"),
        (OFFER, Person(BEANS, False), "consent"),
        (OFFER, Person(BEANS, True, {"o2": 999.0}), "budget"),
    ],
)
def test_what_does_not_fit_is_withheld_for_its_first_reason(
    offer: Offer, person: Person, reason: str | None
) -> None:
    assert judged(offer, ana=person) == (set(), Counter([reason] if reason else []))


def test_reasons_come_in_their_order() -> None:
    against_all = replace(OFFER, activities=frozenset({"riding"}))
    closed = Person({}, False)

    assert judged(against_all, ana=replace(closed, before={"o1": 0.0}))[1] == Counter(["again"])
    assert judged(against_all, ana=closed)[1] == Counter(["activity"])
    assert judged(OFFER, ana=closed)[1] == Counter(["community"])


def test_what_is_about_something_else_as_well_comes_later() -> None:
    more = replace(OFFER, id="o0", topics=OFFER.topics | {"interest:go"})

    assert judged(more, OFFER)[0] == {("ana", "o1")}


def test_the_nearest_comes_and_the_others_wait() -> None:
    farther = replace(OFFER, id="o0", at=Position(41.401, 2.15))

    assert judged(farther, OFFER) == ({("ana", "o1")}, Counter(["budget"]))


def test_of_equally_near_ones_the_one_made_first_comes() -> None:
    assert judged(replace(OFFER, id="o2"), OFFER)[0] == {("ana", "o1")}


@pytest.mark.parametrize(
    ("minutes", "came"),
    [((0, 59), 1), ((0, 60), 2), ((0, 60, 120, 180), 3), ((0, 60, 120, 1439), 3), ((0, 60, 120, 1440), 4)],
)
def test_one_an_hour_and_three_a_day(minutes: tuple[int, ...], came: int) -> None:
    offers = [replace(OFFER, id=f"o{number}") for number in range(5)]
    moves = tuple(replace(MOVE, when=minute * 60.0) for minute in minutes)

    assert len(judged(*offers, moves=moves)[0]) == came


def test_what_reached_them_in_an_earlier_play_counts_against_the_budget() -> None:
    before = {"a": 1000.0 - HOUR_S, "b": 1000.0 - 2 * HOUR_S, "c": 1000.0 - DAY_S}

    assert judged(OFFER, ana=replace(ANA, before=before))[0] == {("ana", "o1")}
    assert judged(OFFER, ana=replace(ANA, before={**before, "d": 1000.0 - 3 * HOUR_S}))[0] == set()
