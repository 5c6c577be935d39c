"""Of a staff those are told who may join it, whom somebody removed, and whoever invited them."""

from datetime import timedelta

import pytest

from app import clock
from app.notices.signals import NoticeGiven
from tests.app.businesses.shop import Shop, a_shop
from tests.app.conftest import Telling
from tests.app.notices.test_wishes import notices, told
from tests.world import Someone, World


@pytest.fixture
def shop(world: World) -> Shop:
    return a_shop(world)


@pytest.fixture
def sam(world: World) -> Someone:
    return world.person("Sam")


def test_who_is_invited_is_told_at_once_and_once(shop: Shop, sam: Someone, telling: Telling) -> None:
    said = telling(NoticeGiven)
    for role in ("staff", "owner"):
        shop.invites(sam, role)
    (notice,) = notices(sam)
    assert (notice["kind"], notice["title"], notice["business_id"]) == ("staff_invited", "Bike Bar", shop.id)
    assert notice["path"] == "/v1/me/invitations"
    assert shop.owner.handle not in str(notice)
    assert [(str(each.person_id), each.title) for each in said] == [(sam.id, "Bike Bar")]  # type: ignore[attr-defined]
    with clock.travelling(timedelta(days=14, minutes=1)):
        shop.owner.token = _anew(shop.owner)
        sam.token = _anew(sam)
        shop.invites(sam)
        assert told(sam) == ["staff_invited"] * 2


def _anew(person: Someone) -> str:
    again = {"handle": person.handle, "password": "correct horse"}
    return str(person.client.post("/v1/sessions", json=again).get_json()["token"])


@pytest.mark.parametrize("muted", ["people", "businesses"])
def test_nobody_is_told_of_what_they_muted(shop: Shop, sam: Someone, muted: str) -> None:
    sam.puts(f"/me/mutes/{muted}/{shop.owner.handle if muted == 'people' else shop.id}")
    shop.invites(sam)
    assert told(sam) == []
    assert len(sam.gets("/me/invitations")["items"]) == 1


def test_whoever_invited_hears_what_they_say(shop: Shop, sam: Someone, world: World) -> None:
    other = shop.takes_on("Other", "owner")
    bob = world.person("Bob")
    shop.invites(sam, by=other)
    shop.invites(bob, by=other)
    before = told(shop.owner)
    for _ in range(2):
        sam.puts(f"/me/invitations/{shop.id}/acceptance")
        bob.deletes(f"/me/invitations/{shop.id}")
    declined, joined = notices(other)[:2]
    assert (declined["kind"], declined["path"]) == ("staff_declined", f"/v1/businesses/{shop.id}/invitations")
    assert (joined["kind"], joined["path"]) == ("staff_joined", f"/v1/businesses/{shop.id}/staff")
    assert (sam.handle in str(joined), bob.handle in str(declined)) == (False, False)
    assert told(other) == ["staff_declined", "staff_joined", "staff_invited"]
    assert told(shop.owner) == before == ["staff_joined"]


def test_who_is_on_the_staff_no_more_hears_nothing_of_it(shop: Shop, sam: Someone) -> None:
    other = shop.takes_on("Other", "owner")
    shop.invites(sam, by=other)
    shop.owner.deletes(f"{shop.path}/staff/{other.handle}")
    assert told(other) == ["staff_removed", "staff_invited"]
    sam.puts(f"/me/invitations/{shop.id}/acceptance")
    assert told(other) == ["staff_removed", "staff_invited"]


def test_an_invitation_that_is_withdrawn_or_over_is_declined_by_nobody(shop: Shop, sam: Someone) -> None:
    shop.invites(sam)
    shop.owner.deletes(f"{shop.path}/invitations/{sam.handle}")
    sam.deletes(f"/me/invitations/{shop.id}")
    shop.invites(sam)
    with clock.travelling(timedelta(days=14, minutes=1)):
        sam.token = _anew(sam)
        sam.deletes(f"/me/invitations/{shop.id}")
    assert told(shop.owner) == []


def test_who_is_removed_is_told_and_who_leaves_is_not(shop: Shop, sam: Someone) -> None:
    bob = shop.takes_on("Bob")
    shop.invites(sam)
    sam.puts(f"/me/invitations/{shop.id}/acceptance")
    shop.owner.deletes(f"{shop.path}/staff/{sam.handle}")
    bob.deletes(f"{shop.path}/staff/{bob.handle}")
    newest = notices(sam)[0]
    assert (newest["kind"], newest["path"]) == ("staff_removed", f"/v1/businesses/{shop.id}")
    assert told(bob) == ["staff_invited"]
