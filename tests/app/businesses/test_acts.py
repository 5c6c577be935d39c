"""Whatever is done in a business's name has a name of its own on it, which its staff read."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app import clock
from app.db import Database
from tests.app.businesses.shop import Shop, a_shop
from tests.app.events.evenings import dates_of, evening
from tests.app.motions.council import Council
from tests.app.peers.shops import is_welcome
from tests.app.pieces.writing import club
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
    return {"title": "Coffee", "topics": [shop.world.shared()], "area": HERE, "ends_at": ends, **more}


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


def newest(shop: Shop, number: int) -> list[tuple[str, str | None]]:
    """The newest acts and what they are about, oldest first."""
    items = shop.owner.gets(f"{shop.path}/acts?limit=100")["items"]
    return [(each["kind"], each["about"]) for each in reversed(items[:number])]


def test_opening_and_closing_a_reader_have_words_of_their_own(shop: Shop) -> None:
    made = shop.owner.posts(
        f"{shop.path}/readers", {"name": "Till", "kind": "handheld", "purpose": "stamps"}
    )["id"]
    for change in ({"open": False}, {"open": True}, {"asks": "handle"}):
        shop.owner.asks("PATCH", f"/readers/{made}", change)
    kinds = ("added", "closed", "opened", "changed")
    assert newest(shop, 4) == [(f"{each}-reader", made) for each in kinds]


def test_what_it_does_among_members(world: World, shop: Shop) -> None:
    here = Council(world)
    community = here.community["id"]
    path = f"{shop.path}/communities"
    for _ in range(2):
        shop.owner.posts(path, {"community": community, "why": "We repair what you ride."})
        for _ in range(2):
            shop.owner.deletes(f"{path}/{community}")
        # It may ask again, as if a week had passed.
        _forget_asking(world, community)
    asked, left = ("asked-community", community), ("left-community", community)
    assert newest(shop, 4) == [asked, left, asked, left]
    is_welcome(world, shop.id, community)
    said = shop.owner.posts(f"{path}/{community}/posts", {"text": "Pumps are free."})["id"]
    for _ in range(2):
        shop.owner.deletes(f"{path}/{community}/posts/{said}")
    shop.owner.deletes(f"{path}/{community}")
    assert newest(shop, 3) == [("posted", said), ("took-back-post", said), left]


def _forget_asking(world: World, community: str) -> None:
    database = world.client.application.extensions["hereabouts"].database
    with database.transaction() as session:
        session.execute(text("DELETE FROM motions WHERE community_id = :id"), {"id": community})


def test_what_is_written_for_it_and_not_what_its_staff_write_themselves(
    world: World, database: Database
) -> None:
    here = club(world)
    owner, business = here.shop(database)
    shop = Shop(world, owner, business)
    piece = here.written(owner, business_id=business)
    for _ in range(2):
        owner.asks("PATCH", f"/pieces/{piece}", {"title": "What to look for"})
    owner.deletes(f"/pieces/{piece}")
    assert newest(shop, 3) == [(f"{each}-piece", piece) for each in ("wrote", "changed", "took-back")]
    owner.joins(here.community)
    own = here.written(owner)
    owner.deletes(f"/pieces/{own}")
    assert newest(shop, 1) == [("took-back-piece", piece)]


def test_what_it_does_with_webhooks(shop: Shop) -> None:
    body = {"url": "https://shop.example/hooks", "kinds": ["wish.opened"]}
    made = shop.owner.posts(f"{shop.path}/webhooks", body)["id"]
    path = f"{shop.path}/webhooks/{made}"
    shop.owner.asks("PATCH", path, {"kinds": ["wish.kept"]})
    shop.owner.posts(f"{path}/secrets", {})
    sent = shop.owner.posts(f"{path}/test")["id"]
    shop.owner.posts(f"{path}/deliveries/{sent}/replay")
    shop.owner.posts(f"{path}/replay", {"since": clock.now().isoformat()})
    shop.owner.is_refused("POST", f"{path}/deliveries/{made}/replay")
    shop.owner.deletes(path)
    kinds = ["added-webhook", "changed-webhook", "renewed-secret", "tested-webhook"]
    assert newest(shop, 7) == [
        (each, made) for each in (*kinds, "replayed-webhook", "replayed-webhook", "removed-webhook")
    ]


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
