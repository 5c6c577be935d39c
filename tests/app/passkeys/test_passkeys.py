"""Passkeys: made by who knows the password, opening for who has the device, and for nobody and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.db import Database
from app.passkeys import service
from app.passkeys.rules import CHALLENGE_LASTS, MOST_PASSKEYS
from app.settings import LOCAL_ORIGIN
from tests.app.passkeys.device import PRESENT, VERIFIED, Device, octets, text
from tests.world import Json, Someone, World, problem_in

RIGHT = {"password": "correct horse"}


@pytest.fixture(autouse=True)
def _nobody_has_guessed(app: Flask) -> None:
    app.extensions["hereabouts.proving"]._allowances._of.clear()


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def device() -> Device:
    return Device(LOCAL_ORIGIN)


@pytest.fixture
def known(ana: Someone, device: Device) -> Device:
    """A device whose passkey is Ana's."""
    made = makes(ana, device)
    assert made.status_code == 201, made.text
    return device


def makes(somebody: Someone, device: Device, **other: Any) -> TestResponse:
    begun = somebody.posts("/me/passkeys/challenges", RIGHT)
    body = {
        "challenge_id": begun["id"],
        "credential": device.makes(begun["options"], **other),
        "name": "my phone",
    }
    return somebody.asks("POST", "/me/passkeys", body)


def begins(world: World) -> Json:
    begun: Json = world.client.post("/v1/passkey-challenges", json={}).get_json()
    return begun


def enters(world: World, begun: Json, credential: Any) -> TestResponse:
    body = {"challenge_id": begun["id"], "credential": credential, "device": "a phone"}
    return world.client.post("/v1/passkey-sessions", json=body)


def signs_in(world: World, device: Device, **other: Any) -> TestResponse:
    begun = begins(world)
    return enters(world, begun, device.signs(begun["options"], **other))


def test_one_signs_in_with_a_passkey_and_without_a_name(world: World, ana: Someone, known: Device) -> None:
    answer = signs_in(world, known)
    assert answer.status_code == 201, answer.text
    said = answer.get_json()
    assert said["person"]["id"] == ana.id
    phone = Someone(ana.client, ana.handle, ana.id, said["token"])
    assert phone.gets("/me")["id"] == ana.id
    assert phone.gets("/me/sessions")["items"][0]["device"] == "a phone"


def test_a_device_is_asked_to_keep_it_and_to_see_its_owner(world: World, ana: Someone, known: Device) -> None:
    begun = ana.posts("/me/passkeys/challenges", RIGHT)["options"]
    assert begun["rp"] == {"id": "localhost", "name": "Hereabouts"}
    assert (begun["user"]["name"], octets(begun["user"]["id"]).hex()) == (ana.handle, ana.id.replace("-", ""))
    assert begun["authenticatorSelection"]["residentKey"] == "required"
    assert begun["authenticatorSelection"]["userVerification"] == "required"
    assert begun["attestation"] == "none"
    assert [each["id"] for each in begun["excludeCredentials"]] == [text(known.credential_id)]
    asked = begins(world)["options"]
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert not asked.get("allowCredentials")
    assert len(octets(asked["challenge"])) == 32


def test_passkeys_are_listed_named_and_taken_away(world: World, ana: Someone, known: Device) -> None:
    (listed,) = ana.gets("/me/passkeys")["items"]
    assert (listed["name"], listed["last_used"]) == ("my phone", None)
    assert set(listed) == {"id", "name", "created_at", "last_used"}
    signs_in(world, known)
    assert ana.gets("/me/passkeys")["items"][0]["last_used"] is not None
    assert world.person("Eve").is_refused("DELETE", f"/me/passkeys/{listed['id']}")["status"] == 404
    ana.deletes(f"/me/passkeys/{listed['id']}")
    assert ana.gets("/me/passkeys")["items"] == []
    assert signs_in(world, known).status_code == 401


def test_a_stolen_token_makes_no_passkey(ana: Someone) -> None:
    problem = ana.is_refused("POST", "/me/passkeys/challenges", {"password": "a guess"})
    assert problem["type"] == "/v1/problems/wrong-current-password"


def test_a_passkey_is_one_persons(world: World, known: Device) -> None:
    assert problem_in(makes(world.person("Eve"), known))["type"] == "/v1/problems/conflict"


def test_one_has_so_many(ana: Someone, app: Flask) -> None:
    for _ in range(MOST_PASSKEYS):
        assert makes(ana, Device(LOCAL_ORIGIN)).status_code == 201
    assert makes(ana, Device(LOCAL_ORIGIN)).status_code == 409


#: What a device or a page between does wrong, and both ceremonies refuse.
WRONG: dict[str, Json] = {
    "another site": {"origin": "https://evil.example"},
    "another port": {"origin": "http://localhost:8001"},
    "another challenge": {"challenge": text(b"c" * 32)},
    "no challenge": {"challenge": ""},
    "another ceremony": {"type": "payment.get"},
}


def refused(answer: TestResponse) -> None:
    problem = problem_in(answer)
    assert (answer.status_code, problem["type"]) == (401, "/v1/problems/wrong-passkey")
    assert "nobody" not in problem
    assert problem["detail"].startswith("This is no passkey of anybody here")


@pytest.mark.parametrize("how", WRONG)
def test_what_was_signed_for_something_else_opens_nothing(world: World, known: Device, how: str) -> None:
    refused(signs_in(world, known, **WRONG[how]))


@pytest.mark.parametrize("how", WRONG)
def test_what_was_made_for_something_else_is_no_passkey(ana: Someone, device: Device, how: str) -> None:
    problem = problem_in(makes(ana, device, **WRONG[how]))
    assert problem["status"] == 422
    assert ana.gets("/me/passkeys")["items"] == []


def not_verified(device: Device) -> None:
    device.flags = PRESENT


def nobody_present(device: Device) -> None:
    device.flags = VERIFIED


def another_key(device: Device) -> None:
    device.key = Device(LOCAL_ORIGIN).key


def another_name(device: Device) -> None:
    device.credential_id = b"another"


def another_owner(device: Device) -> None:
    device.owner = b"o" * 16


@pytest.mark.parametrize(
    "goes_wrong", [not_verified, nobody_present, another_key, another_name, another_owner]
)
def test_a_device_that_is_not_the_owners_opens_nothing(
    world: World, known: Device, goes_wrong: Callable[[Device], None]
) -> None:
    goes_wrong(known)
    refused(signs_in(world, known))


@pytest.mark.parametrize("goes_wrong", [not_verified, nobody_present])
def test_a_device_that_does_not_see_its_owner_makes_no_passkey(
    ana: Someone, device: Device, goes_wrong: Callable[[Device], None]
) -> None:
    goes_wrong(device)
    assert makes(ana, device).status_code == 422


def test_a_passkey_for_another_site_is_none_here(world: World, ana: Someone, known: Device) -> None:
    begun = begins(world)
    refused(enters(world, begun, known.signs(begun["options"] | {"rpId": "evil.example"})))
    begun = ana.posts("/me/passkeys/challenges", RIGHT)
    begun["options"]["rp"]["id"] = "evil.example"
    body = {"challenge_id": begun["id"], "credential": Device(LOCAL_ORIGIN).makes(begun["options"])}
    assert ana.is_refused("POST", "/me/passkeys", body)["status"] == 422


def test_a_copied_device_is_found_out(world: World, known: Device) -> None:
    known.count = 7
    assert signs_in(world, known).status_code == 201
    refused(signs_in(world, known))
    known.count = 8
    assert signs_in(world, known).status_code == 201


def test_what_was_overheard_is_worth_nothing(world: World, known: Device) -> None:
    begun = begins(world)
    signed = known.signs(begun["options"])
    assert enters(world, begun, signed).status_code == 201
    refused(enters(world, begun, signed))
    refused(enters(world, begins(world), signed))


def test_a_challenge_is_used_up_by_a_wrong_answer_too(world: World, known: Device) -> None:
    begun = begins(world)
    refused(enters(world, begun, known.signs(begun["options"], origin="https://evil.example")))
    refused(enters(world, begun, known.signs(begun["options"])))


@pytest.mark.parametrize(("seconds", "status"), [(-5, 201), (0, 401)])
def test_a_challenge_stands_for_five_minutes(world: World, known: Device, seconds: int, status: int) -> None:
    begun = begins(world)
    with clock.travelling(CHALLENGE_LASTS + timedelta(seconds=seconds)):
        assert enters(world, begun, known.signs(begun["options"])).status_code == status


def test_a_challenge_for_one_ceremony_or_person_is_none_for_another(
    world: World, ana: Someone, known: Device, device: Device
) -> None:
    eve = world.person("Eve")
    hers = ana.posts("/me/passkeys/challenges", RIGHT)
    body = {"challenge_id": hers["id"], "credential": Device(LOCAL_ORIGIN).makes(hers["options"])}
    assert eve.is_refused("POST", "/me/passkeys", body)["status"] == 422
    mine = eve.posts("/me/passkeys/challenges", RIGHT)
    asked = {"rpId": "localhost", "challenge": mine["options"]["challenge"]}
    refused(enters(world, mine, known.signs(asked)))


def test_who_leaves_takes_their_passkeys_along(
    world: World, ana: Someone, known: Device, session: Session
) -> None:
    ana.posts("/me/passkeys/challenges", RIGHT)
    receipt: Json = ana.asks("DELETE", "/me", RIGHT).get_json()
    assert (receipt["removed"]["passkeys"], receipt["removed"]["passkey_challenges"]) == (1, 1)
    refused(signs_in(world, known))
    for table in ("passkeys", "passkey_challenges"):
        assert session.scalar(sql(f"SELECT count(*) FROM {table} WHERE person_id = :id"), {"id": ana.id}) == 0


def test_challenges_that_nobody_answered_are_forgotten(
    world: World, database: Database, session: Session
) -> None:
    begun = begins(world)
    standing = sql("SELECT count(*) FROM passkey_challenges WHERE id = :id")
    for ahead, left in ((timedelta(0), 1), (CHALLENGE_LASTS, 0)):
        with database.transaction() as writing:
            service.forget_old(writing, clock.now() + ahead)
        session.rollback()
        assert session.scalar(standing, {"id": begun["id"]}) == left


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.binary(max_size=40).map(text)
ANYTHING = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=4), LEAVES, max_size=2)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_browser_sends_is_refused_and_never_breaks_anything(
    world: World, ana: Someone, known: Device, data: st.DataObject
) -> None:
    """Every member of a right answer, or something in it, is another."""
    answer = known.signs(begins(world)["options"])
    if data.draw(st.booleans()):
        asked = {"user": {"id": text(b"x")}, "rp": {"id": "localhost"}, "challenge": text(b"c" * 32)}
        answer = Device(LOCAL_ORIGIN).makes(asked)
    place = data.draw(st.sampled_from(sorted([*answer, *answer["response"]])))
    inside = answer["response"] if place in answer["response"] else answer
    if data.draw(st.booleans()) and isinstance(inside[place], str):
        flipped = bytearray(octets(inside[place]))
        flipped[data.draw(st.integers(0, 10_000)) % len(flipped)] ^= data.draw(st.integers(1, 255))
        inside[place] = text(bytes(flipped))
    else:
        inside[place] = data.draw(ANYTHING)
    refused(enters(world, begins(world), answer))
    begun = ana.posts("/me/passkeys/challenges", RIGHT)
    body = {"challenge_id": begun["id"], "credential": answer}
    assert ana.is_refused("POST", "/me/passkeys", body)["status"] == 422
