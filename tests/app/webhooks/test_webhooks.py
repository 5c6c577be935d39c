"""Where a business is told: added, changed, paused, rotated and ended by its staff."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import clock
from app.db import Database
from app.errors import Conflict
from app.webhooks import queries, service
from app.webhooks.keys import Seal, Unreadable, new_secret
from app.webhooks.models import Webhook, WebhookSecret
from app.webhooks.rules import MOST_WEBHOOKS, Target
from app.webhooks.service import NewWebhook
from tests.app.offers.racing import together
from tests.world import Json, Someone, World

HOOK = {"url": "https://shop.example/hooks", "kinds": ["wish.opened"]}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def staff(world: World) -> Someone:
    return world.founder


@pytest.fixture
def at(world: World) -> str:
    """Where the webhooks of a business of theirs are."""
    return f"/businesses/{world.business()['id']}/webhooks"


@pytest.fixture
def hook(staff: Someone, at: str) -> Json:
    return staff.posts(at, HOOK)


def test_staff_add_one_and_see_its_secret_once(staff: Someone, at: str) -> None:
    answer = staff.asks("POST", at, HOOK)
    made = answer.get_json()
    assert answer.headers["Location"] == f"/v1{at}/{made['id']}"
    assert SECRET.fullmatch(made.pop("secret"))
    assert made == {
        **HOOK,
        "id": made["id"],
        "created_at": made["created_at"],
        "paused_at": None,
        "paused_because": None,
        "failing_since": None,
    }
    assert staff.gets(at)["items"] == [made] == [staff.gets(f"{at}/{made['id']}")]


def test_a_retry_gives_the_same_secret(staff: Someone, at: str) -> None:
    key = secrets.token_hex(8)
    first, again = (staff.posts(at, HOOK, Idempotency_Key=key) for _ in range(2))
    assert first == again
    assert len(staff.gets(at)["items"]) == 1


def test_it_is_changed_in_part(staff: Someone, at: str, hook: Json) -> None:
    one = f"{at}/{hook['id']}"
    changed = staff.asks("PATCH", one, {"kinds": ["wish.kept", "wish.kept", "wish.broken"]}).get_json()
    assert (changed["url"], changed["kinds"]) == (HOOK["url"], ["wish.kept", "wish.broken"])
    changed = staff.asks("PATCH", one, {"url": "https://SHOP.example:443/new"}).get_json()
    assert (changed["url"], changed["kinds"]) == ("https://shop.example/new", ["wish.kept", "wish.broken"])


def test_it_is_paused_and_goes_on(staff: Someone, at: str, hook: Json) -> None:
    one = f"{at}/{hook['id']}"
    paused = staff.asks("PATCH", one, {"paused": True}).get_json()
    assert (paused["paused_because"], paused["paused_at"] is None) == ("asked", False)
    assert staff.asks("PATCH", one, {"paused": True}).get_json() == paused
    assert staff.asks("PATCH", one, {"paused": False}).get_json()["paused_at"] is None


def test_it_is_ended(staff: Someone, at: str, hook: Json) -> None:
    staff.deletes(f"{at}/{hook['id']}")
    assert staff.gets(at)["items"] == []
    assert staff.is_refused("DELETE", f"{at}/{hook['id']}")["status"] == 404


def test_there_are_no_more_than_five(staff: Someone, at: str) -> None:
    for _ in range(MOST_WEBHOOKS):
        staff.posts(at, HOOK)
    assert "Delete one first" in staff.is_refused("POST", at, HOOK)["detail"]


OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("POST", "", HOOK),
    ("GET", "/{id}", None),
    ("PATCH", "/{id}", {}),
    ("DELETE", "/{id}", None),
    ("POST", "/{id}/secrets", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_nobody_but_staff_sees_or_does_anything(
    world: World, at: str, hook: Json, method: str, path: str, body: Any
) -> None:
    stranger = world.person("Stranger")
    assert stranger.is_refused(method, at + path.format(**hook), body)["status"] == 403
    theirs = f"/businesses/{stranger.posts('/businesses', {'name': 'Another'})['id']}/webhooks"
    if path:
        assert stranger.is_refused(method, theirs + path.format(**hook), body)["status"] == 404
    nowhere = f"/businesses/{hook['id']}/webhooks"
    assert stranger.is_refused(method, nowhere + path.format(**hook), body)["status"] == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": "http://shop.example/"}, "https"),
        ({"url": "https://10.0.0.1/"}, "https"),
        ({"url": "https://shop.example:22/"}, "port 443"),
        ({"url": "https://ana:secret@shop.example/"}, "password"),
        ({"url": "https://shop.example/\u0000"}, "/url"),
        ({"url": 1}, "/url"),
        ({"kinds": []}, "/kinds"),
        ({"kinds": ["webhook.test"]}, "/kinds"),
        ({"kinds": ["everything"]}, "/kinds"),
        ({"kinds": "wish.opened"}, "/kinds"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_what_cannot_be_called_is_refused(
    staff: Someone, at: str, hook: Json, wrong: Json, says: str
) -> None:
    for method, path in (("POST", at), ("PATCH", f"{at}/{hook['id']}")):
        problem = staff.is_refused(method, path, {**HOOK, **wrong})
        assert problem["status"] == 422
        assert says in problem["detail"]


@pytest.fixture
def signing(app: Flask, hook: Json) -> Callable[[], int]:
    """How many secrets sign now."""
    database: Database = app.extensions["hereabouts"].database

    def count() -> int:
        with database.reading() as session:
            return len(queries.secrets_of(session, UUID(hook["id"]), clock.now()))

    return count


def test_two_secrets_sign_for_a_day(staff: Someone, at: str, hook: Json, signing: Callable[[], int]) -> None:
    made = staff.posts(f"{at}/{hook['id']}/secrets")
    assert SECRET.fullmatch(made["secret"])
    assert made["secret"] != hook["secret"]
    assert signing() == 2
    with clock.travelling(timedelta(hours=24, seconds=1)):
        assert signing() == 1


def test_who_rotates_often_waits_or_ends_the_old_ones(
    staff: Someone, at: str, hook: Json, signing: Callable[[], int]
) -> None:
    rotating = f"{at}/{hook['id']}/secrets"
    staff.posts(rotating)
    staff.posts(rotating)
    assert "old_lasts_hours" in staff.is_refused("POST", rotating, {})["detail"]
    assert signing() == 3
    staff.posts(rotating, {"old_lasts_hours": 0})
    assert signing() == 1


@pytest.mark.parametrize("hours", [-1, 25, 1.5, "1", None])
def test_old_ones_last_no_longer_than_a_day(staff: Someone, at: str, hook: Json, hours: Any) -> None:
    problem = staff.is_refused("POST", f"{at}/{hook['id']}/secrets", {"old_lasts_hours": hours})
    assert problem["status"] == 422


def test_of_many_added_at_once_there_are_five(database: Database, staff: Someone, at: str) -> None:
    start = Barrier(8)
    new = NewWebhook(Target.of("https://shop.example/"), ("wish.kept",))

    def add() -> None:
        start.wait(10)
        try:
            with database.transaction() as session:
                service.add(session, UUID(at.split("/")[2]), new, UUID(staff.id), clock.now())
        except Conflict:
            pass

    together([add] * 8)
    assert len(staff.gets(at)["items"]) == MOST_WEBHOOKS


def test_a_secret_is_sealed_with_the_operators_key_and_for_its_webhook() -> None:
    secret, one, other = new_secret(), UUID(int=1), UUID(int=2)
    seal = Seal("a key that nobody can guess")
    kept = seal.kept(one, secret)
    assert secret not in kept
    assert seal.opened(one, kept) == secret
    assert Seal("a key that nobody can guess").opened(one, kept) == secret
    for wrong, webhook in ((Seal("another key altogether"), one), (Seal(None), one), (seal, other)):
        with pytest.raises(Unreadable):
            wrong.opened(webhook, kept)
    assert seal.opened(one, Seal(None).kept(one, secret)) == secret


def test_it_outlasts_who_added_it(database: Database, staff: Someone, at: str, hook: Json) -> None:
    with database.transaction() as session:
        session.execute(text("DELETE FROM people WHERE id = :id"), {"id": UUID(staff.id)})
        assert session.scalars(select(Webhook.added_by).where(Webhook.id == UUID(hook["id"]))).all() == [None]
        kept = select(WebhookSecret.id).where(WebhookSecret.webhook_id == UUID(hook["id"]))
        assert len(session.scalars(kept).all()) == 1
