"""Redeeming at a till by the code of a tag: once, for whoever has the offer, and for nobody else's eyes."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from app.redemptions import service
from app.redemptions.signals import Redeemed
from app.trust.terms import Identity
from tests.app.conftest import Counting, Telling
from tests.app.redemptions.selling import Shop, a_shop, adds_up, code_of
from tests.app.tag.tags import NONCE, a_till, codes_of, lets_know
from tests.world import Json, Someone, World

HOUR = timedelta(hours=1)


def test_it_is_redeemed_read_and_written_down(shop: Shop, ana: Someone, telling: Telling) -> None:
    told = telling(Redeemed)
    answer = shop.redeems(code_of(ana), amount="12.50", currency="EUR")
    assert (answer["outcome"], answer["says"]) == ("ok", None)
    assert set(answer["reading"]) >= {"pseudonym"}
    assert answer["reading"]["handle"] is None
    (mine,) = ana.gets("/me/redemptions")["items"]
    wanted = {"title": "A free coffee", "business": "Bike Bar", "amount": "12.50", "currency": "EUR"}
    wanted |= {"language": "en"}
    assert wanted.items() <= mine.items()
    assert mine["id"] == answer["redemption_id"]
    (read,) = ana.gets("/me/readings")["items"]
    assert read["id"] == answer["reading"]["id"]
    (sold,) = shop.sold
    assert (sold["pseudonym"], sold["handle"]) == (answer["reading"]["pseudonym"], None)
    assert {"person", "person_id", "community_id"}.isdisjoint(sold)
    assert [(each.person_id, each.offer_id) for each in told if isinstance(each, Redeemed)] == [
        (UUID(ana.id), UUID(shop.offer_id))
    ]
    with shop.database.reading() as session:
        assert adds_up(session, UUID(shop.offer_id))


def test_a_business_sees_of_whom_it_is_what_the_reading_disclosed(
    shop: Shop, app: Flask, ana: Someone
) -> None:
    lets_know(app, ana, Identity.PERSON)
    shop.redeems(code_of(ana))
    assert [(each["disclosed"], each["pseudonym"], each["handle"]) for each in shop.sold] == [
        ("person", None, None)
    ]
    bob = shop.member("Bob", Identity.HANDLE)
    shop.redeems(code_of(bob))
    assert shop.sold[0]["handle"] == bob.handle
    (read,) = bob.gets("/me/readings")["items"]
    bob.deletes(f"/me/readings/{read['id']}")
    assert (shop.sold[0]["disclosed"], shop.sold[0]["handle"]) == (None, None)
    assert len(bob.gets("/me/redemptions")["items"]) == 1


def test_what_may_be_in_the_way(shop: Shop, ana: Someone, app: Flask, world: World) -> None:
    bob, eve = shop.member("Bob"), shop.member("Eve")
    stranger, silent = world.person("Stranger"), shop.member("Silent")
    lets_know(app, stranger, Identity.PERSON)
    silent.puts("/me/tag", {"state": "silent"})
    assert shop.outcome("nonsense") == "unknown"
    assert shop.outcome(code_of(stranger)) == "not-theirs"
    assert shop.outcome(code_of(silent)) == "silent"
    assert shop.outcome(code_of(ana)) == "ok"
    assert shop.outcome(code_of(ana)) == "enough"
    assert shop.outcome(code_of(bob)) == "ok"
    refused = shop.redeems(code_of(eve))
    assert (refused["outcome"], refused["says"]) == ("none-left", "None of it is left.")
    assert shop.outcome(code_of(eve), offer_id=str(UUID(int=7))) == "unknown-offer"
    other = a_shop(app, world)
    assert shop.outcome(code_of(eve), offer_id=other.offer_id) == "unknown-offer"
    draft = shop.makes(draft=True)
    assert shop.outcome(code_of(eve), offer_id=draft["id"]) == "unknown-offer"
    assert len(shop.sold) == 2


def test_as_often_as_one_person_may(app: Flask, world: World) -> None:
    shop = a_shop(app, world, quantity=5, per_person=2)
    ana = shop.member()
    codes = codes_of(ana)
    items = [{"code": code, "nonce": NONCE + code[:4], "offer_id": shop.offer_id} for code in codes[:3]]
    assert [each["outcome"] for each in shop.tells(*items)] == ["ok", "ok", "enough"]
    assert (shop.left, ana.inbox[0]["redeemed"]) == (3, 2)


def test_a_purchase_without_an_offer(shop: Shop, ana: Someone) -> None:
    (bought,) = shop.tells({"code": code_of(ana), "nonce": NONCE, "amount": "300", "currency": "JPY"})
    assert bought["outcome"] == "ok"
    (mine,), (sold,) = ana.gets("/me/redemptions")["items"], shop.sold
    assert (mine["offer_id"], mine["title"], mine["amount"]) == (None, None, "300")
    assert (sold["id"], sold["amount"]) == (bought["redemption_id"], "300")
    assert shop.left == 2


def test_the_same_nonce_gives_the_same_answer_and_one_redemption(
    shop: Shop, ana: Someone, world: World
) -> None:
    code, at = code_of(ana), clock.now().isoformat()
    first = shop.redeems(code, nonce=NONCE, at=at, amount="1", currency="EUR")
    assert shop.redeems(code, nonce=NONCE, at=at, amount="1", currency="EUR") == first
    item = {
        "code": code,
        "nonce": NONCE,
        "at": at,
        "amount": "1",
        "currency": "EUR",
        "offer_id": shop.offer_id,
    }
    assert shop.tells(item, item, till=a_till(world, shop.till.business)) == [first, first]
    assert (len(shop.sold), shop.left, len(ana.gets("/me/readings")["items"])) == (1, 1, 1)
    with clock.travelling(timedelta(hours=30)):
        assert shop.redeems(code, nonce=NONCE, at=at, amount="1", currency="EUR") == first


OTHERS: list[Json] = [
    {"amount": "2", "currency": "EUR"},
    {"amount": "1", "currency": "USD"},
    {"offer_id": None},
    {"at": "2026-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("other", OTHERS)
def test_something_else_under_the_same_nonce_is_refused(
    shop: Shop, ana: Someone, world: World, other: Json
) -> None:
    """Also at another reader of the business; one of another business has nonces of its own."""
    code = code_of(ana)
    same = {"nonce": NONCE, "at": clock.now().isoformat(), "amount": "1", "currency": "EUR"}
    assert shop.redeems(code, **same)["outcome"] == "ok"
    second = a_till(world, shop.till.business)
    for till in (shop.till, second):
        assert shop.redeems(code, till=till, **{**same, **other})["outcome"] == "nonce-reused"
    assert shop.redeems(codes_of(ana)[0], till=second, **same)["outcome"] == "nonce-reused"
    elsewhere = shop.redeems(codes_of(ana)[0], till=a_till(world), **same)
    assert elsewhere["outcome"] == "unknown-offer"
    assert len(shop.sold) == 1


def test_what_was_refused_once_is_refused_again(shop: Shop, ana: Someone) -> None:
    bob, eve = shop.member("Bob"), shop.member("Eve")
    done = [shop.redeems(code_of(each)) for each in (ana, bob)]
    code, at = code_of(eve), clock.now().isoformat()
    assert shop.outcome(code, nonce=NONCE, at=at) == "none-left"
    shop.staff.deletes(f"/redemptions/{done[0]['redemption_id']}")
    assert shop.outcome(code, nonce=NONCE, at=at) == "none-left"
    assert shop.outcome(code_of(eve), at=at) == "ok"


def test_a_nonce_is_never_redeemed_twice_however_long_ago_its_answer_was_forgotten(
    shop: Shop, ana: Someone
) -> None:
    shop.redeems(code_of(ana), nonce=NONCE)
    with clock.travelling(timedelta(hours=49)):
        with shop.database.transaction() as session:
            service.forget_old(session, clock.now())
        assert shop.outcome(code_of(ana), nonce=NONCE) == "nonce-reused"


MONEY: list[tuple[Json, str]] = [
    ({"amount": "1", "currency": "EUX"}, "currency"),
    ({"amount": "1", "currency": "eur"}, "currency"),
    ({"amount": "1", "currency": "XAU"}, "currency"),
    ({"amount": "1", "currency": ""}, "currency"),
    ({"amount": "1"}, "currency"),
    ({"currency": "EUR"}, "amount"),
    ({"amount": "-1", "currency": "EUR"}, "amount"),
    ({"amount": "NaN", "currency": "EUR"}, "amount"),
    ({"amount": "Infinity", "currency": "EUR"}, "amount"),
    ({"amount": "1e3", "currency": "EUR"}, "amount"),
    ({"amount": "1.005", "currency": "EUR"}, "amount"),
    ({"amount": "1.0", "currency": "JPY"}, "amount"),
    ({"amount": "10000000000", "currency": "EUR"}, "amount"),
    ({"amount": "١٢", "currency": "EUR"}, "amount"),
    ({"amount": "", "currency": "EUR"}, "amount"),
]


@pytest.mark.parametrize(("money", "outcome"), MONEY)
def test_what_is_no_sum_of_money_is_refused_and_nobody_read(
    shop: Shop, ana: Someone, money: Json, outcome: str
) -> None:
    code = code_of(ana)
    refused = shop.redeems(code, nonce=NONCE, **money)
    assert refused["outcome"] == outcome
    assert refused["says"]
    assert ana.gets("/me/readings")["items"] == []
    assert shop.redeems(code, nonce=NONCE, amount="1.250", currency="KWD")["outcome"] == "ok"
    assert shop.sold[0]["amount"] == "1.250"


@pytest.mark.parametrize("amount", [12.5, 12, True, ["1"], "9" * 41])
def test_an_amount_that_is_no_text_is_not_taken_at_all(shop: Shop, ana: Someone, amount: object) -> None:
    item = {"code": code_of(ana), "nonce": NONCE, "amount": amount, "currency": "EUR"}
    answer = shop.asks([item])
    assert (answer.status_code, shop.sold) == (422, [])


def test_a_key_tells_for_its_own_reader_alone(shop: Shop, ana: Someone, world: World) -> None:
    other = a_till(world, shop.till.business)
    head = {"Authorization": f"Bearer {other.key}"}
    body = {"redemptions": [{"code": code_of(ana), "nonce": NONCE, "offer_id": shop.offer_id}]}
    path = f"/v1/readers/{shop.till.id}/redemptions"
    assert world.client.post(path, json=body, headers=head).status_code == 403
    assert world.client.post(path, json=body).status_code == 401
    assert ana.asks("POST", path.removeprefix("/v1"), body).status_code == 401


def test_a_thousand_take_as_many_statements_as_a_few(shop: Shop, statements: Counting) -> None:
    people = [shop.member(str(number)) for number in range(3)]

    def asked(count: int) -> int:
        codes = [code for person in people for code in codes_of(person)]
        items = [
            {"code": codes[n % len(codes)], "nonce": secrets.token_hex(8), "offer_id": shop.offer_id}
            for n in range(count)
        ]
        with statements() as sent:
            shop.tells(*items)
            return sent()

    few = asked(6)
    assert asked(12) <= few + 1
    assert few < 30
