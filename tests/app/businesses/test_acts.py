"""Whatever is done in a business's name has a name of its own on it, which its staff read."""

from datetime import timedelta

import pytest

from app import clock
from tests.app.businesses.shop import Shop, a_shop
from tests.app.events.evenings import dates_of, evening
from tests.app.wishes.wishing import workshop
from tests.world import CAFE, Json, Someone, World, square

HERE = square(CAFE, 0.001)


@pytest.fixture
def shop(world: World) -> Shop:
    return a_shop(world)


def acts(shop: Shop, by: Someone | None = None) -> list[tuple[str | None, str]]:
    """Who did what, newest first."""
    items = (by or shop.owner).gets(f"{shop.path}/acts?limit=100")["items"]
    return [(each["by"] and each["by"]["handle"], each["kind"]) for each in items]


def an_offer(shop: Shop, **more: object) -> Json:
    ends = (clock.now() + timedelta(days=1)).isoformat()
    return {"title": "Coffee", "topics": [shop.world.topic()], "area": HERE, "ends_at": ends, **more}


def test_who_took_on_whom(world: World, shop: Shop) -> None:
    sam, bob = shop.takes_on("Sam"), world.person("Bob")
    shop.invites(bob)
    shop.owner.deletes(f"{shop.path}/invitations/{bob.handle}")
    shop.owner.deletes(f"{shop.path}/invitations/{bob.handle}")
    for _ in range(2):
        shop.owner.puts(f"{shop.path}/staff/{sam.handle}/role", {"role": "owner"})
    sam.deletes(f"{shop.path}/staff/{shop.owner.handle}")
    hers, his = shop.owner.handle, sam.handle
    assert acts(shop, by=sam) == [
        (his, "removed"),
        (hers, "changed-role"),
        (hers, "withdrew-invitation"),
        (hers, "invited"),
        (his, "joined"),
        (hers, "invited"),
        (hers, "registered"),
    ]
    newest = sam.gets(f"{shop.path}/acts")["items"][0]
    assert newest["whom"]["handle"] == hers
    assert newest["about"] is None


def test_readers_offers_and_events_as_well(world: World, shop: Shop) -> None:
    sam = shop.takes_on()
    reader = {"name": "Till", "kind": "handheld", "purpose": "stamps"}
    made = sam.posts(f"{shop.path}/readers", reader)["id"]
    sam.asks("PATCH", f"/readers/{made}", {"name": "Other till"})
    key = sam.posts(f"/readers/{made}/keys")["id"]
    sam.deletes(f"/readers/{made}/keys/{key}")
    sam.deletes(f"/readers/{made}")
    offered = sam.posts(f"{shop.path}/offers", an_offer(shop))["id"]
    for _ in range(2):
        sam.deletes(f"/offers/{offered}")
    event = sam.posts("/events", evening(business_id=shop.id))
    sam.asks("PATCH", f"/events/{event['id']}", {"title": "Another name"})
    sam.puts(f"/events/{event['id']}/dates/{dates_of(sam, event)[0]['id']}/cancellation")
    for _ in range(2):
        sam.puts(f"/events/{event['id']}/cancellation")
    items = sam.gets(f"{shop.path}/acts?limit=100")["items"]
    assert [(each["kind"], each["about"]) for each in items[:11]] == [
        ("cancelled-event", event["id"]),
        ("changed-event", event["id"]),
        ("changed-event", event["id"]),
        ("made-event", event["id"]),
        ("withdrew-offer", offered),
        ("made-offer", offered),
        ("ended-reader", made),
        *[("changed-reader", made)] * 3,
        ("added-reader", made),
    ]
    assert {each["by"]["handle"] for each in items[:11]} == {sam.handle}


def test_an_answer_to_a_wish_too(world: World, shop: Shop) -> None:
    here = workshop(world)
    wish = here.opened()
    begins = (clock.now() + timedelta(hours=1)).isoformat()
    body = an_offer(shop, starts_at=begins, topics=[here.topic])
    offered = shop.owner.posts(f"{shop.path}/offers", body)["id"]
    for _ in range(2):
        shop.owner.puts(f"/wishes/{wish}/answer", {"offer_id": offered})
    newest, before = shop.owner.gets(f"{shop.path}/acts")["items"][:2]
    assert (newest["kind"], newest["about"], before["kind"]) == ("answered-wish", wish, "made-offer")


def test_what_is_refused_is_not_done(shop: Shop, world: World) -> None:
    before = acts(shop)
    world.person("Eve").is_refused("POST", f"{shop.path}/offers", an_offer(shop))
    shop.owner.is_refused("POST", f"{shop.path}/offers", an_offer(shop, ends_at="2020-01-01T00:00:00Z"))
    shop.owner.is_refused("DELETE", f"{shop.path}/staff/{shop.owner.handle}")
    assert acts(shop) == before


def test_the_staff_alone_read_it(world: World, shop: Shop) -> None:
    assert world.person("Eve").is_refused("GET", f"{shop.path}/acts")["type"] == "/v1/problems/not-allowed"
    assert world.client.get(f"/v1{shop.path}/acts").status_code == 401


def test_who_leaves_for_good_leaves_no_name(shop: Shop) -> None:
    sam = shop.takes_on()
    sam.posts(f"{shop.path}/offers", an_offer(shop))
    assert sam.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert acts(shop)[:2] == [(None, "made-offer"), (None, "joined")]
    assert [each["whom"] for each in shop.owner.gets(f"{shop.path}/acts")["items"]] == [None] * 4
