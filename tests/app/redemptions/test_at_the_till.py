"""Redeeming with the code that a till shows: no tag is read, and the business learns that somebody did."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.http.limits import Limits
from app.redemptions import service
from app.redemptions.service import Typed
from tests.app.plans import sent_by
from tests.app.redemptions.selling import Shop, a_shop, adds_up, types
from tests.app.tag.tags import NONCE
from tests.world import Someone, World, problem_in

MINUTE = timedelta(minutes=1)


def test_staff_show_a_code_and_it_is_redeemed(shop: Shop, ana: Someone) -> None:
    shown = shop.staff.asks("GET", f"/businesses/{shop.business}/till-code")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "ETag" not in shown.headers
    code = shown.get_json()["code"]
    assert len(code) == 8
    answer = types(ana, shop, f"{code[:4].lower()}-{code[4:]} ")
    assert answer.status_code == 201
    (mine,) = ana.gets("/me/redemptions")["items"]
    assert mine == answer.get_json()
    assert (mine["title"], mine["amount"]) == ("A free coffee", None)
    (sold,) = shop.sold
    assert (sold["disclosed"], sold["pseudonym"], sold["handle"]) == (None, None, None)
    assert ana.gets("/me/readings")["items"] == []
    with shop.database.reading() as session:
        assert adds_up(session, UUID(shop.offer_id))


def test_a_silent_tag_is_no_hindrance(shop: Shop, ana: Someone) -> None:
    ana.puts("/me/tag", {"state": "silent"})
    assert types(ana, shop).status_code == 201


def test_only_staff_see_it(shop: Shop, ana: Someone, world: World) -> None:
    path = f"/businesses/{shop.business}/till-code"
    assert ana.is_refused("GET", path)["status"] == 403
    assert world.client.get(f"/v1{path}").status_code == 401
    assert ana.is_refused("GET", f"/businesses/{UUID(int=7)}/till-code")["status"] == 404


@pytest.mark.parametrize(("ago", "status"), [(0, 201), (5, 201), (10.1, 403), (-10, 403)])
def test_it_is_good_for_some_minutes(shop: Shop, ana: Someone, ago: float, status: int) -> None:
    # The next window begins with a whole number of five minutes; half of one later it is in its middle.
    now = clock.now()
    middle = timedelta(minutes=7.5) - timedelta(minutes=now.minute % 5, seconds=now.second)
    with clock.travelling(middle):
        code = shop.code
    with clock.travelling(middle + ago * MINUTE):
        assert types(ana, shop, code).status_code == status


def test_another_businesss_code_is_none(shop: Shop, ana: Someone, app: Flask, world: World) -> None:
    other = a_shop(app, world)
    for code in (other.code, "", "AAAAAAAA", "é" * 8):
        problem = problem_in(types(ana, shop, code))
        assert (problem["type"], problem["status"]) == ("/v1/problems/wrong-till-code", 403)
    assert (shop.left, shop.sold) == (2, [])


def test_where_no_till_ever_showed_one_none_is_right(shop: Shop, ana: Someone) -> None:
    assert types(ana, shop, "AAAAAAAA").status_code == 403


def test_the_same_nonce_gives_the_same_answer_also_when_the_code_has_gone(shop: Shop, ana: Someone) -> None:
    code = shop.code
    first = types(ana, shop, code, nonce=NONCE).get_json()
    with clock.travelling(20 * MINUTE):
        again = types(ana, shop, code, nonce=NONCE)
        assert (again.status_code, again.get_json()) == (201, first)
    bob = shop.member("Bob")
    problem = problem_in(types(bob, shop, nonce=NONCE))
    assert (problem["type"], problem["status"]) == ("/v1/problems/nonce-reused", 422)
    assert shop.left == 1


def test_what_may_be_in_the_way(shop: Shop, ana: Someone, world: World) -> None:
    bob, eve, stranger = shop.member("Bob"), shop.member("Eve"), world.person("Stranger")
    assert problem_in(types(stranger, shop))["status"] == 404
    assert types(ana, shop).status_code == 201
    assert problem_in(types(ana, shop))["type"] == "/v1/problems/enough"
    assert types(bob, shop).status_code == 201
    assert problem_in(types(eve, shop, nonce=NONCE))["type"] == "/v1/problems/none-left"
    sold = shop.sold[0]["id"]
    shop.staff.deletes(f"/redemptions/{sold}")
    # Nothing was done with it, so the nonce is as good as new.
    assert types(eve, shop, nonce=NONCE).status_code == 201


def test_what_left_the_inbox_is_not_redeemed(shop: Shop, ana: Someone) -> None:
    bob = shop.member("Bob")
    ana.leaves(shop.riders)
    assert problem_in(types(ana, shop))["status"] == 404
    shop.staff.deletes(f"/offers/{shop.offer_id}")
    assert problem_in(types(bob, shop))["status"] == 404


def test_who_guesses_is_soon_told_to_wait(shop: Shop, ana: Someone, app: Flask) -> None:
    house = app.extensions["hereabouts"]
    limits, strict = house.limits, Limits(True)
    object.__setattr__(house, "limits", strict)
    try:
        found = [types(ana, shop, secrets.token_hex(4)).status_code for _ in range(12)]
    finally:
        object.__setattr__(house, "limits", limits)
    assert found == [403] * 10 + [429] * 2


def test_little_is_asked_while_everybody_else_waits_for_the_offer(shop: Shop, ana: Someone) -> None:
    code = shop.code

    def redeems(session: Session) -> object:
        typed = Typed(code, secrets.token_hex(8))
        return service.redeem_here(session, UUID(ana.id), UUID(shop.offer_id), typed, clock.now())

    with shop.database.transaction() as session, session.begin_nested() as undone:
        redeems(session)  # Once before, as what is planned once a connection is sent apart.
        undone.rollback()
    with shop.database.transaction() as session:
        sent = [statement for statement, _ in sent_by(session, lambda: redeems(session))]
        planned = session.connection().info["prepared"]
    (locking,) = [name for sql, name in planned.items() if "FOR NO KEY UPDATE" in sql]
    (locked,) = [number for number, each in enumerate(sent) if each.startswith(f"EXECUTE {locking} ")]
    # Locked, asked what they have, written.
    assert (locked, len(sent[locked:])) == (3, 3), sent
