"""Having one of an offer kept: for a quarter of an hour, for those who have the offer, and exactly counted."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.offers import receiving
from app.offers.signals import Held
from tests.app.conftest import Telling
from tests.app.redemptions.selling import Shop, a_shop, code_of, types
from tests.world import Someone, World

QUARTER = timedelta(minutes=15)


def holds(person: Someone, shop: Shop) -> str:
    return str(person.puts(f"/me/offers/{shop.offer_id}/hold")["held_until"])


def test_one_is_kept_and_counted_while_it_is(shop: Shop, ana: Someone, telling: Telling) -> None:
    told = telling(Held)
    until = holds(ana, shop)
    assert (ana.inbox[0]["held_until"], ana.inbox[0]["left"]) == (until, 1)
    assert holds(ana, shop) == until
    assert (len(told), shop.left) == (1, 1)
    ana.deletes(f"/me/offers/{shop.offer_id}/hold")
    ana.deletes(f"/me/offers/{shop.offer_id}/hold")
    assert (ana.inbox[0]["held_until"], ana.inbox[0]["left"], shop.left) == (None, 2, 2)


def test_it_goes_back_by_itself(shop: Shop, ana: Someone) -> None:
    bob, eve = shop.member("Bob"), shop.member("Eve")
    for each in (ana, bob):
        holds(each, shop)
    assert eve.is_refused("PUT", f"/me/offers/{shop.offer_id}/hold")["type"] == "/v1/problems/none-left"
    with clock.travelling(QUARTER - timedelta(seconds=5)):
        assert eve.is_refused("PUT", f"/me/offers/{shop.offer_id}/hold")["status"] == 409
        assert eve.inbox[0]["left"] == 0
    with clock.travelling(QUARTER + timedelta(seconds=1)):
        assert (eve.inbox[0]["left"], ana.inbox[0]["held_until"]) == (2, None)
        holds(eve, shop)
        assert shop.left == 1


def test_a_chore_gives_back_what_nobody_asks_for(shop: Shop, ana: Someone) -> None:
    holds(ana, shop)
    with shop.database.transaction() as session:
        assert receiving.sweep_holds(session, clock.now()) is False
    assert shop.left == 1
    with shop.database.transaction() as session:
        receiving.sweep_holds(session, clock.now() + QUARTER)
    assert shop.left == 2


def test_only_who_has_it_holds_it(shop: Shop, ana: Someone, world: World) -> None:
    path = f"/me/offers/{shop.offer_id}/hold"
    assert world.person("Eve").is_refused("PUT", path)["status"] == 404
    ana.leaves(shop.riders)
    assert ana.is_refused("PUT", path)["status"] == 404
    assert shop.left == 2


@pytest.mark.parametrize(("what", "status"), [("pause", 200), ("", 404)])
def test_a_paused_offer_is_held_and_an_ended_one_is_not(
    shop: Shop, ana: Someone, what: str, status: int
) -> None:
    shop.staff.asks("PUT" if what else "DELETE", f"/offers/{shop.offer_id}/{what}".rstrip("/"))
    assert ana.asks("PUT", f"/me/offers/{shop.offer_id}/hold").status_code == status


def test_a_redemption_uses_up_ones_own(shop: Shop, ana: Someone) -> None:
    bob, eve = shop.member("Bob"), shop.member("Eve")
    holds(ana, shop)
    holds(bob, shop)
    assert shop.outcome(code_of(eve)) == "none-left"
    assert shop.outcome(code_of(ana)) == "ok"
    assert types(bob, shop).status_code == 201
    assert (shop.left, ana.inbox[0]["held_until"], ana.inbox[0]["redeemed"]) == (0, None, 1)
    with clock.travelling(QUARTER * 2):
        assert eve.is_refused("PUT", f"/me/offers/{shop.offer_id}/hold")["status"] == 409


def test_what_was_kept_too_long_is_theirs_until_somebody_needs_it(shop: Shop, ana: Someone) -> None:
    holds(ana, shop)
    with clock.travelling(QUARTER * 2):
        assert types(ana, shop).status_code == 201
        assert shop.left == 1
        with shop.database.transaction() as session:
            receiving.sweep_holds(session, clock.now())
    assert shop.left == 1


def test_what_was_kept_too_long_is_redeemed_by_whoever_comes_first(shop: Shop, ana: Someone) -> None:
    bob, eve = shop.member("Bob"), shop.member("Eve")
    holds(ana, shop)
    holds(bob, shop)
    with clock.travelling(QUARTER * 2):
        assert [types(each, shop).status_code for each in (eve, ana, bob)] == [201, 201, 409]
    assert shop.left == 0


def test_who_had_enough_holds_no_more(shop: Shop, ana: Someone) -> None:
    assert shop.outcome(code_of(ana)) == "ok"
    problem = ana.is_refused("PUT", f"/me/offers/{shop.offer_id}/hold")
    assert (problem["type"], shop.left) == ("/v1/problems/enough", 1)


def test_what_has_no_bound_is_held_as_well(app: Flask, world: World) -> None:
    shop = a_shop(app, world)
    ana = shop.member()
    assert (ana.inbox[0]["left"], holds(ana, shop) == ana.inbox[0]["held_until"]) == (None, True)
    with clock.travelling(QUARTER * 2), shop.database.transaction() as session:
        receiving.sweep_holds(session, clock.now())
    assert (shop.left, ana.inbox[0]["held_until"]) == (None, None)


def test_the_first_time_it_was_seen_stays(shop: Shop, ana: Someone, world: World) -> None:
    path = f"/me/offers/{shop.offer_id}/seen"
    assert ana.inbox[0]["seen_at"] is None
    ana.puts(path)
    seen = ana.inbox[0]["seen_at"]
    with clock.travelling(timedelta(minutes=1)):
        ana.puts(path)
    assert ana.inbox[0]["seen_at"] == seen is not None
    assert world.person("Eve").is_refused("PUT", path)["status"] == 404


def test_who_leaves_for_good_gives_back_what_they_held(shop: Shop, ana: Someone) -> None:
    holds(ana, shop)
    assert ana.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert shop.left == 2
