"""Leaving means gone: nothing personal stays in any table, others forget, and the receipt can be checked."""

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import gevent
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from app import clock
from app.accounts.proving import Proving
from app.db import Database
from app.leaving import queries
from geo import Position
from tests.app.leaving.lives import LEAVING, erased, everything, traces
from tests.app.wishes.wishing import shown, workshop
from tests.world import CAFE, PURPOSE, Json, Someone, World, point


@pytest.fixture(autouse=True)
def _nobody_has_guessed(app: Flask) -> None:
    app.extensions["hereabouts.proving"]._allowances._of.clear()


def test_nothing_of_a_full_life_stays_in_any_table(
    world: World, session: Session, full_life: tuple[Someone, list[str]]
) -> None:
    zoe, theirs = full_life
    before = everything(session)
    wanted = traces(session, zoe, *theirs)
    assert [each for each in wanted if each.lower() not in before.lower()] == []
    session.rollback()
    receipt = erased(zoe)
    after = everything(session)
    assert [each for each in wanted if each.lower() in after.lower()] == []
    assert receipt["removed"] == {
        "check_ins": 3,
        "replies": 4,
        "reactions": 2,
        "mentions": 3,
        "mentions_of_others": 3,
        "positions": 1,
        "lasting_memberships": 1,
        "location_memberships": 1,
        "votes": 1,
        "asked_to_belong": 1,
        "declined": 1,
        "motions_about_you": 1,
        "stewardships": 1,
        "reports": 2,
        "cases_about_you": 2,
        "memberships": 5,
        "pieces": 1,
        "piece_opinions": 1,
        "pledges": 2,
        "saved_searches": 1,
        "findings": 1,
        "offers_received": 1,
        "offer_budgets": 1,
        "offers_in_the_inbox": 1,
        "tag": 1,
        "holds": 1,
        "redemptions": 1,
        "purchases": 1,
        "readings": 4,
        "codes_read": 3,
        "area_visits": 1,
        "tag_fixes": 1,
        "contracts": 3,
        "disclosures": 4,
        "consents": 1,
        "blocks": 1,
        "blocks_by_others": 1,
        "follows": 1,
        "followers": 1,
        "circles": 2,
        "in_circles_of_others": 2,
        "check_in_consents": 1,
        "check_in_consents_of_others": 1,
        "mutes": 2,
        "mutes_by_others": 1,
        "businesses_acted_for": 2,
        "staff_invitations": 1,
        "doubts": 1,
        "sessions": 3,
        "authorizations": 1,
        "clients": 1,
        "mailed_links": 1,
        "passkeys": 1,
        "passkey_challenges": 1,
        "networks": 1,
        "kept_answers": 2,
        "devices": 2,
        "position_history": 1,
        "suggestions": 1,
        "contact_letters": 1,
        "contact_letters_of_others": 1,
        "events": 1,
        "event_replies": 1,
        "notices": 2,
        "event_attendances": 0,
        "event_calendars": 1,
    }


def test_every_table_that_names_a_person_is_on_the_receipt(session: Session) -> None:
    named = session.execute(
        text(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace "
            "AND (a.attname = 'person_id' OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid "
            "AND k.confrelid = 'people'::regclass AND k.confdeltype = 'c' AND a.attnum = ANY (k.conkey)))"
        )
    )
    counted = {(each.class_.__tablename__, each.key) for each in queries.HELD.values()}
    assert set(map(tuple, named)) == counted


def test_the_token_and_the_account_are_gone(world: World) -> None:
    ana = world.person("Ana")
    erased(ana)
    assert ana.is_refused("GET", "/me")["status"] == 401
    body = {"handle": ana.handle, "password": "correct horse"}
    assert world.client.post("/v1/sessions", json=body).status_code == 401
    assert world.client.get(f"/v1/people/{ana.handle}").status_code == 404
    assert world.client.post("/v1/people", json=body).status_code == 201, "the handle is free again"


@pytest.mark.parametrize("body", [{"password": "a guess"}, {}, {"password": "correct horse", "sure": True}])
def test_without_the_password_nothing_happens(
    world: World, rows: Callable[[], dict[str, int]], body: Json
) -> None:
    ana = world.person("Ana")
    ana.checks_in()
    before = rows()
    assert ana.is_refused("DELETE", "/me", body)["status"] in {403, 422}
    assert rows() == before
    assert ana.gets("/me")["id"] == ana.id


def test_what_others_see_is_as_if_they_had_never_been(world: World) -> None:
    ana, bob, topic = world.person("Ana"), world.person("Bob"), world.topic()
    riders = world.community(topics=[topic])
    quarter = world.location(Position(41.2, 2.2), "Quarter", 0.004)
    for each in (ana, bob):
        each.joins(riders)
        each.checks_in(Position(41.2, 2.2), f"from {each.handle}", topics=[topic])
    erased(ana)
    assert bob.hears(f"topic={topic}") == [f"from {bob.handle}"]
    assert bob.hears(f"community={riders['id']}") == [f"from {bob.handle}"]
    assert bob.gets(f"/communities/{quarter['id']}/presence")["here"] == 1
    assert ana.id not in {each["id"] for each in bob.gets(f"/communities/{riders['id']}/members")["items"]}


def test_what_they_began_for_others_stays_without_them(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    founded = ana.posts(
        "/communities", {"kind": "interest", "name": "Riders", "purpose": PURPOSE, "topics": [topic]}
    )
    erased(ana)
    kept = world.person().gets(f"/communities/{founded['id']}")["properties"]
    assert (kept["name"], kept["members"]) == ("Riders", 0)


def test_what_others_wish_for_too_stays_without_who_stated_it(world: World, session: Session) -> None:
    here = workshop(world, 2)
    alone, shared, bob = here.stated(), here.stated(), here.members[1]
    bob.puts(f"/wishes/{shared}/pledge")
    erased(here.ana)
    assert [each["id"] for each in bob.gets(here.wishes_path)["features"]] == [shared]
    assert shown(bob, shared)["pledged"] == 1
    assert here.ana.id not in everything(session)
    assert alone not in everything(session)


def unpadded(held: str) -> bytes:
    return base64.urlsafe_b64decode(held + "=" * (-len(held) % 4))


def test_the_receipt_can_be_checked_by_anybody(world: World) -> None:
    receipts = [erased(world.person()) for _ in range(2)]
    published = {each["kid"]: each for each in world.client.get("/v1/keys").get_json()["keys"]}
    assert len(published) == 1
    for receipt in receipts:
        head, said, signature = receipt.pop("signature").split(".")
        key = published[json.loads(unpadded(head))["kid"]]
        public = Ed25519PublicKey.from_public_bytes(unpadded(key["x"]))
        public.verify(unpadded(signature), f"{head}.{said}".encode())
        with pytest.raises(InvalidSignature):
            public.verify(unpadded(signature), f"{head}.{said}A".encode())
        assert json.loads(unpadded(said)) == receipt


def test_what_is_on_its_way_while_somebody_leaves_is_refused_or_erased(
    world: World, app: Flask, session: Session
) -> None:
    ana = world.person("Ana")
    outcomes: list[int] = []

    def keep_checking_in() -> None:
        while not outcomes or outcomes[-1] == 201:
            outcomes.append(ana.asks("POST", "/check-ins", {"position": point(CAFE)}).status_code)

    greenlets = [gevent.spawn(keep_checking_in) for _ in range(2)]
    gevent.sleep(0.02)
    erased(ana)
    gevent.joinall(greenlets, raise_error=True)
    assert set(outcomes) <= {201, 401, 404}
    assert 201 in outcomes
    assert ana.id not in everything(session)


def test_who_erases_a_person_whose_password_just_changed_does_not(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person("Ana")
    proved = Proving.again

    def proved_and_then_changed(self: Proving, *asked: Any) -> Any:
        answer = proved(self, *asked)
        with database.transaction() as another:
            another.execute(
                text("UPDATE people SET password_hash = 'another' WHERE id = :id"), {"id": UUID(ana.id)}
            )
        return answer

    monkeypatch.setattr(Proving, "again", proved_and_then_changed)
    assert ana.is_refused("DELETE", "/me", LEAVING)["type"] == "/v1/problems/wrong-current-password"
    assert ana.gets("/me")["id"] == ana.id


def test_that_somebody_left_says_nothing_of_whom(world: World, session: Session) -> None:
    before = clock.now()
    erased(world.person())
    assert queries.erased_since(session, before)
    assert not queries.erased_since(session, clock.now())
    assert [column["name"] for column in inspect(session.connection()).get_columns("erasures")] == [
        "id",
        "erased_at",
    ]
