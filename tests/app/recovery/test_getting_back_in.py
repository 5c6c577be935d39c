"""Getting back in by a letter: for whoever reads the mailbox, and for nobody else."""

import time
from collections.abc import Callable
from datetime import timedelta

import gevent
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.accounts import queries as accounts
from app.allowance import Rate
from app.db import Database
from app.recovery import letters, service
from tests.app.passkeys.device import Device
from tests.app.recovery.conftest import ORIGIN, Tray, confirmed, forgets, gives
from tests.world import Json, Someone, World, eventually, problem_in


def resets(world: World, secret: str, password: str = "battery staple") -> TestResponse:
    return world.client.put("/v1/password-resets", json={"secret": secret, "password": password})


def signs_in(world: World, ana: Someone, password: str) -> int:
    body = {"handle": ana.handle, "password": password}
    return world.client.post("/v1/sessions", json=body).status_code


@pytest.mark.parametrize("by", ["handle", "HANDLE", "address", "Address"])
def test_a_letter_brings_a_new_password_and_ends_all_sessions(
    world: World, tray: Tray, ana: Someone, address: str, by: str
) -> None:
    who = {
        "handle": ana.handle,
        "HANDLE": ana.handle.upper(),
        "address": address,
        "Address": address.capitalize(),
    }[by]
    assert forgets(world, who).status_code == 202
    assert resets(world, tray.secret(address, "reset", 2)).status_code == 204
    assert ana.is_refused("GET", "/me")["type"] == "/v1/problems/not-signed-in"
    assert signs_in(world, ana, "correct horse") == 401
    assert signs_in(world, ana, "battery staple") == 201


def test_a_mailbox_of_two_accounts_gets_a_letter_for_each(
    world: World, tray: Tray, ana: Someone, address: str
) -> None:
    shop = world.person("Shop")
    confirmed(shop, tray, address)
    forgets(world, address)
    both = "".join(each.get_content() for each in tray.to(address, 4)[2:])
    assert ana.handle in both
    assert shop.handle in both


def test_the_answer_tells_nobody_who_has_an_account(
    world: World, tray: Tray, ana: Someone, address: str
) -> None:
    bob = world.person("Bob")
    answers = [
        forgets(world, each) for each in (ana.handle, address, bob.handle, "nobody-there", "a@b.example")
    ]
    assert {(each.status_code, each.get_data()) for each in answers} == {(202, b"")}
    heads = [{name for name, _ in each.headers} for each in answers]
    assert all(each == heads[0] for each in heads)
    tray.to(address, 3)
    assert {each["To"] for each in tray.letters} == {address}


def test_nor_does_the_time_it_takes(
    world: World, tray: Tray, ana: Someone, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is looked for, nothing of it is done before the answer."""
    looked = []

    def slowly(*asked: object) -> list[object]:
        looked.append(asked)
        time.sleep(0.2)
        return []

    monkeypatch.setattr(letters, "_reachable", slowly)
    forgets(world, ana.handle)
    assert looked == []
    eventually(lambda: looked)


def test_an_address_that_was_not_confirmed_gets_no_letter(
    world: World, tray: Tray, ana: Someone, address: str
) -> None:
    eve = world.person("Eve")
    gives(eve, f"victim-{world.seed}@mail.example")
    tray.to(f"victim-{world.seed}@mail.example")
    forgets(world, eve.handle)
    forgets(world, f"victim-{world.seed}@mail.example")
    forgets(world, ana.handle)
    tray.to(address, 2)
    assert len(tray.letters) == 3, "two that ask whether, and Ana's"


def test_a_link_is_good_once(world: World, tray: Tray, ana: Someone, address: str) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)
    assert resets(world, secret).status_code == 204
    again = resets(world, secret, "another one")
    assert problem_in(again)["type"] == "/v1/problems/link-worthless"
    assert signs_in(world, ana, "battery staple") == 201


def test_of_two_who_use_a_link_at_once_one_is_too_late(
    world: World, tray: Tray, ana: Someone, address: str, app: Flask
) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)

    def uses(number: int) -> int:
        return resets(World(app.test_client(use_cookies=False)), secret, f"password {number}").status_code

    answers = [each.get() for each in [gevent.spawn(uses, number) for number in range(4)]]
    assert sorted(answers) == [204, 403, 403, 403]


@pytest.mark.parametrize(("minutes", "status"), [(29, 204), (31, 403)])
def test_a_link_is_good_for_half_an_hour(
    world: World, tray: Tray, ana: Someone, address: str, minutes: int, status: int
) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)
    with clock.travelling(timedelta(minutes=minutes)):
        assert resets(world, secret).status_code == status


def password_changed(ana: Someone) -> None:
    assert (
        ana.asks("PUT", "/me/password", {"current": "correct horse", "password": "new horse"}).status_code
        == 204
    )


def address_taken_back(ana: Someone) -> None:
    assert ana.asks("DELETE", "/me/email", {"password": "correct horse"}).status_code == 204


@pytest.mark.parametrize("meanwhile", [password_changed, address_taken_back])
def test_a_link_is_worth_nothing_once_what_it_was_for_is_another(
    world: World, tray: Tray, ana: Someone, address: str, meanwhile: Callable[[Someone], None]
) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)
    meanwhile(ana)
    assert problem_in(resets(world, secret))["type"] == "/v1/problems/link-worthless"


def test_a_link_to_an_address_that_was_replaced_while_it_was_written_is_worth_nothing(
    world: World, tray: Tray, ana: Someone, database: Database
) -> None:
    with database.transaction() as session:
        person = accounts.person_with_handle(session, ana.handle)
        assert person is not None
        secret = service.make_link(session, person, "reset", "old@mail.example", clock.now())
    assert resets(world, str(secret)).status_code == 403


def test_a_link_that_went_to_another_address_is_worth_nothing_any_more(
    world: World, tray: Tray, ana: Someone, address: str
) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)
    confirmed(ana, tray, f"new-{address}")
    assert resets(world, secret).status_code == 403
    forgets(world, address)
    forgets(world, ana.handle)
    tray.to(f"new-{address}", 2)
    assert len(tray.to(address)) == 2, "the old one gets no letter any more"


@pytest.mark.parametrize(
    "purposes", [("confirm", "/v1/password-resets"), ("reset", "/v1/email-confirmations")]
)
def test_a_link_for_one_thing_is_worth_nothing_for_another(
    world: World, tray: Tray, ana: Someone, address: str, purposes: tuple[str, str]
) -> None:
    purpose, path = purposes
    if purpose == "confirm":
        gives(ana, address)
    else:
        forgets(world, ana.handle)
    body = {"secret": tray.secret(address, purpose, 2)}
    body |= {"password": "battery staple"} if path.endswith("resets") else {}
    assert world.client.put(path, json=body).status_code == 403


@pytest.mark.parametrize("said", ["", "x", "A" * 54, "!" * 54, "é" * 54, "A" * 53, "A" * 200])
def test_what_was_never_a_link_is_worth_nothing(world: World, said: str) -> None:
    assert resets(world, said).status_code == 403
    assert world.client.put("/v1/email-confirmations", json={"secret": said}).status_code == 403


def test_another_secret_for_a_link_that_stands_is_worth_nothing(
    world: World, tray: Tray, ana: Someone, address: str
) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)
    flipped = "A" if secret[-2] != "A" else "B"
    assert resets(world, secret[:-2] + flipped + secret[-1]).status_code == 403
    assert resets(world, secret).status_code == 204


def test_secrets_are_not_kept_and_links_are_few(
    world: World, tray: Tray, address: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "TO_A_MAILBOX", Rate(100, 1))
    monkeypatch.setattr(letters, "ABOUT_ONE", Rate(100, 1))
    ana = world.person("Ana")
    confirmed(ana, tray, address)
    first = None
    for count in range(2, 9):
        forgets(world, ana.handle, f"198.51.100.{count}")
        secret = tray.secret(address, "reset", count)
        first = first or secret
    kept = session.execute(text("SELECT t::text FROM mailed_links AS t")).scalars().all()
    assert not any(secret in each for each in kept)
    assert (
        session.scalar(text("SELECT count(*) FROM mailed_links WHERE person_id = :id"), {"id": ana.id}) == 5
    )
    assert first is not None
    assert resets(world, first).status_code == 403, "the oldest went"


def test_who_leaves_takes_address_and_links_along(
    world: World, tray: Tray, ana: Someone, address: str, session: Session
) -> None:
    forgets(world, ana.handle)
    secret = tray.secret(address, "reset", 2)
    receipt: Json = ana.asks("DELETE", "/me", {"password": "correct horse"}).get_json()
    assert receipt["removed"]["mailed_links"] == 1
    assert resets(world, secret).status_code == 403
    for table in ("people", "mailed_links"):
        found = text(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE :part")
        assert session.scalar(found, {"part": f"%{address}%"}) == 0


def test_links_that_are_too_old_are_forgotten(
    world: World, tray: Tray, ana: Someone, address: str, database: Database
) -> None:
    forgets(world, ana.handle)
    tray.to(address, 2)
    for ahead, left in ((timedelta(minutes=20), 1), (timedelta(minutes=40), 0)):
        with database.transaction() as session:
            service.forget_old(session, clock.now() + ahead)
            left_over = text("SELECT count(*) FROM mailed_links WHERE person_id = :id")
            assert session.scalar(left_over, {"id": ana.id}) == left


def test_whoever_stole_the_password_loses_the_passkey_they_made(
    world: World, tray: Tray, ana: Someone, address: str
) -> None:
    begun = ana.posts("/me/passkeys/challenges", {"password": "correct horse"})
    made = Device(ORIGIN).makes(begun["options"])
    ana.posts("/me/passkeys", {"challenge_id": begun["id"], "credential": made})
    forgets(world, ana.handle)
    resets(world, tray.secret(address, "reset", 2))
    body = {"handle": ana.handle, "password": "battery staple"}
    token = world.client.post("/v1/sessions", json=body).get_json()["token"]
    again = Someone(ana.client, ana.handle, ana.id, token)
    assert again.gets("/me/passkeys")["items"] == []
