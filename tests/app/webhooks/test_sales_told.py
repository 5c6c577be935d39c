"""What businesses are told of their tills and of offers that end: each once, and never whose it was."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.webhooks import telling
from tests.app.plans import plans_of, read_whole
from tests.app.redemptions.selling import Shop, a_shop, code_of, types
from tests.app.webhooks.hooks import SECOND, Hook, a_hook, bodies_of, sender_of, tells
from tests.world import Someone, World

DAY = timedelta(days=1)
SOLD = ("redemption.made", "redemption.rolled_back")


@pytest.fixture(autouse=True)
def _alone(database: Database) -> Iterator[None]:
    """No other test's webhooks, so that what is told can be counted."""
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhooks"))
    yield
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhooks"))


@pytest.fixture
def shop(app: Flask, world: World) -> Shop:
    return a_shop(app, world, quantity=5, per_person=5)


@pytest.fixture
def ana(shop: Shop) -> Someone:
    return shop.member("Ana")


@pytest.fixture
def hook(world: World, shop: Shop) -> Hook:
    return a_hook(world, shop.till.business, *SOLD)


def test_a_redemption_is_told_without_anybody(
    app: Flask, database: Database, shop: Shop, ana: Someone, hook: Hook
) -> None:
    at = clock.now() - timedelta(minutes=1)
    made = shop.redeems(code_of(ana), at=at.isoformat(), amount="4.5", currency="EUR")["redemption_id"]
    assert sender_of(app).tell_sales() == 1
    (body,) = bodies_of(database, hook)
    said = body["data"]
    assert (body["type"], datetime.fromisoformat(said.pop("at"))) == ("redemption.made", at)
    assert said == {
        "id": made,
        "offer_id": shop.offer_id,
        "amount": shop.sold[0]["amount"],
        "currency": "EUR",
    }
    assert said["amount"] == "4.50"
    assert set(re.findall(r"[0-9a-f-]{36}", str(body))) == {made, shop.offer_id, hook.business["id"]}
    assert at < datetime.fromisoformat(body["timestamp"]) <= clock.now()
    assert (sender_of(app).tell_sales(), tells(database)) == (0, 0)


def test_so_is_a_purchase_and_what_is_typed(database: Database, shop: Shop, ana: Someone, hook: Hook) -> None:
    shop.redeems(code_of(ana), offer_id=None)
    assert types(ana, shop).status_code < 300
    assert tells(database) == 2
    bought, typed = (each["data"] for each in bodies_of(database, hook))
    assert (bought["offer_id"], bought["amount"], bought["currency"]) == (None, None, None)
    assert (typed["offer_id"], typed["amount"]) == (shop.offer_id, None)


def test_what_is_taken_back_is_told_once(
    app: Flask, database: Database, shop: Shop, ana: Someone, hook: Hook
) -> None:
    sales = [
        shop.redeems(code_of(ana))["redemption_id"],
        shop.redeems(code_of(ana), offer_id=None)["redemption_id"],
    ]
    tells(database)
    for each in sales:
        for _ in range(2):
            shop.staff.deletes(f"/redemptions/{each}")
    assert (sender_of(app).tell_sales(), tells(database)) == (2, 0)
    made, back = bodies_of(database, hook)[:2], bodies_of(database, hook)[2:]
    assert {each["type"] for each in back} == {"redemption.rolled_back"}
    assert [each["data"] for each in back] == [each["data"] for each in made]
    assert [each["data"]["id"] for each in back] == sales


def test_what_was_passed_over_is_found_though_newer_was_told(
    database: Database, shop: Shop, ana: Someone, hook: Hook
) -> None:
    first = shop.redeems(code_of(ana))["redemption_id"]
    tells(database)
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhook_messages"))
    with clock.travelling(timedelta(minutes=50)):
        shop.redeems(code_of(ana))
        assert tells(database) == 2
        with database.transaction() as session:
            session.execute(text("DELETE FROM webhook_messages WHERE key = :key"), {"key": first})
        assert (tells(database), tells(database)) == (1, 0)
    assert sorted(hook.told) == ["redemption.made"] * 2


def test_others_and_what_was_before_is_not_told(
    database: Database, world: World, shop: Shop, ana: Someone
) -> None:
    shop.redeems(code_of(ana))
    other, late = a_hook(world, None, *SOLD), a_hook(world, shop.till.business, *SOLD)
    assert (tells(database), other.told, late.told) == (0, [], [])


@pytest.mark.parametrize("withdrawn", [False, True])
def test_an_offer_that_ends_is_told_once(
    database: Database, world: World, shop: Shop, withdrawn: bool
) -> None:
    hook = a_hook(world, shop.till.business, "offer.ended")
    assert tells(database) == 0
    ends_at = clock.now()
    if withdrawn:
        shop.staff.deletes(f"/offers/{shop.offer_id}")
        assert tells(database) == 1
    # Its time comes afterwards, and is no second end.
    with clock.travelling(2 * DAY + SECOND):
        assert tells(database) == (0 if withdrawn else 1)
    (body,) = bodies_of(database, hook)
    assert body["data"] == {"offer_id": shop.offer_id, "path": f"/v1/offers/{shop.offer_id}"}
    ended = datetime.fromisoformat(body["timestamp"])
    assert ended - ends_at < timedelta(minutes=1) if withdrawn else ended > ends_at + DAY
    assert shop.staff.gets(body["data"]["path"].removeprefix("/v1"))


def test_drafts_and_what_ended_long_ago_are_not_told(database: Database, world: World, shop: Shop) -> None:
    hook = a_hook(world, shop.till.business, "offer.ended")
    with database.transaction() as session:
        session.execute(text("UPDATE offers SET published_at = NULL WHERE id = :id"), {"id": shop.offer_id})
    with clock.travelling(2 * DAY + SECOND):
        assert (tells(database), hook.told) == (0, [])
    with database.transaction() as session:
        session.execute(
            text("UPDATE offers SET published_at = created_at WHERE id = :id"), {"id": shop.offer_id}
        )
    with clock.travelling(2 * DAY + telling.LATELY + SECOND):
        assert (tells(database), hook.told) == (0, [])


def test_sales_are_found_by_indexes(session: Session, hook: Hook) -> None:
    (plan,) = plans_of(session, lambda: telling.tell(session, clock.now()))
    for index in (
        "redemptions_business_id_id_index",
        "purchases_business_id_id_index",
        "redemptions_rolled_back_index",
        "purchases_rolled_back_index",
        "offers_business_id_ends_at_index",
    ):
        assert index in plan
    assert read_whole([plan]) <= {"webhooks"}
