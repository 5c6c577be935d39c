"""People with tags and contracts, businesses with readers, and what tills are answered."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.accounts.models import Person
from app.db import Database
from app.trust import service as trust
from app.trust.contract import Contract
from app.trust.queries import contract_of
from app.trust.terms import EVERYONE, Identity, Purpose, Term
from tests.world import Json, Someone, World

NONCE = "0190a3c4-5e6f-7a8b"


def lets_know(app: Flask, person: Someone, identity: Identity, *more: Term) -> None:
    """The person's contract opens so much to readers, and nothing else."""
    database: Database = app.extensions["hereabouts"].database
    with database.transaction() as session:
        session.get(Person, UUID(person.id), with_for_update=True)
        version = contract_of(session, UUID(person.id)).version
        terms = (*more, Term(Purpose.READERS, EVERYONE, identity=identity))
        trust.agree(session, UUID(person.id), Contract(version, terms), clock.now())


def codes_of(person: Someone) -> list[str]:
    """What the tag shows in this window."""
    shown: list[str] = person.posts("/me/tag/codes")["windows"][0]["codes"]
    return shown


def code_of(person: Someone) -> str:
    return codes_of(person)[0]


@dataclass
class Till:
    """A reader with its key, and whoever acts for its business."""

    staff: Someone
    business: Json
    id: str
    key: str

    def asks(
        self, body: Any, key: str | None = None, reader: str | None = None, **headers: str
    ) -> TestResponse:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said["Authorization"] = f"Bearer {self.key if key is None else key}"
        path = f"/v1/readers/{reader or self.id}/readings"
        return self.staff.client.post(path, json=body, headers=said)

    def reads_all(self, items: Sequence[Json]) -> list[Json]:
        answer = self.asks({"readings": list(items)})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        answers: list[Json] = answer.get_json()["answers"]
        return answers

    def reads(self, code: str, nonce: str | None = None, **more: Any) -> Json:
        """The answer to one code."""
        return self.reads_all([{"code": code, "nonce": nonce or secrets.token_hex(8), **more}])[0]

    def outcome(self, code: str, **more: Any) -> str:
        return str(self.reads(code, **more)["outcome"])

    @property
    def learnt(self) -> list[Json]:
        """What its business can look at."""
        items: list[Json] = self.staff.gets(f"/readers/{self.id}/readings?limit=100")["items"]
        return items


def a_till(world: World, business: Json | None = None, **more: Any) -> Till:
    """A reader of the founder's, of a business of its own if none is given."""
    found = business or world.business()
    body = {"name": "Till 1", "kind": "handheld", "purpose": "stamps for coffee", "asks": "handle", **more}
    made = world.founder.posts(f"/businesses/{found['id']}/readers", body)
    return Till(world.founder, found, made["id"], made["key"])
