"""A till that was without a connection: judged by when it was done, counted by what is left now."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app import clock
from tests.app.redemptions.selling import Shop, a_shop, code_of
from tests.world import Someone, World

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(("later", "outcome"), [(23 * HOUR, "ok"), (25 * HOUR, "expired")])
def test_it_tells_a_day_later_and_no_more(shop: Shop, ana: Someone, later: timedelta, outcome: str) -> None:
    code, at = code_of(ana), clock.now().isoformat()
    with clock.travelling(later):
        answer = shop.redeems(code, at=at)
        assert answer["outcome"] == outcome
        assert (answer["says"] is None) == (outcome == "ok")


@pytest.mark.parametrize("how", ["itself", "its business"])
def test_an_offer_that_has_ended_since_was_redeemed_before(app: Flask, world: World, how: str) -> None:
    until = clock.now() + 3 * HOUR
    shop = a_shop(app, world, quantity=5, ends_at=until.isoformat())
    ana, bob = shop.member("Ana"), shop.member("Bob")
    code, other, before = code_of(ana), code_of(bob), clock.now().isoformat()
    with clock.travelling(HOUR):
        if how == "its business":
            shop.staff.deletes(f"/offers/{shop.offer_id}")
            assert ana.inbox == []
    with clock.travelling(4 * HOUR):
        assert shop.outcome(code, at=before) == "ok"
        after = (clock.now() - MINUTE).isoformat()
        assert shop.outcome(other, at=after) == "ended"
        assert shop.outcome(code_of(bob)) == "ended"
    assert shop.left == 4


def test_before_it_reached_them_they_did_not_have_it(app: Flask, world: World) -> None:
    shop = a_shop(app, world, starts_at=(clock.now() - 5 * HOUR).isoformat())
    with clock.travelling(2 * HOUR):
        ana = shop.member()
        assert shop.outcome(code_of(ana), at=(clock.now() - 5 * MINUTE).isoformat()) == "ok"
    with clock.travelling(2 * HOUR):
        bob = shop.member("Bob")
        codes = bob.posts("/me/tag/codes")["windows"]
        assert codes
        early = clock.now() - 15 * MINUTE
    with clock.travelling(2 * HOUR - 15 * MINUTE):
        code = code_of(bob)
    with clock.travelling(2 * HOUR):
        assert shop.outcome(code, at=early.isoformat()) == "not-theirs"


def test_quantity_is_what_is_left_now(shop: Shop, ana: Someone) -> None:
    bob, eve = shop.member("Bob"), shop.member("Eve")
    code, at = code_of(ana), clock.now().isoformat()
    with clock.travelling(HOUR):
        assert [shop.outcome(code_of(each)) for each in (bob, eve)] == ["ok", "ok"]
        assert shop.outcome(code, at=at) == "none-left"


def test_a_pause_takes_it_from_nobody(shop: Shop, ana: Someone) -> None:
    shop.staff.puts(f"/offers/{shop.offer_id}/pause")
    assert shop.outcome(code_of(ana)) == "ok"


def test_who_left_the_community_meanwhile_has_it_no_more(shop: Shop, ana: Someone) -> None:
    code, at = code_of(ana), clock.now().isoformat()
    ana.leaves(shop.riders)
    assert shop.outcome(code, at=at) == "not-theirs"
    assert shop.left == 2


def test_a_business_that_was_sent_off_is_in_no_inbox(shop: Shop, ana: Someone, world: World) -> None:
    with shop.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO standings (community_id, business_id, is_welcome, since) "
                "VALUES (:community, :business, false, :now)"
            ),
            {"community": shop.riders["id"], "business": shop.business, "now": clock.now()},
        )
    assert shop.outcome(code_of(ana)) == "not-theirs"
