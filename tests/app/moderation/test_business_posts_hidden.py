"""What a business says to members is reported as anything else, and hidden it is there for its staff alone."""

import pytest

from tests.app.moderation.keeping import case_of, decides, hides, moderator, moderators, reports
from tests.app.peers.shops import Shop, is_welcome
from tests.world import Someone, World


@pytest.fixture
def keeper(world: World) -> Someone:
    return moderator(world)


@pytest.fixture
def shop(world: World) -> Shop:
    made = Shop(world)
    is_welcome(world, made.id, made.council.community["id"])
    return made


def says(shop: Shop, text: str = "Buy ours", **more: object) -> str:
    return str(shop.staff.posts(f"{shop.here}/posts", {"text": text, **more})["id"])


def read_by(shop: Shop, who: Someone) -> list[str]:
    path = f"{shop.here}/posts" if who is shop.staff else f"{shop.council.path}/posts"
    return [each["id"] for each in who.gets(path)["items"]]


def test_it_is_there_for_the_staff_alone_who_may_object(world: World, keeper: Someone, shop: Shop) -> None:
    said = says(shop)
    case = hides(keeper, "business-post", said, shop.member)
    assert (read_by(shop, shop.member), read_by(shop, shop.staff)) == ([], [said])
    (mine,) = shop.staff.gets("/me/moderation")["items"]
    assert (mine["what"], mine["id"], mine["reason"]) == ("business-post", said, "spam")
    (told,) = shop.staff.gets("/me/notices")["items"]
    assert (told["kind"], told["about"]["id"] if told.get("about") else said) == ("hidden", said)
    shop.staff.posts(f"/me/moderation/{said}/objection", {"text": "It was asked for."})
    other = world.person("Other")
    moderators(world, keeper, other)
    decides(other, case, "dismissed")
    assert read_by(shop, shop.member) == [said]
    kinds = [each["kind"] for each in shop.staff.gets("/me/notices")["items"]]
    assert sorted(kinds) == ["hidden", "shown_again"]


def test_whoever_reports_may_mute_and_a_moderator_reads_it(world: World, keeper: Someone, shop: Shop) -> None:
    topic = world.topic()
    said = says(shop, topics=[topic])
    muting = reports(shop.member, "business-post", said)["mute"]
    community = shop.council.community["id"]
    assert muting == [
        f"/v1/me/mutes/{each}"
        for each in (f"communities/{community}", f"businesses/{shop.id}", f"topics/{topic}")
    ]
    thing = keeper.gets(f"/moderation/cases/{case_of(keeper, said)}")["thing"]
    assert (thing["by"], thing["text"], thing["at"]) == ("Bike Bar", "Buy ours", None)


def test_nobody_reports_or_decides_their_own_or_what_they_may_not_know_of(
    world: World, keeper: Someone, shop: Shop
) -> None:
    said = says(shop)
    body = {"what": "business-post", "id": said, "reason": "spam"}
    assert shop.staff.is_refused("POST", "/reports", body)["type"] == "/v1/problems/not-allowed"
    assert world.person("Eve").is_refused("POST", "/reports", body)["status"] == 404
    reports(shop.member, "business-post", said)
    case = case_of(keeper, said)
    moderators(world, shop.staff)
    assert case not in [each["id"] for each in shop.staff.gets("/moderation/cases?limit=100")["items"]]
    assert shop.staff.is_refused("GET", f"/moderation/cases/{case}")["status"] == 404
    gone = says(shop, "Another")
    shop.staff.deletes(f"{shop.here}/posts/{gone}")
    assert shop.member.is_refused("POST", "/reports", {**body, "id": gone})["status"] == 404
    shop.staff.deletes(shop.here)
    assert shop.member.is_refused("POST", "/reports", {**body, "id": said})["status"] == 404


def test_what_was_dismissed_is_not_looked_at_twice_as_it_does_not_change(keeper: Someone, shop: Shop) -> None:
    said = says(shop)
    reports(shop.member, "business-post", said)
    case = case_of(keeper, said)
    decides(keeper, case, "dismissed")
    reports(shop.council.people[1], "business-post", said)
    assert keeper.gets(f"/moderation/cases/{case}")["state"] == "dismissed"


def test_what_is_taken_back_meanwhile_is_gone_and_the_case_stands(keeper: Someone, shop: Shop) -> None:
    said = says(shop)
    reports(shop.member, "business-post", said)
    case = case_of(keeper, said)
    shop.staff.deletes(f"{shop.here}/posts/{said}")
    decides(keeper, case, "upheld")
    whole = keeper.gets(f"/moderation/cases/{case}")
    assert (whole["thing"], [each["act"] for each in whole["trail"]][-1]) == (None, "upheld")
