"""The tag itself: one a person, answering or silent, lost and reissued, shown with and without a connection."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.tag import drawing
from app.tag.models import Tag
from app.trust.terms import Identity
from tests.app.tag.tags import a_till, code_of, codes_of, lets_know
from tests.world import Someone, World

CODE = re.compile("[A-Z2-7]{28}")


@pytest.fixture
def ana(world: World, app: Flask) -> Someone:
    """Who lets every business know her by a name of its own."""
    ana = world.person("Ana")
    lets_know(app, ana, Identity.PSEUDONYM)
    return ana


def test_everybody_has_one_and_nothing_is_kept_of_it_before_it_is_needed(
    ana: Someone, session: Session
) -> None:
    assert ana.gets("/me/tag") == {"state": "answering", "generation": 1, "since": None}
    assert session.get(Tag, UUID(ana.id)) is None
    codes_of(ana)
    assert ana.gets("/me/tag")["since"] is not None


def test_asking_again_makes_no_other(ana: Someone, session: Session) -> None:
    for _ in range(2):
        codes_of(ana)
    assert len(session.scalars(select(Tag).where(Tag.person_id == UUID(ana.id))).all()) == 1


def test_a_phone_gets_codes_for_a_day_ahead(ana: Someone) -> None:
    before = clock.now()
    windows = ana.posts("/me/tag/codes")["windows"]
    times = [
        tuple(datetime.fromisoformat(each[end]) for end in ("valid_from", "valid_until")) for each in windows
    ]
    assert times[0][0] <= before < times[0][1] or times[0][0] > before - timedelta(seconds=1)
    assert all(until - since == timedelta(minutes=10) for since, until in times)
    assert all(one[1] == other[0] for one, other in pairwise(times))
    assert len(windows) == 144
    codes = [code for window in windows for code in window["codes"]]
    assert len(set(codes)) == 4 * 144
    assert all(CODE.fullmatch(code) for code in codes)


def test_codes_fetched_ahead_are_read_when_their_time_has_come(world: World, ana: Someone) -> None:
    till = a_till(world)
    windows = ana.posts("/me/tag/codes")["windows"]
    assert till.outcome(windows[100]["codes"][0]) == "expired"
    with clock.travelling(timedelta(minutes=1_000)):
        assert till.outcome(windows[100]["codes"][0]) == "ok"


def test_a_silent_tag_answers_nobody(world: World, ana: Someone) -> None:
    till, (first, second, third, _) = a_till(world), codes_of(ana)
    assert till.outcome(first) == "ok"
    assert ana.asks("PUT", "/me/tag", {"state": "silent"}).get_json()["state"] == "silent"
    assert till.outcome(second) == "silent"
    ana.asks("PUT", "/me/tag", {"state": "answering"})
    assert till.outcome(third) == "ok"


def test_since_when_changes_only_with_the_state(ana: Someone) -> None:
    first = ana.asks("PUT", "/me/tag", {"state": "silent"}).get_json()
    assert ana.asks("PUT", "/me/tag", {"state": "silent"}).get_json() == first
    assert ana.asks("PUT", "/me/tag", {"state": "answering"}).get_json()["since"] > first["since"]


def test_what_a_lost_tag_could_show_is_worth_nothing(world: World, ana: Someone) -> None:
    till, lost = a_till(world), code_of(ana)
    assert ana.posts("/me/tag/reissue")["generation"] == 2
    assert till.outcome(lost) == "revoked"
    assert till.outcome(code_of(ana)) == "ok"


def test_the_phone_it_was_lost_with_is_signed_out_in_the_same_act(world: World, ana: Someone) -> None:
    body = {"handle": ana.handle, "password": "correct horse", "device": "the lost phone"}
    phone = Someone(ana.client, ana.handle, ana.id, ana.posts("/sessions", body)["token"])
    lost = next(each for each in ana.gets("/me/sessions")["items"] if each["device"] == "the lost phone")
    ana.posts("/me/tag/reissue", {"session": lost["id"]})
    assert phone.is_refused("POST", "/me/tag/codes")["status"] == 401
    assert ana.is_refused("POST", "/me/tag/reissue", {"session": lost["id"]})["status"] == 404
    assert ana.gets("/me/tag")["generation"] == 2, "what failed changed nothing"


def test_a_program_signs_nobody_out(ana: Someone) -> None:
    made = ana.posts("/me/tokens", {"device": "a program", "scopes": ["tag:write"]})
    program = Someone(ana.client, ana.handle, ana.id, made["token"])
    problem = program.is_refused("POST", "/me/tag/reissue", {"session": made["id"]})
    assert problem["type"] == "/v1/problems/not-enough-scope"
    assert program.posts("/me/tag/reissue")["generation"] == 2


@pytest.mark.parametrize("body", [{}, {"state": "loud"}, {"state": None}, {"state": "silent", "who": "all"}])
def test_a_state_that_cannot_be_is_refused(ana: Someone, body: object) -> None:
    assert ana.is_refused("PUT", "/me/tag", body)["status"] == 422


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("svg", "image/svg+xml", b"<svg"),
        ("png", "image/png", b"\x89PNG"),
        ("ndef", "application/vnd.nfc.ndef", b"\xd1\x01"),
    ],
)
def test_a_code_is_drawn_and_each_time_another(
    ana: Someone, form: str, media_type: str, begins: bytes
) -> None:
    answers = [ana.asks("GET", f"/me/tag/code.{form}") for _ in range(8)]
    assert {each.mimetype for each in answers} == {media_type}
    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}
    drawn = {each.get_data() for each in answers}
    assert all(each.startswith(begins) for each in drawn)
    assert len(drawn) > 1


def test_what_nfc_holds_is_the_address_of_a_code_that_is_read(world: World, ana: Someone) -> None:
    held = ana.asks("GET", "/me/tag/code.ndef").get_data()
    assert (held[:2], held[3:5], held[2]) == (b"\xd1\x01", b"U\x03", len(held) - 4)
    address = "http://" + held[5:].decode()
    assert address.startswith("http://localhost/t/")
    assert a_till(world).outcome(address) == "ok"


@pytest.mark.parametrize(
    ("address", "held"),
    [
        ("https://a.example/t/X", b"\xd1\x01\x0eU\x04a.example/t/X"),
        ("http://a.example/t/X", b"\xd1\x01\x0eU\x03a.example/t/X"),
        ("geo:1,2", b"\xd1\x01\x08U\x00geo:1,2"),
    ],
)
def test_ndef_is_as_the_nfc_forum_has_it(address: str, held: bytes) -> None:
    assert drawing.ndef(address) == held


@pytest.mark.parametrize(
    "path", ["", "/codes", "/reissue", "/code.svg", "/code.png", "/code.ndef", "/readings"]
)
def test_nobody_has_a_tag_without_being_signed_in(world: World, path: str) -> None:
    method = "POST" if path in {"/codes", "/reissue", "/readings"} else "GET"
    answer = world.client.open(f"/v1/me/tag{path}", method=method, json={} if method == "POST" else None)
    assert answer.status_code == 401
