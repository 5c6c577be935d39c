"""What businesses said to members while a socket was away comes once when it is back, and what is gone is forgotten."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app import clock
from app.db import Database
from app.http.calls import House
from app.peers import service
from app.peers.service import NewPost
from realtime import resuming
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from realtime.roster import Listener
from realtime.speaking import Speaking
from tests.app.moderation.keeping import decides, hides, moderator
from tests.app.peers.shops import DAYS, Shop, is_welcome
from tests.realtime.listening import connected
from tests.world import CAFE, Someone, World, eventually

Told = list[tuple[str, str | None]]


@pytest.fixture
def shop(app: Flask, world: World, fanout: Fanout) -> Shop:
    made = Shop(world)
    is_welcome(world, made.id, made.council.community["id"])
    Speaking(fanout).follow(app.extensions["hereabouts"].signals)
    return made


class Member:
    """A member's socket that is back."""

    def __init__(self, app: Flask, fanout: Fanout, shop: Shop, person: Someone | None = None) -> None:
        self.house: House = app.extensions["hereabouts"]
        self.shop = shop
        self.since = Heard.since(clock.now())
        self.listener: Listener = connected(app, fanout, person or shop.member)[0]
        self.watch = Watch(communities=frozenset({UUID(shop.council.community["id"])}))

    def missed(self, **watch: object) -> Told | None:
        """What it is sent, by kind and id."""
        asked = Watch(**{"communities": self.watch.communities, **watch})  # type: ignore[arg-type]
        with self.house.database.reading() as session:
            found = resuming.missed(session, self.listener, asked, self.since, clock.now())
        if found is None:
            return None
        names = {"BusinessPosted": "said", "BusinessUnheard": "gone"}
        return [(names[type(each.what).__name__], _post(each.what)) for each in found]


def _post(what: object) -> str | None:
    found = getattr(what, "post_id", None) if hasattr(what, "post_id") else what.id  # type: ignore[attr-defined]
    return found and str(found)


@pytest.fixture
def member(app: Flask, fanout: Fanout, shop: Shop) -> Member:
    return Member(app, fanout, shop)


def says(shop: Shop, text: str = "Pumps are free today.", **more: object) -> str:
    return str(shop.staff.posts(f"{shop.here}/posts", {"text": text, **more})["id"])


def test_what_was_said_meanwhile_comes_in_order_and_once(shop: Shop, member: Member) -> None:
    first, second = says(shop), says(shop, "And tubes.")
    assert member.missed() == [("said", first), ("said", second)]
    member.since.hear(UUID(first))
    assert member.missed() == [("said", second)]
    member.since.hear(UUID(second))
    assert member.missed() == []


def test_it_is_of_one_stream_with_what_people_say(shop: Shop, member: Member) -> None:
    said = says(shop)
    topic = shop.council.community["properties"]["topics"][0]
    made = shop.council.people[1].checks_in(CAFE, "oh", topics=[topic])["id"]
    with member.house.database.reading() as session:
        found = resuming.missed(session, member.listener, member.watch, member.since, clock.now())
    assert found is not None
    assert [str(each.id) for each in found] == [said, made]
    frame = found[0].frame(member.since)
    assert b'"business_post"' in frame
    assert str(member.since).encode() in frame


def test_only_what_the_watch_is_for_and_who_watches_wants(
    app: Flask, world: World, fanout: Fanout, shop: Shop, member: Member
) -> None:
    topic, other = world.topic(), world.topic("interest:other")
    ids = app.extensions["hereabouts.topics"].ids([topic, other])
    said = says(shop, topics=[topic])
    assert member.missed(topics=frozenset(ids[:1])) == [("said", said)]
    assert member.missed(topics=frozenset(ids[1:])) == []
    assert member.missed(kinds=frozenset({"check_in"})) == []
    assert member.missed(communities=frozenset({UUID(int=7)})) == []
    stranger = Member(app, fanout, shop, world.person())
    stranger.since = member.since
    assert stranger.missed() == []
    for muted in (f"businesses/{shop.id}", f"topics/{topic}", f"communities/{shop.council.community['id']}"):
        shop.member.puts(f"/me/mutes/{muted}")
        assert member.missed() == []
        shop.member.deletes(f"/me/mutes/{muted}")
    assert member.missed() == [("said", said)]


def test_what_was_taken_back_or_hidden_is_to_be_forgotten(
    app: Flask, world: World, fanout: Fanout, shop: Shop
) -> None:
    gone, hidden, shown = says(shop, "one"), says(shop, "two"), says(shop, "three")
    member = Member(app, fanout, shop)
    keeper = moderator(world)
    shop.staff.deletes(f"{shop.here}/posts/{gone}")
    hides(keeper, "business-post", hidden, shop.member)
    decides(keeper, hides(keeper, "business-post", shown, shop.member), "dismissed")
    # What was said within a minute before is looked at again.
    member.since.horizon = UUID(shown)
    assert member.missed() == [("gone", gone), ("gone", hidden)]
    shop.member.puts(f"/me/mutes/businesses/{shop.id}")
    assert member.missed() == [("gone", gone), ("gone", hidden)]


@pytest.mark.parametrize("by", ["members", "itself"])
def test_all_of_a_business_that_went_meanwhile_is_to_be_forgotten(
    app: Flask, fanout: Fanout, shop: Shop, by: str
) -> None:
    says(shop, "one"), says(shop, "two")
    member = Member(app, fanout, shop)
    if by == "itself":
        shop.staff.deletes(shop.here)
        assert member.missed() == [("gone", None)]
        return
    shop.is_sent_off()
    with clock.travelling(DAYS):
        member.since = Heard.since(clock.now() - timedelta(minutes=5))
        assert member.missed() == [("gone", None)]


def test_what_came_live_by_another_watch_does_not_come_again(
    app: Flask, fanout: Fanout, shop: Shop, member: Member
) -> None:
    fanout.roster.watch(member.listener, "other", member.watch, fanout.heard.copy())
    said = says(shop)
    eventually(lambda: member.listener.outbox.told("business_post"))  # type: ignore[attr-defined]
    assert member.missed() == []
    fanout.roster.unwatch(member.listener, "other")
    assert member.missed() == [("said", said)]


def test_too_much_is_said_to_be_too_much(shop: Shop, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "MOST_MISSED", 2)
    says(shop, "one")
    assert member.missed() is not None
    says(shop, "two")
    assert member.missed() is None


def test_of_two_who_speak_at_once_neither_is_missed(world: World, member: Member) -> None:
    """Who came first but commits last holds the other back: a cursor that heard the second has heard the first."""
    first, second = member.shop, _another(world, member.shop)
    new = NewPost(UUID(first.id), UUID(first.council.community["id"]), "first", {})
    said: list[str] = []
    speaks = threading.Thread(target=lambda: said.append(says(second, "second")))
    seen: set[str] = set()
    database = member.house.database
    with database.transaction() as session:
        said.append(str(service.post(session, new, UUID(first.staff.id), clock.now()).id))
        speaks.start()
        eventually(lambda: len(said) == 2 or _somebody_waits(database), 20)
        _goes_on(member, seen)
    speaks.join()
    _goes_on(member, seen)
    assert seen == set(said)


def _somebody_waits(database: Database) -> bool:
    waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
    with database.reading() as session:
        return bool(session.scalar(text(waits)))


def _goes_on(member: Member, seen: set[str]) -> None:
    for _, post in member.missed() or []:
        assert post is not None
        assert post not in seen, "each once"
        seen.add(post)
        member.since.hear(UUID(post))


def _another(world: World, shop: Shop) -> Shop:
    made = object.__new__(Shop)
    made.world, made.council, made.staff = world, shop.council, world.person("shopkeeper")
    made.id = made.staff.posts("/businesses", {"name": "Another"})["id"]
    made.here = f"/businesses/{made.id}/communities/{shop.council.community['id']}"
    is_welcome(world, made.id, shop.council.community["id"])
    return made
