"""Devices: each proves itself with a secret of its own, which is shown once and can be taken back."""

import base64
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app import clock
from app.factory import create_app
from app.phones.rules import Credential
from app.settings import Settings
from tests.app.phones.pocket import App, a_location, carries, iso, overland, owntracks, traccar
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, Someone, World

APPS = ("owntracks", "traccar", "overland")


def reports(phone: App, ago_s: float = 0) -> int:
    """Have the app report as it does; what it is answered."""
    told: Any = phone
    match type(phone).__name__:
        case "OwnTracks":
            return int(told.posts(a_location(CAFE, ago_s)).status_code)
        case "Traccar":
            return int(told.reports(lat=CAFE.lat, lon=CAFE.lon, timestamp=iso(ago_s)).status_code)
    feature = {"geometry": {"coordinates": [CAFE.lon, CAFE.lat]}, "properties": {"timestamp": iso(ago_s)}}
    return int(told.posts({"locations": [feature]}).status_code)


REFUSED = {"owntracks": 401, "traccar": 400, "overland": 401}


@pytest.mark.parametrize("app_name", APPS)
def test_a_new_device_reports_at_once_and_its_person_sees_it(world: World, app_name: str) -> None:
    ana = world.person("Ana")
    phone = carries(ana, app_name)
    assert phone.device["last_heard_at"] is None
    assert reports(phone) == 200
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    assert (phone.device["accepted"], phone.device["last_dropped"]) == (1, None)
    assert phone.device["last_heard_at"] is not None


@pytest.mark.parametrize("app_name", APPS)
def test_a_device_that_is_removed_is_worth_nothing_any_more(world: World, app_name: str) -> None:
    ana = world.person("Ana")
    phone = carries(ana, app_name)
    ana.deletes(f"/me/devices/{phone.id}")
    assert reports(phone) == REFUSED[app_name]
    assert ana.gets("/me/devices")["items"] == []
    assert ana.presence["position"] is None


@pytest.mark.parametrize("app_name", APPS)
def test_a_new_setup_ends_the_one_before(world: World, app_name: str) -> None:
    ana = world.person("Ana")
    phone = carries(ana, app_name)
    again = type(phone)(ana, phone.id, ana.posts(f"/me/devices/{phone.id}/setup"))
    assert reports(phone) == REFUSED[app_name]
    assert reports(again) == 200


@pytest.mark.parametrize("app_name", APPS)
def test_while_it_is_paused_nothing_is_kept_and_nothing_refused(world: World, app_name: str) -> None:
    ana = world.person("Ana")
    phone = carries(ana, app_name)
    phone.changes(paused=True, history=True)
    assert reports(phone) == 200
    assert ana.presence["position"] is None
    assert (phone.device["accepted"], phone.device["dropped"]) == (0, 1)
    assert phone.device["last_dropped"] == "paused"
    phone.changes(paused=False)
    assert reports(phone, -1) == 200
    assert ana.presence["position"] is not None


def test_no_secret_is_in_any_table(world: World, app: Flask) -> None:
    ana = world.person("Ana")
    phones = [owntracks(ana, encrypted=True), traccar(ana), overland(ana)]
    secrets = [each.setup[name] for each in phones for name in ("password", "token", "encryption_key")]
    found = [each for each in secrets if each]
    assert len(found) == 4
    with app.extensions["hereabouts"].database.engine.connect() as connection:
        held = "\n".join(connection.scalars(text("SELECT d::text FROM devices d")))
    tails = [each.removeprefix("hbd1_")[-32:] for each in found]
    as_hex = [base64.urlsafe_b64decode(each).hex() for each in tails]
    assert [each for each in (*found, *tails, *as_hex) if each in held] == []


def test_a_secret_is_shown_once_save_in_the_session_that_asked_for_it(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana, encrypted=True)
    answer = ana.asks("GET", f"/me/devices/{phone.id}/setup")
    assert answer.get_json() == phone.setup
    assert answer.headers["Cache-Control"] == "no-store"
    body = {"handle": ana.handle, "password": "correct horse"}
    elsewhere = Someone(ana.client, ana.handle, ana.id, ana.posts("/sessions", body)["token"])
    assert elsewhere.is_refused("GET", f"/me/devices/{phone.id}/setup")["status"] == 404
    with clock.travelling(timedelta(minutes=61)):
        assert ana.is_refused("GET", f"/me/devices/{phone.id}/setup")["status"] == 404
    assert reports(phone) == 200
    assert ana.is_refused("GET", f"/me/devices/{phone.id}/setup")["status"] == 404
    listed = msgspec.json.encode(ana.gets("/me/devices")).decode()
    assert phone.setup["password"] not in listed


def test_another_persons_device_is_not_there(world: World) -> None:
    ana, eve = world.person("Ana"), world.person("Eve")
    phone = owntracks(ana)
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/setup"), ("GET", "/setup")):
        body = None if method == "GET" else {}
        assert eve.is_refused(method, f"/me/devices/{phone.id}{path}", body)["status"] == 404, (method, path)
    assert reports(phone) == 200


def test_there_are_at_most_twenty(world: World) -> None:
    ana = world.person("Ana")
    for _ in range(20):
        traccar(ana)
    refused = ana.is_refused("POST", "/me/devices", {"name": "one more", "app": "traccar"})
    assert refused["status"] == 409


def settings_in(link: str) -> Json:
    """What OwnTracks would read of its link."""
    inline = parse_qs(urlsplit(link).query)["inline"][0]
    read: Json = msgspec.json.decode(base64.b64decode(inline))
    return read


def test_the_link_sets_owntracks_up(world: World) -> None:
    phone = owntracks(world.person("Ana"), tid="AB", encrypted=True)
    assert phone.setup["link"].startswith("owntracks:///config?inline=")
    assert settings_in(phone.setup["link"]) == {
        "_type": "configuration",
        "mode": 3,
        "monitoring": 1,
        "url": "http://localhost/phones/owntracks",
        "auth": True,
        "username": phone.setup["username"],
        "password": phone.setup["password"],
        "deviceId": phone.setup["username"],
        "tid": "AB",
        "cmd": True,
        "encryptionKey": phone.setup["encryption_key"],
    }
    assert len(phone.setup["encryption_key"]) == 32


def test_the_link_sets_traccar_client_up_and_opened_in_a_browser_does_no_harm(world: World) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    split = urlsplit(phone.setup["link"])
    assert f"{split.scheme}://{split.netloc}{split.path}" == "http://localhost/phones/traccar"
    assert parse_qs(split.query)["id"] == [phone.setup["token"]]
    assert ana.client.get(f"{split.path}?{split.query}").status_code == 200
    assert ana.presence["position"] is None


def test_the_link_sets_overland_up(world: World) -> None:
    phone = overland(world.person("Ana"))
    assert phone.setup["link"].startswith("overland://setup?")
    said = parse_qs(urlsplit(phone.setup["link"]).query)
    assert said["url"] == ["http://localhost/phones/overland"]
    assert said["token"] == [phone.setup["token"]]


def test_the_codes_are_images(world: World) -> None:
    setup = owntracks(world.person("Ana"), encrypted=True).setup
    assert re.match(r"<svg .*</svg>$", setup["qr_svg"].strip(), re.DOTALL)
    kind, _, data = setup["qr_png"].partition(",")
    assert kind == "data:image/png;base64"
    assert io.BytesIO(base64.b64decode(data)).read(8) == b"\x89PNG\r\n\x1a\n"


def test_links_name_the_installation_as_its_operator_does(database_url: str) -> None:
    settings = Settings(database_url=database_url, limits=False, origin="https://town.example")
    app = create_app(settings)
    phone = overland(World(app.test_client(use_cookies=False)).person("Ana"))
    assert phone.setup["url"] == "https://town.example/phones/overland"
    app.extensions["hereabouts"].database.dispose()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"app": "gpslogger"}, "/app"),
        ({"name": ""}, "/name"),
        ({"tid": "a"}, "/tid"),
        ({"tid": "é!"}, "/tid"),
        ({"app": "traccar", "encrypted": True}, ""),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_a_device_that_cannot_be_says_why(world: World, wrong: Json, where: str) -> None:
    problem = world.person("Ana").is_refused(
        "POST", "/me/devices", {"name": "pocket", "app": "owntracks", **wrong}
    )
    assert (problem["status"], problem["errors"][0]["at"]) == (422, where)


def test_what_is_left_out_of_a_change_stays(world: World) -> None:
    phone = owntracks(world.person("Ana"), tid="AB")
    before = phone.device
    assert phone.changes() == before
    assert phone.changes(name="old phone") == {**before, "name": "old phone"}
    assert phone.changes(tid="ZZ")["tid"] == "ZZ"


def test_history_is_thirty_days_unless_said_otherwise(world: World) -> None:
    phone = owntracks(world.person("Ana"))
    assert phone.device["history_days"] is None
    assert phone.changes(history=True)["history_days"] == 30
    assert phone.changes(history_days=7)["history_days"] == 7
    assert phone.changes(history=True)["history_days"] == 7
    assert phone.changes(history=False)["history_days"] is None
    assert phone.changes(history_days=7)["history"] is False


def test_two_phones_far_apart_at_one_time_are_not_both_believed(world: World) -> None:
    ana = world.person("Ana")
    one, two = owntracks(ana), traccar(ana)
    one.is_at(CAFE)
    two.reports(lat=CAFE.lat + 1, lon=CAFE.lon, accuracy=5)
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    assert two.device["last_dropped"] == "two-places"
    two.reports(lat=NEAR_CAFE.lat, lon=NEAR_CAFE.lon, accuracy=5)
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]


def test_whoever_checked_out_may_be_anywhere_next(world: World) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.is_at(CAFE)
    ana.checks_out()
    phone.is_at(FAR_AWAY, -1)
    assert ana.presence["position"]["coordinates"] == [FAR_AWAY.lon, FAR_AWAY.lat]


@given(st.uuids(), st.binary(min_size=24, max_size=24))
def test_a_credential_is_read_as_it_was_written(device_id: Any, secret: bytes) -> None:
    made = Credential(device_id, secret)
    assert Credential.read(str(made)) == made
    pair = f"{made.user}:{made.password}"
    assert Credential.read_basic(base64.b64encode(pair.encode()).decode()) == made
    assert Credential.read_basic(pair) == made
    assert Credential.read_basic(f"{made}:") == made
    assert made.password not in repr(made)
    assert str(made) not in repr(made)


@given(st.text() | st.text("hbd1_ABCabc019-_=+/:", max_size=80))
def test_whatever_else_is_said_is_no_credential(said: str) -> None:
    for read in (Credential.read(said), Credential.read_basic(said)):
        assert read is None or read.token in {said, said.rstrip(":")} or read.password in said
