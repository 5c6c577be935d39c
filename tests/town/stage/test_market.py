"""Made-up offers are at places of the file."""

from dataclasses import replace
from random import Random

from tests.town.rows import check_in_rows
from town.stage.market import offers_of
from town.stage.plan import plan_of

ROWS = check_in_rows(120)


def test_there_are_as_many_as_asked_for_each_at_a_place_of_the_file() -> None:
    offers = offers_of(plan_of(ROWS, 600, Random(1)), 50, 60.0, Random(2))

    assert len(offers) == 50
    assert {offer.at for offer in offers} <= {row.position for row in ROWS}
    assert all(offer.area.holds(offer.at) for offer in offers)


def test_each_is_on_what_a_community_shares() -> None:
    plan = plan_of(ROWS, 600, Random(1))
    (circle, *_) = plan.circles
    fewer = replace(plan, circles=(circle,))

    offers = offers_of(fewer, 50, 60.0, Random(2))

    assert 0 < len(offers) < 50
    assert all(offer.topics & set(circle.topics) for offer in offers)


def test_some_are_not_open_before_tomorrow() -> None:
    offers = offers_of(plan_of(ROWS, 600, Random(1)), 50, 60.0, Random(2))

    assert sum(offer.starts > min(each.starts for each in offers) + 80_000 for offer in offers) == 2
