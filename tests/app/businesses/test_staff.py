"""Staff: invited and free to say no, equal in what they do for the business, and never without an owner."""

from datetime import timedelta

import pytest

from app import clock
from app.businesses.rules import INVITATION_LASTS
from tests.app.businesses.shop import Shop, a_shop
from tests.app.events.evenings import evening
from tests.world import CAFE, Someone, World, square

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def shop(world: World) -> Shop:
    return a_shop(world)


def type_of(somebody: Someone, method: str, path: str, body: object = None) -> str:
    return str(somebody.is_refused(method, path, body)["type"]).rpartition("/")[2]


def test_who_is_invited_joins_and_acts_for_it_until_they_leave(world: World, shop: Shop) -> None:
    sam = world.person("Sam")
    made = shop.invites(sam)
    assert (made["person"]["handle"], made["role"]) == (sam.handle, "staff")
    assert made["invited_by"]["handle"] == shop.owner.handle
    (seen,) = sam.gets("/me/invitations")["items"]
    assert seen == made
    assert shop.staff() == [(shop.owner.handle, "owner")], "nobody acts for it unasked"
    assert sam.puts(f"/me/invitations/{shop.id}/acceptance")["id"] == shop.id
    assert shop.staff(by=sam) == [(shop.owner.handle, "owner"), (sam.handle, "staff")]
    assert [each["id"] for each in sam.gets("/me/businesses")["items"]] == [shop.id]
    assert sam.gets("/me/invitations")["items"] == shop.invited() == []
    sam.deletes(f"{shop.path}/staff/{sam.handle}")
    assert shop.staff() == [(shop.owner.handle, "owner")]
    assert type_of(sam, "GET", f"{shop.path}/staff") == "not-allowed"


def test_twice_is_once(world: World, shop: Shop) -> None:
    sam = world.person("Sam")
    shop.invites(sam)
    assert shop.invites(sam, "owner")["role"] == "owner", "the last word stands"
    assert shop.invited() == [sam.handle]
    for _ in range(2):
        sam.puts(f"/me/invitations/{shop.id}/acceptance")
    assert shop.staff() == [(shop.owner.handle, "owner"), (sam.handle, "owner")]
    for _ in range(2):
        sam.deletes(f"{shop.path}/staff/{sam.handle}")
        sam.deletes(f"/me/invitations/{shop.id}")


@pytest.mark.parametrize("how", ["declined", "withdrawn", "expired"])
def test_an_invitation_that_stands_no_more_is_good_for_nothing(world: World, shop: Shop, how: str) -> None:
    sam = world.person("Sam")
    shop.invites(sam)
    if how == "declined":
        sam.deletes(f"/me/invitations/{shop.id}")
    if how == "withdrawn":
        shop.owner.deletes(f"{shop.path}/invitations/{sam.handle}")
    with clock.travelling(INVITATION_LASTS if how == "expired" else timedelta()):
        assert shop.invited() == sam.gets("/me/invitations")["items"] == []
        assert type_of(sam, "PUT", f"/me/invitations/{shop.id}/acceptance") == "not-found"


def test_who_blocks_whom_is_not_told_by_inviting(world: World, shop: Shop) -> None:
    eve, nobody = world.person("Eve"), f"nobody-{world.seed}"
    eve.blocks(shop.owner)

    def said(handle: str) -> tuple[str, str]:
        refused = shop.owner.is_refused("POST", f"{shop.path}/invitations", {"handle": handle})
        return refused["type"], refused["detail"].replace(handle, "…")

    assert said(eve.handle) == said(nobody)
    for handle in (eve.handle, nobody):
        shop.owner.deletes(f"{shop.path}/invitations/{handle}")


def test_who_blocks_the_inviter_afterwards_reads_no_name(world: World, shop: Shop) -> None:
    sam = world.person("Sam")
    shop.invites(sam)
    sam.blocks(shop.owner)
    assert [each["invited_by"] for each in sam.gets("/me/invitations")["items"]] == [None]


def test_owners_alone_change_the_staff(shop: Shop) -> None:
    sam, bob = shop.takes_on("Sam"), shop.takes_on("Bob")
    for method, path, body in (
        ("POST", "/invitations", {"handle": bob.handle}),
        ("DELETE", f"/invitations/{bob.handle}", None),
        ("PUT", f"/staff/{sam.handle}/role", {"role": "owner"}),
        ("DELETE", f"/staff/{bob.handle}", None),
        ("DELETE", "/staff/nobody-at-all", None),
    ):
        assert type_of(sam, method, shop.path + path, body) == "not-allowed"
    assert shop.invited() == []
    shop.owner.puts(f"{shop.path}/staff/{sam.handle}/role", {"role": "owner"})
    sam.deletes(f"{shop.path}/staff/{shop.owner.handle}")
    assert shop.staff(by=sam) == [(sam.handle, "owner"), (bob.handle, "staff")]


def test_strangers_learn_nothing_and_change_nothing(world: World, shop: Shop) -> None:
    eve = world.person("Eve")
    for path in ("/staff", "/invitations"):
        assert type_of(eve, "GET", shop.path + path) == "not-allowed"
        assert type_of(eve, "GET", f"/businesses/{NOBODY}{path}") == "not-found"
        assert world.client.get(f"/v1{shop.path}{path}").status_code == 401
    assert type_of(eve, "POST", f"{shop.path}/invitations", {"handle": eve.handle}) == "not-allowed"
    assert type_of(eve, "PUT", f"/me/invitations/{shop.id}/acceptance") == "not-found"
    assert type_of(eve, "DELETE", f"{shop.path}/staff/{shop.owner.handle}") == "not-allowed"
    eve.deletes(f"{shop.path}/staff/{eve.handle}")
    assert shop.staff() == [(shop.owner.handle, "owner")]


def test_who_is_on_the_staff_is_not_invited(shop: Shop) -> None:
    sam = shop.takes_on()
    body = {"handle": sam.handle}
    assert type_of(shop.owner, "POST", f"{shop.path}/invitations", body) == "conflict"
    assert type_of(shop.owner, "PUT", f"{shop.path}/staff/no-one/role", {"role": "staff"}) == "not-found"


def test_a_business_keeps_an_owner(shop: Shop) -> None:
    mine = f"{shop.path}/staff/{shop.owner.handle}"
    sam = shop.takes_on()
    refused = shop.owner.is_refused("DELETE", mine)
    assert refused["type"] == "/v1/problems/last-owner"
    assert "Make another owner first" in refused["detail"]
    assert type_of(shop.owner, "PUT", f"{mine}/role", {"role": "staff"}) == "last-owner"
    shop.owner.puts(f"{mine}/role", {"role": "owner"})
    shop.owner.puts(f"{shop.path}/staff/{sam.handle}/role", {"role": "owner"})
    shop.owner.deletes(mine)
    assert shop.staff(by=sam) == [(sam.handle, "owner")]


def test_whoever_served_longest_inherits(shop: Shop) -> None:
    sam, bob = shop.takes_on("Sam"), shop.takes_on("Bob")
    leaves_for_good(shop.owner)
    assert shop.staff(by=bob) == [(sam.handle, "owner"), (bob.handle, "staff")]
    assert not shop.is_closed()


def test_another_owner_goes_on(shop: Shop) -> None:
    sam, bob = shop.takes_on("Sam"), shop.takes_on("Bob", "owner")
    leaves_for_good(shop.owner)
    assert shop.staff(by=bob) == [(sam.handle, "staff"), (bob.handle, "owner")]


def test_with_nobody_left_it_is_closed_and_all_it_did_ends(world: World, shop: Shop) -> None:
    here, ends = square(CAFE, 0.001), clock.now() + timedelta(days=1)
    offer = {"title": "Coffee", "topics": [world.shared()], "area": here, "ends_at": ends.isoformat()}
    offered = shop.owner.posts(f"{shop.path}/offers", offer)["id"]
    reader = {"name": "Till", "kind": "area", "purpose": "stamps", "area": here}
    reads = shop.owner.posts(f"{shop.path}/readers", reader)["id"]
    held = shop.owner.posts("/events", evening(business_id=shop.id))["id"]
    sam = world.person("Sam")
    shop.invites(sam)
    assert not shop.is_closed()
    leaves_for_good(shop.owner)
    assert shop.is_closed()
    assert world.founder.gets(f"/offers/{offered}")["properties"]["withdrawn"]
    assert world.founder.asks("GET", f"/readers/{reads}").get_json(force=True).get("open") is not True
    assert world.founder.gets(f"/events/{held}")["properties"]["cancelled"]
    assert type_of(sam, "PUT", f"/me/invitations/{shop.id}/acceptance") == "not-found"
    assert sam.gets("/me/invitations")["items"] == []


def leaves_for_good(somebody: Someone) -> None:
    assert somebody.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
