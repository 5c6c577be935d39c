"""Businesses with webhooks, and how to have what is due sent."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import text

from app import clock
from app.db import Database
from app.webhooks import telling
from app.webhooks.rules import WANTED
from app.webhooks.sender import Sender
from tests.world import Json, Someone, World

SECOND = timedelta(seconds=1)


@dataclass
class Hook:
    """A webhook, and whoever acts for its business."""

    staff: Someone
    business: Json
    made: Json

    @property
    def path(self) -> str:
        return f"/businesses/{self.business['id']}/webhooks/{self.made['id']}"

    @property
    def now(self) -> Json:
        return self.staff.gets(self.path)

    @property
    def log(self) -> list[Json]:
        """Oldest first."""
        return list(reversed(self.staff.gets(f"{self.path}/deliveries")["items"]))

    @property
    def told(self) -> list[str]:
        return [each["kind"] for each in self.log]

    def tests(self) -> Json:
        return self.staff.posts(f"{self.path}/test")

    def changes(self, **more: Any) -> Json:
        answer = self.staff.asks("PATCH", self.path, more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        changed: Json = answer.get_json()
        return changed


def a_hook(world: World, business: Json | None = None, *kinds: str) -> Hook:
    business = business or world.business()
    body = {"url": "https://shop.example/hooks", "kinds": list(kinds or WANTED)}
    made = world.founder.posts(f"/businesses/{business['id']}/webhooks", body)
    return Hook(world.founder, business, made)


def bodies_of(database: Database, hook: Hook) -> list[Json]:
    """What it is told, oldest first."""
    asked = text("SELECT body FROM webhook_messages WHERE business_id = :id ORDER BY id")
    with database.reading() as session:
        return [json.loads(each) for each in session.scalars(asked, {"id": hook.business["id"]})]


def sender_of(app: Flask) -> Sender:
    found: Sender = app.extensions["hereabouts.webhook_sender"]
    return found


def sends(sender: Sender) -> int:
    """Send all that is due; how many tries."""
    tries = 0
    while begun := sender.send_due():
        sender.finish()
        tries += begun
    return tries


def tells(database: Database) -> int:
    """What the chore does."""
    with database.transaction() as session:
        return telling.tell(session, clock.now())
