"""Never this business: the contract refuses it, and its offers go."""

from datetime import timedelta

from app import clock
from tests.app.redemptions.selling import Shop, code_of
from tests.world import CAFE, Someone, World, eventually


def path(shop: Shop) -> str:
    return f"/me/offers/{shop.offer_id}/never"


def test_it_leaves_the_inbox_and_none_comes_again(shop: Shop, ana: Someone, world: World) -> None:
    before = ana.gets("/me/contract")
    ana.puts(path(shop))
    ana.puts(path(shop))
    assert ana.inbox == []
    contract = ana.gets("/me/contract")
    assert contract["version"] == before["version"] + 1
    named = [each for each in contract["terms"] if each["who"].get("id") == shop.business]
    assert [(each["purpose"], each["exactness"]) for each in named] == [("offers", "nothing")]
    assert shop.outcome(code_of(ana)) == "not-theirs"
    with clock.travelling(timedelta(hours=2)):
        another = shop.makes()
        ana.moves(CAFE)
        found = ana.gets("/me/offers/withheld")["items"]
        assert [each["reason"] for each in found if each["offer_id"] == another["id"]] == ["consent"]


def test_it_is_taken_back(shop: Shop, ana: Someone) -> None:
    before = ana.gets("/me/contract")["terms"]
    ana.deletes(path(shop))
    ana.puts(path(shop))
    ana.deletes(path(shop))
    assert ana.gets("/me/contract")["terms"] == before
    assert ana.inbox == []
    with clock.travelling(timedelta(hours=2)):
        shop.makes()
        ana.moves(CAFE)
        eventually(lambda: ana.inbox)


def test_of_what_never_reached_them_they_learn_nothing(shop: Shop, world: World) -> None:
    eve = world.person("Eve")
    assert eve.is_refused("PUT", path(shop))["status"] == 404
    assert eve.is_refused("DELETE", path(shop))["status"] == 404
