"""Made-up offers are at places of the file, and scarce only where nobody can tie."""

from random import Random

from tests.town.rows import check_in_rows
from town.stage.cast import Cast, Player
from town.stage.market import offers_of
from town.stage.plan import plan_of

ROWS = check_in_rows(120)


def cast() -> Cast:
    users = {str(number): Player(f"p{number}", f"h{number}", "t") for number in range(6)}
    shared = {"c1": ["interest:bar", "interest:coffee-shop"]}
    ids = [player.id for player in users.values()]
    return Cast(users=users, topics=shared, chosen={each: ["c1"] for each in ids}, consents=ids)


def test_there_are_as_many_as_asked_for_each_at_a_place_of_the_file() -> None:
    offers = offers_of(plan_of(ROWS, 600, Random(1)), cast(), 50, 60.0, Random(2))

    assert len(offers) == 50
    assert {offer.at for offer in offers} <= {row.position for row in ROWS}
    assert all(offer.area.holds(offer.at) for offer in offers)


def test_some_are_not_open_before_tomorrow() -> None:
    offers = offers_of(plan_of(ROWS, 600, Random(1)), cast(), 50, 60.0, Random(2))

    assert sum(offer.starts > min(each.starts for each in offers) + 80_000 for offer in offers) == 2


def test_nobody_comes_at_the_same_time_for_what_there_is_only_one_of() -> None:
    hurried, slow = (
        offers_of(plan_of(ROWS, speed, Random(1)), cast(), 50, 60.0, Random(2)) for speed in (6000, 6)
    )

    assert not any(offer.quantity for offer in hurried)
    assert any(offer.quantity == 1 for offer in slow)
