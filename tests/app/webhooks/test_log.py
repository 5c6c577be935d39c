"""The log of a webhook: what became of what, and how it is sent again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping
from app.ids import new_id
from app.webhooks.rules import KEPT, MOST_TESTS_AN_HOUR, SCHEDULE
from app.webhooks.sender import Sender
from tests.app.webhooks.hooks import SECOND, Hook, a_hook, sender_of, sends
from tests.app.webhooks.shop import Shop, a_shop, post_to, status
from tests.world import World


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop() as shop:
        yield shop


@pytest.fixture
def sender(app: Flask, shop: Shop) -> Sender:
    found = sender_of(app)
    found.post = post_to(shop.address)
    return found


@pytest.fixture
def hook(world: World, database: Database) -> Iterator[Hook]:
    yield a_hook(world)
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhooks"))


def test_it_can_be_asked_for_by_state_and_in_parts(sender: Sender, shop: Shop, hook: Hook) -> None:
    made = [hook.tests()["id"] for _ in range(3)]
    shop.answers(status("204 No Content"), status("500 Oh"))
    sends(sender)
    by_state = {
        state: [each["id"] for each in hook.staff.gets(f"{hook.path}/deliveries?state={state}")["items"]]
        for state in ("waiting", "delivered", "failed")
    }
    assert sorted(by_state["waiting"] + by_state["delivered"]) == sorted(made)
    assert (len(by_state["delivered"]), by_state["failed"]) == (1, [])
    first = hook.staff.asks("GET", f"{hook.path}/deliveries?limit=2")
    assert [each["id"] for each in first.get_json()["items"]] == made[:0:-1]
    assert 'rel="next"' in first.headers["Link"]
    assert hook.staff.is_refused("GET", f"{hook.path}/deliveries?state=lost")["status"] == 422


def test_what_came_while_it_was_paused_is_replayed_at_once(sender: Sender, shop: Shop, hook: Hook) -> None:
    before = clock.now()
    made = [hook.tests()["id"] for _ in range(3)]
    hook.changes(paused=True)
    assert sends(sender) == 0
    assert [each["reason"] for each in hook.log] == ["paused"] * 3
    assert (
        hook.staff.is_refused("POST", f"{hook.path}/replay", {"since": before.isoformat()})["status"] == 409
    )
    hook.changes(paused=False)
    later = (clock.now() + timedelta(hours=1)).isoformat()
    assert hook.staff.posts(f"{hook.path}/replay", {"since": later}) == {"replayed": 0}
    assert hook.staff.posts(f"{hook.path}/replay", {"since": before.isoformat()}) == {"replayed": 3}
    assert sends(sender) == 3
    assert sorted(each.headers["webhook-id"] for each in shop.got) == sorted(made)
    assert hook.staff.posts(f"{hook.path}/replay", {"since": before.isoformat()}) == {"replayed": 0}


def test_one_that_was_taken_can_be_had_again(sender: Sender, shop: Shop, hook: Hook) -> None:
    made = hook.tests()["id"]
    sends(sender)
    hook.staff.posts(f"{hook.path}/deliveries/{made}/replay")
    assert sends(sender) == 1
    assert [each.headers["webhook-id"] for each in shop.got] == [made, made]
    assert shop.got[0].body == shop.got[1].body


def test_one_that_waits_is_tried_now(sender: Sender, shop: Shop, hook: Hook) -> None:
    shop.answers(status("500 Oh"), status("204 No Content"))
    made = hook.tests()["id"]
    sends(sender)
    assert sends(sender) == 0
    hook.staff.posts(f"{hook.path}/deliveries/{made}/replay")
    assert sends(sender) == 1
    assert hook.log[0]["state"] == "delivered"


def test_a_message_of_another_webhook_is_none_of_this(world: World, hook: Hook) -> None:
    other = a_hook(world)
    theirs = other.tests()["id"]
    for wrong in (theirs, str(new_id())):
        assert hook.staff.is_refused("POST", f"{hook.path}/deliveries/{wrong}/replay")["status"] == 404
    assert hook.log == []


def test_tests_are_counted(hook: Hook) -> None:
    for _ in range(MOST_TESTS_AN_HOUR):
        hook.tests()
    assert hook.staff.is_refused("POST", f"{hook.path}/test")["status"] == 429
    with clock.travelling(timedelta(hours=1) + SECOND):
        hook.tests()


@pytest.mark.parametrize(
    "since",
    ["yesterday", 5, None, "2026-11-23T00:00:00", "99999-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"],
)
def test_a_moment_must_be_one(hook: Hook, since: Any) -> None:
    assert hook.staff.is_refused("POST", f"{hook.path}/replay", {"since": since})["status"] == 422


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_any_moment_is_one(hook: Hook, since: str) -> None:
    assert hook.staff.posts(f"{hook.path}/replay", {"since": since}) == {"replayed": 0}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
        ("POST", "/deliveries/{message}/replay", None),
        ("POST", "/replay", {"since": "2026-11-23T00:00:00Z"}),
    ],
)
def test_nobody_but_staff_sees_or_does_anything(
    world: World, hook: Hook, method: str, path: str, body: Any
) -> None:
    asked = hook.path + path.format(message=hook.tests()["id"])
    stranger = world.person("Stranger")
    assert stranger.is_refused(method, asked, body)["status"] == 403
    theirs = stranger.posts("/businesses", {"name": "Another"})["id"]
    asked = asked.replace(hook.business["id"], theirs)
    assert stranger.is_refused(method, asked, body)["status"] == 404


def test_after_thirty_days_it_is_forgotten(database: Database, sender: Sender, hook: Hook) -> None:
    hook.tests()
    hook.staff.posts(f"{hook.path}/secrets")
    sends(sender)
    keeping = Housekeeping(database)
    (chore,) = [each for each in keeping.chores if each.name == "webhooks"]
    for later, left in ((KEPT - SECOND, 1), (KEPT + SECOND, 0)):
        with clock.travelling(later):
            keeping.do(chore)
        assert len(hook.log) == left
    with database.reading() as session:
        kept = text("SELECT count(*) FROM webhook_secrets WHERE webhook_id = :id")
        assert session.scalar(kept, {"id": UUID(hook.made["id"])}) == 1


def test_it_says_when_the_next_try_is(sender: Sender, shop: Shop, hook: Hook) -> None:
    shop.answers(status("500 Oh"))
    hook.tests()
    before = clock.now()
    sends(sender)
    (logged,) = hook.log
    assert before.isoformat() < logged["next_try_at"].replace("Z", "+00:00")
    assert logged["next_try_at"].replace("Z", "+00:00") < (clock.now() + SCHEDULE[0]).isoformat()
