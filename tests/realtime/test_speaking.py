"""What a business says to members is told to those who watch the community, and to nobody else."""

from uuid import UUID

import pytest
from flask import Flask

from realtime.fanout import Fanout
from realtime.matching import Watch
from realtime.speaking import Speaking
from tests.app.moderation.keeping import hides, moderator
from tests.app.peers.shops import Shop, is_welcome
from tests.realtime.listening import connected, listening
from tests.world import Json, World, eventually


@pytest.fixture
def shop(app: Flask, world: World, fanout: Fanout) -> Shop:
    made = Shop(world)
    is_welcome(world, made.id, made.council.community["id"])
    Speaking(fanout).follow(app.extensions["hereabouts"].signals)
    return made


def test_members_who_watch_hear_it_and_forget_it(app: Flask, fanout: Fanout, shop: Shop) -> None:
    community = UUID(shop.council.community["id"])
    watch = Watch(communities=frozenset({community}))
    ana, bob, cem, eve = shop.council.people[:4]
    bob.puts(f"/me/mutes/businesses/{shop.id}")
    hers, his = listening(app, fanout, ana, watch), listening(app, fanout, bob, watch)
    cems = listening(
        app, fanout, cem, Watch(communities=frozenset({community}), kinds=frozenset({"check_in"}))
    )
    outside = listening(app, fanout, shop.world.person(), watch)
    idle = connected(app, fanout, eve)[1]
    said = shop.staff.posts(f"{shop.here}/posts", {"text": "Pumps are free today."})
    eventually(lambda: hers.frames)
    assert (
        without_cursor(hers.told("business_post"))
        == [said]
        == ana.gets(f"{shop.council.path}/posts")["items"]
    )
    assert [each.frames for each in (his, cems, outside, idle)] == [[], [], [], []]
    shop.staff.deletes(f"{shop.here}/posts/{said['id']}")
    gone = {"id": said["id"], "community": str(community), "business": shop.id}
    eventually(lambda: without_cursor(hers.told("business_post_removed")) == [gone])
    assert without_cursor(his.told("business_post_removed")) == [gone]
    assert [each.frames for each in (cems, outside, idle)] == [[], [], []]


@pytest.mark.parametrize("by", ["members", "itself"])
def test_whoever_watches_forgets_all_of_a_business_that_goes(
    app: Flask, fanout: Fanout, shop: Shop, by: str
) -> None:
    community = shop.council.community["id"]
    hers = listening(app, fanout, shop.member, Watch(communities=frozenset({UUID(community)})))
    if by == "members":
        shop.is_sent_off()
    else:
        shop.staff.deletes(shop.here)
    gone = {"id": None, "community": community, "business": shop.id}
    eventually(lambda: without_cursor(hers.told("business_post_removed")) == [gone])


def without_cursor(told: list[Json]) -> list[Json]:
    assert all(each["cursor"] for each in told)
    return [{name: value for name, value in each.items() if name != "cursor"} for each in told]


def test_what_moderators_hide_is_to_be_forgotten_live(
    app: Flask, world: World, fanout: Fanout, shop: Shop
) -> None:
    community = shop.council.community["id"]
    hers = listening(app, fanout, shop.member, Watch(communities=frozenset({UUID(community)})))
    said = shop.staff.posts(f"{shop.here}/posts", {"text": "Buy ours"})["id"]
    hides(moderator(world), "business-post", said, shop.member)
    gone = {"id": said, "community": community, "business": shop.id}
    eventually(lambda: hers.told("business_post_removed"))
    assert without_cursor(hers.told("business_post_removed")) == [gone]
