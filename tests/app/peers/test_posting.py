"""A business speaks to members while it is welcome: labelled, seldom, and never to who muted it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.errors import Conflict
from app.leaving import queries as leaving
from app.motions.models import Motion
from app.peers import service
from app.peers.models import Asking, BusinessPost
from app.peers.rules import A_DAY, MOST_POSTS_A_DAY
from app.peers.service import NewPost
from tests.app.leaving.lives import erased
from tests.app.peers.shops import DAYS, Shop, is_welcome
from tests.world import Json, Someone, World


@pytest.fixture
def welcome(shop: Shop) -> Shop:
    is_welcome(shop.world, shop.id, shop.council.community["id"])
    return shop


def says(shop: Shop, text: str = "Pumps are free today.", **more: object) -> Json:
    return shop.staff.posts(f"{shop.here}/posts", {"text": text, **more})


def read(shop: Shop, who: Someone | None = None) -> list[Json]:
    found: list[Json] = (who or shop.member).gets(f"{shop.council.path}/posts")["items"]
    return found


def test_members_read_what_a_business_says_and_that_it_is_one(welcome: Shop) -> None:
    topic = welcome.world.topic()
    said = says(welcome, topics=[topic])
    assert read(welcome) == [said]
    assert said | {"business": welcome.id, "name": "Bike Bar", "topics": [topic]} == said
    # Who of the staff said it only the staff learn.
    assert welcome.staff.handle not in str(said)
    (for_staff,) = welcome.staff.gets(f"{welcome.here}/posts")["items"]
    assert for_staff == {**said, "by": welcome.staff.handle}


def test_only_who_is_welcome_speaks_and_only_members_read(shop: Shop, world: World) -> None:
    path, body = f"{shop.here}/posts", {"text": "Pumps are free today."}
    assert shop.staff.is_refused("POST", path, body)["status"] == 403
    is_welcome(world, shop.id, shop.council.community["id"])
    assert shop.member.is_refused("POST", path, body)["status"] == 403
    assert shop.member.is_refused("GET", path)["status"] == 403
    says(shop)
    refused = world.person().is_refused("GET", f"{shop.council.path}/posts")
    assert refused["type"].endswith("not-a-member")


def test_what_a_business_said_is_gone_with_its_being_sent_off(welcome: Shop) -> None:
    says(welcome)
    welcome.is_sent_off()
    assert read(welcome) == []
    assert welcome.staff.is_refused("GET", f"{welcome.here}/posts")["status"] == 403
    # Nor does it come back when members welcome the business anew.
    welcome.council.moves(kind="welcome", business=welcome.id)
    welcome.members_say("for", "for", "for")
    assert read(welcome) == []


def test_what_a_business_said_is_gone_when_it_goes(welcome: Shop) -> None:
    says(welcome)
    welcome.staff.deletes(welcome.here)
    assert read(welcome) == []


def test_one_of_the_staff_takes_it_back_and_it_counts_for_the_day(welcome: Shop) -> None:
    for _ in range(MOST_POSTS_A_DAY):
        path = f"{welcome.here}/posts/{says(welcome)['id']}"
        welcome.staff.deletes(path)
        welcome.staff.deletes(path)
    assert read(welcome) == []
    body = {"text": "Pumps are free today."}
    assert welcome.staff.is_refused("POST", f"{welcome.here}/posts", body)["status"] == 409
    with clock.travelling(A_DAY + timedelta(minutes=1)):
        says(welcome)


def test_nobody_takes_back_what_another_business_said(welcome: Shop, world: World) -> None:
    said = says(welcome)
    other = world.business()["id"]
    community = welcome.council.community["id"]
    for who, business, status in (
        (world.founder, other, 404),
        (world.founder, welcome.id, 403),
        (welcome.member, welcome.id, 403),
    ):
        path = f"/businesses/{business}/communities/{community}/posts/{said['id']}"
        assert who.is_refused("DELETE", path)["status"] == status
    elsewhere = f"{welcome.path}/{world.community()['id']}/posts/{said['id']}"
    assert welcome.staff.is_refused("DELETE", elsewhere)["status"] == 404
    assert read(welcome) == [said]


@pytest.mark.parametrize("what", ["businesses", "communities", "topics"])
def test_who_muted_it_does_not_read_it(welcome: Shop, what: str) -> None:
    topic = welcome.world.topic()
    says(welcome, topics=[topic])
    named = {"businesses": welcome.id, "communities": welcome.council.community["id"], "topics": topic}
    path = f"/me/mutes/{what}/{named[what]}"
    welcome.member.puts(path)
    assert read(welcome) == []
    assert len(read(welcome, welcome.council.people[1])) == 1
    welcome.member.deletes(path)
    assert len(read(welcome)) == 1


def test_of_what_members_will_not_hear_a_business_does_not_speak(welcome: Shop) -> None:
    topic = welcome.world.topic("interest:engines")
    welcome.council.moves(kind="mute-topic", topic=topic)
    welcome.members_say("for", "for", "for")
    body = {"text": "Pumps are free today.", "topics": [topic]}
    assert "hear nothing" in welcome.staff.is_refused("POST", f"{welcome.here}/posts", body)["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " "},
        {"text": "a" * 281},
        {"text": "a\x00b"},
        {"text": 7},
        {"text": "hello", "topics": ["no topic"]},
        {"text": "hello", "topics": ["interest:nobody-added-this"]},
        {"text": "hello", "more": 1},
    ],
)
def test_bad_input_is_refused(welcome: Shop, body: Json) -> None:
    assert welcome.staff.is_refused("POST", f"{welcome.here}/posts", body)["status"] == 422


def test_a_topic_that_is_said_twice_is_said_once(welcome: Shop) -> None:
    topic = welcome.world.topic()
    assert says(welcome, topics=[topic, topic])["topics"] == [topic]


def test_of_many_who_speak_at_once_so_many_do_as_may(welcome: Shop, database: Database) -> None:
    new = NewPost(UUID(welcome.id), UUID(welcome.council.community["id"]), "hello", {})
    staff, together = UUID(welcome.staff.id), Barrier(8)

    def speaks(_: int) -> bool:
        together.wait(10)
        with suppress(Conflict), database.transaction() as session:
            service.post(session, new, staff, clock.now())
            return True
        return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(speaks, range(8))) == MOST_POSTS_A_DAY


def test_what_somebody_said_for_a_business_stays_without_them(shop: Shop, session: Session) -> None:
    shop.is_welcomed()
    with clock.travelling(DAYS + timedelta(minutes=1)):
        said = says(shop)
        begun = [each[0] for each in leaving.begun_by(session, UUID(shop.staff.id))]
        assert {"asking", "business post"} <= set(begun)
        session.rollback()
        erased(shop.staff)
        assert read(shop) == [said]
    posts = select(BusinessPost.by_id).where(BusinessPost.id == UUID(said["id"]))
    asked = select(Asking.by_id).join(Motion, Motion.id == Asking.id).where(Motion.asked_by == UUID(shop.id))
    assert (session.scalars(posts).one(), session.scalars(asked).one()) == (None, None)
