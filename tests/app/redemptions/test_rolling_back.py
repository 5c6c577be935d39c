"""Taking back what was redeemed: by the business, within its term, once."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from app.redemptions.signals import RolledBack
from tests.app.conftest import Telling
from tests.app.redemptions.selling import Shop, a_shop, adds_up, code_of
from tests.app.tag.tags import Till, a_till
from tests.world import Someone, World

MINUTE = timedelta(minutes=1)


def by_till(shop: Shop, sale: str, till: Till | None = None, key: str | None = None) -> int:
    by = till or shop.till
    head = {"Authorization": f"Bearer {key or by.key}"}
    return shop.staff.client.delete(f"/v1/readers/{by.id}/redemptions/{sale}", headers=head).status_code


def test_it_goes_back_and_may_be_redeemed_again(shop: Shop, ana: Someone, telling: Telling) -> None:
    told = telling(RolledBack)
    made = shop.redeems(code_of(ana))["redemption_id"]
    assert shop.left == 1
    shop.staff.deletes(f"/redemptions/{made}")
    with clock.travelling(120 * MINUTE):
        shop.staff.deletes(f"/redemptions/{made}")
    assert (shop.left, len(told), ana.inbox[0]["redeemed"]) == (2, 1, 0)
    assert (
        shop.sold[0]["rolled_back_at"]
        == ana.gets("/me/redemptions")["items"][0]["rolled_back_at"]
        is not None
    )
    acts = shop.staff.gets(f"/businesses/{shop.business}/acts")["items"]
    assert [each["kind"] for each in acts].count("rolled-back") == 1
    assert shop.outcome(code_of(ana)) == "ok"
    with shop.database.reading() as session:
        assert adds_up(session, UUID(shop.offer_id))


def test_a_till_takes_back_what_its_business_sold(shop: Shop, ana: Someone, world: World) -> None:
    made = shop.redeems(code_of(ana))["redemption_id"]
    second, foreign = a_till(world, shop.till.business), a_till(world)
    assert by_till(shop, made, foreign) == 404
    assert by_till(shop, made, key=foreign.key) == 403
    assert shop.left == 1
    assert [by_till(shop, made, second), by_till(shop, made)] == [204, 204]
    assert shop.left == 2


def test_nobody_else_does(shop: Shop, ana: Someone) -> None:
    made = shop.redeems(code_of(ana))["redemption_id"]
    assert ana.is_refused("DELETE", f"/redemptions/{made}")["status"] == 404
    assert shop.staff.is_refused("DELETE", f"/redemptions/{UUID(int=7)}")["status"] == 404
    assert shop.left == 1


TERMS = [(60, 61, 409), (90, 89, 204), (0, 0.1, 409), (10_080, 10_000, 204)]


@pytest.mark.parametrize(("term", "later", "status"), TERMS)
def test_as_long_as_the_offer_says(app: Flask, world: World, term: int, later: float, status: int) -> None:
    ends_at = (clock.now() + timedelta(days=30)).isoformat()
    shop = a_shop(app, world, quantity=1, rollback_minutes=term, ends_at=ends_at)
    made = shop.redeems(code_of(shop.member()))["redemption_id"]
    with clock.travelling(later * MINUTE):
        answer = shop.staff.asks("DELETE", f"/redemptions/{made}")
        assert answer.status_code == status
    assert shop.left == (1 if status == 204 else 0)


def test_it_counts_from_when_it_was_told_of(shop: Shop, ana: Someone) -> None:
    code, at = code_of(ana), clock.now().isoformat()
    with clock.travelling(20 * 60 * MINUTE):
        made = shop.redeems(code, at=at)["redemption_id"]
        shop.staff.deletes(f"/redemptions/{made}")
    assert shop.left == 2


def test_where_the_offer_has_ended_nothing_goes_back(shop: Shop, ana: Someone) -> None:
    made = shop.redeems(code_of(ana))["redemption_id"]
    shop.staff.deletes(f"/offers/{shop.offer_id}")
    shop.staff.deletes(f"/redemptions/{made}")
    assert shop.left == 1
    assert shop.sold[0]["rolled_back_at"]


def test_a_purchase_is_taken_back_for_an_hour(shop: Shop, ana: Someone) -> None:
    bought = [
        shop.redeems(code_of(ana), offer_id=None, amount="5", currency="EUR")["redemption_id"]
        for _ in range(2)
    ]
    shop.staff.deletes(f"/redemptions/{bought[0]}")
    with clock.travelling(61 * MINUTE):
        problem = shop.staff.is_refused("DELETE", f"/redemptions/{bought[1]}")
        assert (problem["type"], problem["status"]) == ("/v1/problems/too-late", 409)
    assert [each["rolled_back_at"] is None for each in shop.sold] == [True, False]


def test_also_where_whoever_it_was_has_left_for_good(shop: Shop, ana: Someone) -> None:
    made = shop.redeems(code_of(ana))["redemption_id"]
    ana.asks("DELETE", "/me", {"password": "correct horse"})
    shop.staff.deletes(f"/redemptions/{made}")
    assert shop.left == 2
