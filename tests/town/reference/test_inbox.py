"""Why an offer does not come, one rule after the other; and which comes of several."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely

from geo import Position, destination
from town.reference.ground import Drawn
from town.reference.inbox import Inbox, Moment, Outcome, is_held_out
from town.reference.wanting import (
    DAY_S,
    HOUR_S,
    Budget,
    Came,
    Community,
    Consent,
    Hours,
    Manner,
    Offer,
    Stay,
    Week,
    Wished,
    World,
)

HERE = Position(41.40, 2.15)
#: A Monday noon.
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp()
OFFER = Offer(
    id="o1",
    business="b1",
    at=HERE,
    area=Drawn(shapely.box(2.14, 41.39, 2.16, 41.41)),
    topics=frozenset({"interest:coffee", "value:fair-trade"}),
    activities=frozenset(),
    starts=NOON - DAY_S,
    ends=NOON + DAY_S,
)
BEANS = Community("beans", frozenset({"interest:coffee"}), 3)
FAIR = Community("fair", frozenset({"value:fair-trade"}), 3)
LETS = Manner(consent=Consent(), budget=Budget(20, 20, 20, 20))
STAY = Stay(HERE, "drinking", NOON + 2 * HOUR_S)
MOMENT = Moment("ana", NOON, STAY, LETS, [], {})
MORNING = Week((Hours(frozenset({0}), 8 * 60, 11 * 60),), "UTC")


def came(offer: str = "o9", ago: float = 60.0, community: str = "beans", **more: object) -> Came:
    known = Came("ana", offer, "b9", community, NOON - ago, NOON - ago + 1)
    return replace(known, **more)  # type: ignore[arg-type]


def reasons(
    moment: Moment, *offers: Offer, joined: Iterable[Community] = (BEANS, FAIR)
) -> dict[str, str | None]:
    theirs = {each.id: each for each in joined}
    world = World({each.id: each for each in offers}, theirs, {"ana": tuple(theirs)})
    inbox = Inbox(world)
    records = dict.fromkeys(inbox.pairs("ana", offers), (0, 0)) | moment.records
    around = world.around(moment.stay.at)
    return {each.offer.id: each.reason for each in inbox.verdicts(replace(moment, records=records), around)}


def outcome(moment: Moment, *offers: Offer, joined: Iterable[Community] = (BEANS, FAIR)) -> Outcome | None:
    theirs = {each.id: each for each in joined}
    inbox = Inbox(World({each.id: each for each in offers}, theirs, {"ana": tuple(theirs)}))
    records = dict.fromkeys(inbox.pairs("ana", offers), (0, 0)) | moment.records
    return inbox.outcome(replace(moment, records=records), offers)


def test_what_fits_comes_through_the_community_that_was_joined_first() -> None:
    assert outcome(MOMENT, OFFER) == Outcome("o1", "beans", held_out=False)
    assert outcome(MOMENT, OFFER, joined=(FAIR, BEANS)) == Outcome("o1", "fair", held_out=False)


def test_where_one_community_is_spent_it_comes_through_another() -> None:
    spent = [came(offer=f"o{number}") for number in (7, 8, 9)]
    assert outcome(replace(MOMENT, came=spent), OFFER) == Outcome("o1", "fair", held_out=False)


@pytest.mark.parametrize(
    ("offer", "moment"),
    [
        (replace(OFFER, area=Drawn(shapely.box(3, 41, 4, 42))), MOMENT),
        (replace(OFFER, starts=NOON + 1), MOMENT),
        (replace(OFFER, ends=NOON), MOMENT),
        (replace(OFFER, week=MORNING), MOMENT),
        (OFFER, replace(MOMENT, stay=replace(STAY, quiet=True))),
        (OFFER, replace(MOMENT, stay=replace(STAY, until=NOON))),
    ],
)
def test_what_is_not_to_be_had_there_and_then_is_not_even_withheld(offer: Offer, moment: Moment) -> None:
    assert reasons(moment, offer) == {}


def manner(**more: object) -> Moment:
    return replace(MOMENT, manner=replace(LETS, **more))  # type: ignore[arg-type]


SENT_OFF = (replace(BEANS, sent_off=frozenset({"b1"})), replace(FAIR, sent_off=frozenset({"b1"})))


@pytest.mark.parametrize(
    ("moment", "offer", "joined", "reason"),
    [
        (replace(MOMENT, came=[came("o1", DAY_S * 9)]), OFFER, (BEANS,), "again"),
        (replace(MOMENT, came=[came("o1", held_out=True)]), OFFER, (BEANS,), "held-out"),
        (MOMENT, replace(OFFER, activities=frozenset({"riding"})), (BEANS,), "activity"),
        (MOMENT, OFFER, (), "community"),
        (MOMENT, OFFER, SENT_OFF, "community"),
        (manner(muted_communities=frozenset({"beans"})), OFFER, (BEANS,), "community"),
        (MOMENT, replace(OFFER, wish=Wished("fair", frozenset())), (BEANS,), "community"),
        (MOMENT, replace(OFFER, wish=Wished("beans", frozenset({"bob"}))), (BEANS,), "wish"),
        (manner(consent=None), OFFER, (BEANS,), "consent"),
        (manner(consent=Consent(refused=frozenset({"b1"}))), OFFER, (BEANS,), "consent"),
        (manner(consent=Consent(businesses=frozenset({"b2"}))), OFFER, (BEANS,), "consent"),
        (manner(consent=Consent(week=MORNING)), OFFER, (BEANS,), "consent"),
        (manner(muted_businesses=frozenset({"b1"})), OFFER, (BEANS,), "muted"),
        (manner(muted_topics=frozenset({"value:fair-trade"})), OFFER, (BEANS,), "muted"),
        (MOMENT, OFFER, (replace(BEANS, noise_budget=0),), "noise"),
        (replace(MOMENT, came=[came()] * 3), OFFER, (BEANS,), "noise"),
        (replace(MOMENT, came=[came()] * 2, records={("b1", "beans"): (0, 2)}), OFFER, (BEANS,), "noise"),
        (replace(MOMENT, came=[came()] * 2, records={("b1", "beans"): (9, 0)}), OFFER, (BEANS,), None),
        (replace(MOMENT, came=[came(ago=DAY_S)] * 3), OFFER, (BEANS,), None),
        (manner(budget=Budget(0, 9, 9, 9)), OFFER, (BEANS,), "budget"),
        (replace(manner(budget=Budget(1, 9, 9, 9)), came=[came()]), OFFER, (FAIR,), "budget"),
        (replace(manner(budget=Budget(1, 9, 9, 9)), came=[came(held_out=True)]), OFFER, (FAIR,), None),
        (replace(manner(budget=Budget(1, 9, 9, 9)), came=[came(ago=HOUR_S)]), OFFER, (FAIR,), None),
        (replace(manner(budget=Budget(9, 1, 9, 9)), came=[came(ago=HOUR_S)]), OFFER, (FAIR,), "budget"),
        (replace(manner(budget=Budget(9, 9, 1, 9)), came=[came()]), OFFER, (BEANS,), "budget"),
        (replace(manner(budget=Budget(9, 9, 9, 1)), came=[came(business="b1")]), OFFER, (FAIR,), "budget"),
    ],
)
def test_what_does_not_fit_is_withheld_for_its_first_reason(
    moment: Moment, offer: Offer, joined: tuple[Community, ...], reason: str | None
) -> None:
    assert reasons(moment, offer, joined=joined) == {"o1": reason}


@pytest.mark.parametrize(
    ("metres", "topics", "noise", "first"),
    [
        # The nearest, and of equally near ones the first made.
        (30.0, OFFER.topics, 0, "o1"),
        (0.2, OFFER.topics, 0, "o0"),
        # Of as near ones that of whom they think better, but not of a nearer one.
        (30.0, OFFER.topics, 2, "o0"),
        (60.0, OFFER.topics, 2, "o1"),
        # What is about nothing else comes before what is nearer and thought better of.
        (0.0, OFFER.topics | {"interest:go"}, 2, "o1"),
    ],
)
def test_of_several_the_first_in_their_order_comes(
    metres: float, topics: frozenset[str], noise: int, first: str
) -> None:
    other = replace(OFFER, id="o0", business="b0", at=destination(HERE, 90, metres), topics=topics)
    called = replace(MOMENT, records={("b1", "beans"): (0, noise)})
    found = outcome(called, other, OFFER)
    assert found is not None
    assert found.offer == first


def test_some_of_a_hundred_are_held_out_always_the_same() -> None:
    offer = replace(OFFER, hold_out=30)
    held_out = [number for number in range(1000) if is_held_out(offer, str(number))]
    assert 250 < len(held_out) < 350
    assert outcome(replace(MOMENT, person="ana"), OFFER) == Outcome("o1", "beans", held_out=False)
    assert not any(is_held_out(OFFER, str(number)) for number in range(100))


def test_an_offer_opens_when_it_starts_and_at_each_of_its_hours() -> None:
    weekly = replace(OFFER, starts=NOON - DAY_S, ends=NOON + 8 * DAY_S, week=MORNING)
    assert OFFER.openings() == [OFFER.starts]
    assert weekly.openings() == [NOON - 4 * HOUR_S, NOON - 4 * HOUR_S + 7 * DAY_S]


def test_hours_that_end_before_they_begin_end_the_next_day() -> None:
    night = Hours(frozenset({4}), 22 * 60, 2 * 60)
    assert [night.include(*each) for each in ((4, 1320), (5, 119), (5, 120), (4, 60), (4, 1319))] == [
        True,
        True,
        False,
        False,
        False,
    ]
