"""What a business hears in a community: what its members may know of one another's words, and nothing of where."""

from typing import Any

import pytest

from tests.app.conftest import Counting
from tests.app.moderation.keeping import hides, moderator
from tests.app.peers.shops import Shop, is_welcome
from tests.world import CAFE, Json, Someone, World, eventually


def heard(shop: Shop, community: Json | None = None) -> list[Json]:
    where = f"{shop.path}/{community['id']}" if community else shop.here
    found: list[Json] = shop.staff.gets(f"{where}/feed")["items"]
    return found


def said(shop: Shop, community: Json | None = None) -> list[str]:
    return [each["text"] for each in heard(shop, community)]


@pytest.fixture
def welcome(shop: Shop) -> Shop:
    is_welcome(shop.world, shop.id, shop.council.community["id"])
    return shop


def speaks(shop: Shop, who: Someone, saying: str = "Whose pump is this?", **more: Any) -> Json:
    return who.checks_in(CAFE, saying, communities=[shop.council.community["id"]], **more)


def test_while_it_is_welcome_a_business_hears_what_members_say(shop: Shop) -> None:
    speaks(shop, shop.member, "before anybody asked")
    feed = f"{shop.here}/feed"
    assert shop.staff.is_refused("GET", feed)["status"] == 403
    shop.asks()
    assert shop.staff.is_refused("GET", feed)["status"] == 403
    is_welcome(shop.world, shop.id, shop.council.community["id"])
    said_to_all = speaks(shop, shop.member, "Whose pump is this?")
    answer = shop.council.people[1].posts(f"/check-ins/{said_to_all['id']}/replies", {"text": "Mine."})
    (only,) = heard(shop)
    assert only == {
        "id": said_to_all["id"],
        "handle": shop.member.handle,
        "text": "Whose pump is this?",
        "topics": [],
        "said_at": said_to_all["properties"]["received_at"],
        "replies": [
            {
                "id": answer["id"],
                "handle": shop.council.people[1].handle,
                "text": "Mine.",
                "said_at": answer["said_at"],
            }
        ],
    }
    shop.is_sent_off()
    assert shop.staff.is_refused("GET", feed)["status"] == 403


def opening(who: Json, purpose: str = "communities", **more: Any) -> Json:
    return {"purpose": purpose, "who": who, "exactness": "city", **more}


def contracts(shop: Shop, elsewhere: Json) -> dict[str, tuple[Json, bool]]:
    """What a member's contract says, and whether other members hear them by it, who are nobody else to them."""
    here = shop.council.community["id"]
    ours = opening({"group": "communities"})
    mine = {"group": "business", "id": shop.id}
    return {
        "closed": ({"ready": "invisible"}, False),
        "friends and communities": ({"ready": "friends-and-communities"}, True),
        "open": ({"ready": "open-house"}, True),
        "communities": ({"terms": [ours]}, True),
        "this one": ({"terms": [opening({"group": "community", "id": here})]}, True),
        "another": ({"terms": [opening({"group": "community", "id": elsewhere["id"]})]}, False),
        "not this one": (
            {"terms": [ours, {**opening({"group": "community", "id": here}), "exactness": "nothing"}]},
            False,
        ),
        "those here": ({"terms": [opening({"group": "here"})]}, False),
        "everyone": ({"terms": [opening({"group": "everyone"}, "feed")]}, True),
        "whoever is signed in": ({"terms": [opening({"group": "signed_in"}, "feed")]}, True),
        "who looks around": ({"terms": [opening({"group": "everyone"}, "nearby")]}, False),
        "follow back": ({"terms": [opening({"group": "follow_back"}, "feed")]}, False),
        "the shopkeeper": (
            {"terms": [opening({"group": "person", "handle": shop.staff.handle}, "feed")]},
            False,
        ),
        "offers of the business": ({"terms": [opening(mine, "offers")]}, False),
        "a quiet place": (
            {
                "terms": [ours],
                "quiet_places": [{"name": "home", "lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 200}],
            },
            False,
        ),
    }


def test_a_contract_lets_a_business_hear_what_it_lets_members(welcome: Shop, world: World) -> None:
    elsewhere, member = world.community("Others"), world.person("Mia")
    member.joins(welcome.council.community)
    query = f"community={welcome.council.community['id']}"
    for named, (contract, wanted) in contracts(welcome, elsewhere).items():
        author = world.person(contract=None)
        author.joins(welcome.council.community)
        author.joins(elsewhere)
        author.agrees(contract)
        speaks(welcome, author, named, topics=[])
        assert (named in said(welcome), named in member.hears(query)) == (wanted, wanted), named


@pytest.mark.parametrize(
    ("visibility", "wanted"), [("public", True), ("communities", True), ("followers", False), ("me", False)]
)
def test_what_is_said_to_fewer_a_business_hears_if_members_do(
    welcome: Shop, visibility: str, wanted: bool
) -> None:
    speaks(welcome, welcome.member, visibility=visibility)
    assert bool(said(welcome)) is wanted


@pytest.mark.parametrize(
    "closed",
    [{"purpose": "offers", "exactness": "nothing"}, {"purpose": "readers", "identity": "nobody"}],
)
def test_whose_contract_names_the_business_to_tell_it_nothing_it_does_not_hear(
    welcome: Shop, closed: Json
) -> None:
    open_to_members = opening({"group": "communities"})
    named = {**closed, "who": {"group": "business", "id": welcome.id}}
    welcome.member.agrees({"terms": [open_to_members, named]})
    speaks(welcome, welcome.member)
    assert said(welcome) == []
    another = {**closed, "who": {"group": "business", "id": welcome.world.business()["id"]}}
    welcome.member.agrees({"terms": [open_to_members, another]})
    assert said(welcome) == ["Whose pump is this?"]


def test_what_is_to_be_known_until_they_leave_ends_when_they_do(welcome: Shop) -> None:
    welcome.member.agrees({"terms": [opening({"group": "communities"}, lasts="until_i_leave")]})
    speaks(welcome, welcome.member)
    assert said(welcome) == ["Whose pump is this?"]
    welcome.member.checks_out()
    eventually(lambda: said(welcome) == [])


def test_who_mutes_the_business_is_not_heard_in_words_or_answers(welcome: Shop) -> None:
    asked = speaks(welcome, welcome.member)
    other = welcome.council.people[1]
    other.posts(f"/check-ins/{asked['id']}/replies", {"text": "Mine."})
    other.puts(f"/me/mutes/businesses/{welcome.id}")
    speaks(welcome, other, "Nobody's business.")
    (only,) = heard(welcome)
    assert (only["text"], only["replies"]) == ("Whose pump is this?", [])
    other.deletes(f"/me/mutes/businesses/{welcome.id}")
    assert len(heard(welcome)) == 2


@pytest.mark.parametrize("by", ["the author", "the staff"])
def test_who_is_apart_from_anybody_of_the_staff_is_not_heard(welcome: Shop, by: str) -> None:
    speaks(welcome, welcome.member)
    one, other = (welcome.member, welcome.staff) if by == "the author" else (welcome.staff, welcome.member)
    one.blocks(other)
    assert said(welcome) == []
    one.unblocks(other)
    assert said(welcome) == ["Whose pump is this?"]


def test_an_answer_is_heard_as_its_author_lets_members_know(welcome: Shop) -> None:
    path = f"/check-ins/{speaks(welcome, welcome.member)['id']}/replies"
    for visibility in ("public", "communities", "followers", "author"):
        welcome.council.people[1].posts(path, {"text": visibility, "visibility": visibility})
    (only,) = heard(welcome)
    assert [each["text"] for each in only["replies"]] == ["public", "communities"]


def test_a_place_is_heard_as_far_as_everybody_may_know_exactly(welcome: Shop, world: World) -> None:
    place = world.location()
    is_welcome(world, welcome.id, place["id"])
    for contract, saying in (("open-house", "open"), ("neighbourly", "neighbours"), (None, "closed")):
        world.person(contract=contract).checks_in(CAFE, saying)
    here_exactly = {**opening({"group": "here"}), "exactness": "exact"}
    roughly = world.person(contract=None)
    roughly.agrees({"terms": [opening({"group": "everyone"}, "feed"), here_exactly]})
    roughly.checks_in(CAFE, "for those who are here")
    assert said(welcome, place) == ["open"]


def test_what_is_hidden_taken_back_or_empty_is_not_heard(welcome: Shop, world: World) -> None:
    keeper = moderator(world)
    shown, hidden, gone = (speaks(welcome, welcome.member, each) for each in ("shown", "hidden", "gone"))
    speaks(welcome, welcome.member, "")
    hides(keeper, "check-in", hidden["id"], world.person())
    welcome.member.deletes(f"/check-ins/{gone['id']}")
    assert [each["id"] for each in heard(welcome)] == [shown["id"]]


def test_what_was_said_before_the_business_was_welcome_is_not_heard(shop: Shop) -> None:
    speaks(shop, shop.member, "before")
    is_welcome(shop.world, shop.id, shop.council.community["id"])
    speaks(shop, shop.member, "after")
    assert said(shop) == ["after"]


def test_only_the_staff_hear(welcome: Shop, world: World) -> None:
    for somebody in (welcome.member, world.person()):
        assert somebody.is_refused("GET", f"{welcome.here}/feed")["status"] == 403


def test_it_takes_three_statements_however_much_is_said(welcome: Shop, statements: Counting) -> None:
    asked = [speaks(welcome, welcome.member) for _ in range(5)]
    for each in asked:
        welcome.member.posts(f"/check-ins/{each['id']}/replies", {"text": "Mine."})
    heard(welcome)
    with statements() as counted:
        assert len(heard(welcome)) == 5
        assert counted() <= 3
