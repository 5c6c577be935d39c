"""Readings: what a till learns of whom, and what its codes are worth."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.tag import keys
from app.tag.codes import sealed
from app.tag.models import Tag
from app.tag.rules import Shown, window_of
from app.trust.models import DisclosureMade
from app.trust.terms import Group, Identity, Purpose, Term, Who
from tests.app.tag.tags import NONCE, Till, a_till, code_of, codes_of, lets_know
from tests.world import Json, Someone, World


@pytest.mark.parametrize("asks", ["person", "pseudonym", "handle"])
@pytest.mark.parametrize("allows", list(Identity))
def test_a_till_learns_the_least_of_what_it_asks_for_and_what_is_allowed(
    world: World, app: Flask, asks: str, allows: Identity
) -> None:
    bob, till = world.person("Bob"), a_till(world, asks=asks)
    lets_know(app, bob, allows)
    answer = till.reads(code_of(bob))
    if allows is Identity.NOBODY:
        assert (answer["outcome"], answer["reading"]) == ("silent", None)
        assert till.learnt == bob.gets("/me/readings")["items"] == []
        return
    least = min(allows, Identity[asks.upper()])
    learnt = answer["reading"]
    assert (answer["outcome"], learnt["disclosed"]) == ("ok", least.word)
    assert (learnt["handle"] is not None, learnt["pseudonym"] is not None) == (
        least is Identity.HANDLE,
        least is Identity.PSEUDONYM,
    )
    assert till.learnt == [learnt]
    assert bob.id not in str(answer) + str(till.learnt)


def test_who_never_opened_anything_answers_as_a_silent_tag_does(world: World, till: Till, app: Flask) -> None:
    closed, silent = world.person("Bob", contract=None), world.person("Eve")
    lets_know(app, silent, Identity.HANDLE)
    silent.asks("PUT", "/me/tag", {"state": "silent"})
    told = [till.reads(code_of(each), nonce=NONCE + each.handle[:3]) for each in (closed, silent)]
    assert [{**each, "nonce": None} for each in told] == [
        {"nonce": None, "outcome": "silent", "reading": None}
    ] * 2


def test_a_pseudonym_is_the_same_at_all_readers_of_a_business_and_another_elsewhere(
    world: World, app: Flask
) -> None:
    bob, eve = world.person("Bob"), world.person("Eve")
    for each in (bob, eve):
        lets_know(app, each, Identity.PSEUDONYM)
    one = a_till(world)
    same, other = a_till(world, one.business), a_till(world)
    names = [
        till.reads(code_of(person))["reading"]["pseudonym"]
        for till in (one, same, other)
        for person in (bob, eve)
    ]
    assert names[:2] == names[2:4]
    assert len({*names}) == 4


def test_a_contract_binds_from_the_moment_it_is_changed(app: Flask, ana: Someone, till: Till) -> None:
    first, second, third, _ = codes_of(ana)
    assert till.reads(first)["reading"]["disclosed"] == "handle"
    lets_know(app, ana, Identity.PERSON)
    assert till.reads(second)["reading"]["disclosed"] == "person"
    own = Term(Purpose.READERS, Who(Group.BUSINESS, UUID(till.business["id"])), identity=Identity.NOBODY)
    lets_know(app, ana, Identity.HANDLE, own)
    assert till.reads(third)["outcome"] == "silent"


def test_what_was_disclosed_is_written_down_under_the_contract_that_held(
    app: Flask, ana: Someone, till: Till, session: Session
) -> None:
    till.reads_all([{"code": code, "nonce": NONCE + code} for code in codes_of(ana)])
    rows = session.scalars(select(DisclosureMade).where(DisclosureMade.person_id == UUID(ana.id))).all()
    assert [(each.to_kind, str(each.to_id), each.purpose, each.what, each.version) for each in rows] == [
        ("reader", till.id, "readers", "handle", 2)
    ] * 4


def made(session: Session, person: Someone, **more: Any) -> str:
    """A code of the person's as only the installation can make it, with whatever in it."""
    held = session.get_one(Tag, UUID(person.id))
    window = window_of(clock.now()) + more.pop("windows", 0)
    said = {"number": held.number, "generation": held.generation, "window": window, "salt": 9, **more}
    return sealed([Shown(**said)], keys.code_keys(session, clock.now()))[0]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "ok"),
        ({"windows": 1}, "ok"),
        ({"windows": -1}, "ok"),
        ({"windows": 2}, "expired"),
        ({"windows": -2}, "expired"),
        ({"windows": 144}, "expired"),
        ({"generation": 2}, "revoked"),
        ({"generation": 2, "windows": 2}, "revoked"),
        ({"number": 12345}, "unknown"),
        ({"number": 2**63 - 1}, "unknown"),
    ],
)
def test_what_is_in_a_code_decides(
    session: Session, ana: Someone, till: Till, more: Json, outcome: str
) -> None:
    codes_of(ana)
    # Its neighbours are in another day at the turn of the day; keys are there for both.
    assert till.outcome(made(session, ana, **more)) == outcome


def test_foreign_forged_and_mistyped_codes_are_alike(world: World, ana: Someone, till: Till) -> None:
    code = code_of(ana)
    others = [
        "",
        "A",
        code[:-1],
        code + "A",
        code[:5] + ("A" if code[5] != "A" else "B") + code[6:],
        code[::-1],
        "2" * 28,
        "https://elsewhere.example/t/" + "B" * 28,
        "\u0130" * 28,
        "0" * 200,
        till.id,
    ]
    answers = till.reads_all([{"code": each, "nonce": NONCE + str(n)} for n, each in enumerate(others)])
    assert {(each["outcome"], each["reading"]) for each in answers} == {("unknown", None)}


@pytest.mark.parametrize("form", ["{}", " {} ", "http://localhost/t/{}", "HTTPS://TOWN.EXAMPLE/T/{}"])
def test_a_code_is_read_as_it_was_shown(ana: Someone, till: Till, form: str) -> None:
    assert till.outcome(form.format(code_of(ana))) == "ok"
    assert till.outcome(form.format(code_of(ana).lower())) == "ok"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.text(max_size=200) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=26, max_size=30))
def test_whatever_is_shown_is_answered(ana: Someone, till: Till, said: str) -> None:
    answer = till.asks({"readings": [{"code": said, "nonce": secrets.token_hex(8)}]})
    if answer.status_code == 200:
        assert answer.get_json()["answers"][0]["outcome"] == "unknown"
    else:
        assert (answer.status_code, said.isascii() and said.isprintable()) == (400, False)


LATE = timedelta(hours=20)


def test_what_was_read_without_a_connection_is_told_later_with_its_time(ana: Someone, till: Till) -> None:
    read_at, code = clock.now(), code_of(ana)
    with clock.travelling(LATE):
        assert till.outcome(code) == "expired"
        answer = till.reads(code, read_at=read_at.isoformat())
        assert answer["outcome"] == "ok"
        assert answer["reading"]["read_at"] == read_at.isoformat().replace("+00:00", "Z")
        drifted = read_at + timedelta(minutes=25)
        assert till.outcome(code, read_at=drifted.isoformat()) == "expired"
    with clock.travelling(timedelta(hours=24, minutes=1)):
        assert till.outcome(code, read_at=read_at.isoformat()) == "expired"
    with clock.travelling(timedelta(days=4)):
        assert till.outcome(code, read_at=read_at.isoformat()) == "unknown", (
            "its key is not asked for any more"
        )


def test_a_code_from_the_future_is_not_read(ana: Someone, till: Till) -> None:
    windows = ana.posts("/me/tag/codes")["windows"]
    later = clock.now() + timedelta(minutes=30)
    assert till.outcome(windows[3]["codes"][0], read_at=later.isoformat()) == "expired"
