"""Somebody leaves a whole city: no trace of them stays in any table, and it is as if they had never come."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import make_url, text

from app.factory import create_app
from app.leaving import queries, service
from app.settings import Settings
from geo import destination
from tests.app.leaving.city import PASSWORD, City, handle_of, played
from tests.app.leaving.reading import all_that_is_read, on
from tests.app.leaving.traces import connected, left_of, traces
from tests.conftest import administer, drop_database
from tests.served import ROOT, Phone, Served, serving
from tests.town.data import HISTORIES, NEIGHBOURHOODS, needs_data
from tests.town.rows import CORNER, check_in_rows
from tests.world import World
from town.files import CheckInRow, check_ins_in
from town.stage.plan import Plan, plan_of

ROWS = 60


@dataclass
class Cities:
    """A city, one like it in which the leaver never was, and one that is kept as it was."""

    city: City
    twin: City
    kept: str
    server_url: str

    @contextmanager
    def as_it_was(self) -> Iterator[str]:
        """A fresh copy of the city, before anybody left."""
        with _fresh(self.server_url, self.kept) as url:
            yield url


@contextmanager
def _fresh(server_url: str, template: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(4)}_city"
    administer(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        drop_database(server_url, name)


@contextmanager
def _running(url: str) -> Iterator[Flask]:
    # In the file these ways take hours, here milliseconds: what was doubted would depend on the machine.
    app = create_app(Settings(database_url=url, limits=False, plausibility=False))
    yield app
    app.extensions["hereabouts"].database.dispose()


def street(url: str) -> Plan:
    """Six people on a made-up street of two halves."""
    with _running(url) as app:
        world = World(app.test_client(use_cookies=False))
        for name, metres in (("West", 500), ("East", 1700)):
            world.location(destination(CORNER, 90, metres), name, 0.008)
    return _planned(check_in_rows(ROWS))


def new_york(url: str) -> Plan:
    """Real check-ins in real neighbourhoods."""
    environment = os.environ | {"HEREABOUTS_DATABASE_URL": url}
    command = [sys.executable, "-m", "town.importing", str(NEIGHBOURHOODS)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return _planned(sorted(check_ins_in(HISTORIES), key=lambda row: row.fixed_at)[:ROWS])


def _planned(rows: list[CheckInRow]) -> Plan:
    return plan_of(rows, 600.0, Random(1))


PLACES = [street, pytest.param(new_york, marks=needs_data)]


@pytest.fixture(scope="module", params=PLACES, ids=["a-street", "new-york"])
def cities(request: pytest.FixtureRequest, server_url: str, template: str) -> Iterator[Cities]:
    with ExitStack() as until_done:
        settled = until_done.enter_context(_fresh(server_url, template))
        plan = request.param(settled)
        urls = [until_done.enter_context(_fresh(server_url, _name_of(settled))) for _ in range(2)]
        city, twin = (
            played(until_done.enter_context(_running(url)), url, plan, without_leaver=without)
            for url, without in zip(urls, (False, True), strict=True)
        )
        _let_go_of(server_url, city)
        kept = until_done.enter_context(_fresh(server_url, _name_of(city.database_url)))
        yield Cities(city, twin, _name_of(kept), server_url)


def _let_go_of(server_url: str, city: City) -> None:
    """Close all connections, for only what nobody uses can be copied."""
    city.app.extensions["hereabouts"].database.dispose()
    name = _name_of(city.database_url)
    administer(server_url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def _name_of(url: str) -> str:
    return str(make_url(url).database)


@dataclass
class Left:
    """The city after somebody left it."""

    url: str
    city: City
    wanted: list[str]
    #: Of each watcher, the leaver's check-ins that they were shown, and those they were told to forget.
    shown: dict[str, set[str]]
    told: dict[str, set[str]]
    #: What the leaver's own socket heard last.
    farewell: str
    #: Of signing in again, of a request with the old token, and of asking for their page.
    answers: tuple[int, int, int]


@pytest.fixture(scope="module")
def left(cities: Cities) -> Iterator[Left]:
    city = cities.city
    with cities.as_it_was() as url:
        wanted = traces(url, city)
        with serving(url) as served:
            yield _erased(city, url, wanted, served)


def _erased(city: City, url: str, wanted: list[str], served: Served) -> Left:
    person, watchers = city.people[city.leaver], _watchers(city, served)
    shown = {name: _shown_to(phone, city) for name, phone in watchers.items()}
    own = Phone(served, person.handle, person.token)
    own.connect()
    assert own.ask("DELETE", "/me", {"password": PASSWORD}).status_code == 200
    own.wait_until(lambda: not own.connected)
    for name, phone in watchers.items():
        phone.wait_until(lambda name=name, phone=phone: shown[name] <= _removed(phone))
    body = {"handle": person.handle, "password": PASSWORD}
    answers = (
        requests.post(f"{served.url}/v1/sessions", json=body, timeout=30).status_code,
        own.ask("GET", "/me").status_code,
        watchers["keeper"].ask("GET", f"/people/{person.handle}").status_code,
    )
    told = {name: _removed(phone) for name, phone in watchers.items()}
    for phone in watchers.values():
        phone.disconnect()
    return Left(url, city, wanted, shown, told, own.heard[-1][0], answers)


def _watchers(city: City, served: Served) -> dict[str, Phone]:
    """A stranger, somebody who follows the leaver, and somebody who is apart from them."""
    follower, apart = city.people[city.near(city.leaver, -1)], city.people[city.near(city.leaver, 3)]
    people = {"keeper": city.keeper, "follower": follower, "apart": apart}
    return {name: Phone(served, each.handle, each.token) for name, each in people.items()}


def _shown_to(phone: Phone, city: City) -> set[str]:
    """The leaver's check-ins that a client shows which has just begun to watch around them."""
    circle = {"lat": city.middle.lat, "lon": city.middle.lon, "radius_m": 20_000}
    phone.connect()
    answer = phone.say("watch", {"circle": circle, "snapshot": 50})
    handle = handle_of(city.leaver)
    return {each["id"] for each in answer["snapshot"] if each["properties"]["handle"] == handle}


def _removed(phone: Phone) -> set[str]:
    return {said["id"] for name, said in list(phone.heard) if name == "check_in_removed"}


#: What a walker of a file has not: apps of phones, letters, passkeys, programs, friends, events, findings, and nothing
#: they bought. The life in lives.py has it.
OTHERWISE = {
    "holds",
    "purchases",
    "redemptions",
    "authorizations",
    "check_in_consents",
    "check_in_consents_of_others",
    "clients",
    "contact_letters",
    "contact_letters_of_others",
    "devices",
    "asked_to_belong",
    "declined",
    "lasting_memberships",
    "event_attendances",
    "event_calendars",
    "notices",
    "event_replies",
    "events",
    "findings",
    "mailed_links",
    "motions_about_you",
    "passkey_challenges",
    "passkeys",
    "position_history",
    "reports",
    "cases_about_you",
    "stewardships",
    "suggestions",
    "votes",
}


def test_they_had_left_traces_in_every_table(cities: Cities) -> None:
    city = cities.city
    wanted = traces(city.database_url, city)
    person = city.people[city.leaver]
    spoken = {each for each in city.theirs if each.startswith("word-")}
    assert len(wanted) > 100
    assert {person.id, person.handle} | spoken <= set(wanted)
    with connected(city.database_url) as connection:
        for what, column in queries.HELD.items():
            if what in OTHERWISE:
                continue
            asked = f"SELECT count(*) FROM {column.class_.__tablename__} WHERE {column.key} = :id"
            assert connection.scalar(text(asked), {"id": person.id}), what


def test_no_trace_of_them_stays_in_any_table(left: Left) -> None:
    assert left_of(left.wanted, left.url) == []


def test_whoever_was_shown_what_they_said_is_told_to_forget_it(left: Left) -> None:
    assert left.shown["keeper"]
    assert left.shown["follower"]
    assert all(left.shown[name] <= left.told[name] for name in left.shown)


def test_who_was_apart_from_them_hears_nothing(left: Left) -> None:
    assert (left.shown["apart"], left.told["apart"]) == (set(), set())


def test_their_own_devices_are_signed_out_and_nobody_can_come_back(left: Left) -> None:
    assert left.farewell == "signed_out"
    assert left.answers == (401, 401, 404)


def test_everybody_reads_everywhere_what_they_would_if_the_leaver_had_never_come(
    left: Left, cities: Cities
) -> None:
    """Feeds, presence, members, topics, offers, circles, readings, counts: word for word.

    Two things differ. Whose contract named them has a term for nobody, in another version than before: to take it out
    might have opened others. What they redeemed stays with the business, without them, and is not there for others.
    """
    with _running(left.url) as app:
        here = all_that_is_read(app, left.city)
    there = all_that_is_read(cities.twin.app, cities.twin)
    differing = sorted(path for path in here if here[path] != there.get(path))
    named_by = handle_of(left.city.near(left.city.leaver, -1))
    assert here.keys() == there.keys()
    assert differing == [f"{named_by} /me/contract"]
    assert "*something that is no longer there* may see in feeds" in here[differing[0]]


FORGOTTEN = [
    (service.checkins, "forget"),
    (service.checkins, "forget_named"),
    (service.contracts, "forget_named"),
    (service.removals, "forget_all"),
    (service.idempotency, "forget"),
]


@pytest.mark.parametrize("cities", [street], indirect=True, ids=["a-street"])
@pytest.mark.parametrize(("of", "forget"), FORGOTTEN, ids=lambda each: getattr(each, "__name__", each))
def test_whatever_is_not_forgotten_is_found(
    cities: Cities, monkeypatch: pytest.MonkeyPatch, of: Any, forget: str
) -> None:
    monkeypatch.setattr(of, forget, lambda *_: None)
    with cities.as_it_was() as url, _running(url) as app:
        wanted = traces(url, cities.city)
        person = on(app, cities.city.people[cities.city.leaver])
        assert person.asks("DELETE", "/me", {"password": PASSWORD}).status_code == 200
        assert left_of(wanted, url) != []
