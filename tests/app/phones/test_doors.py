"""The door of OwnTracks: who may come in, and how the others are kept out without losing what they bring."""

import gevent
import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from app.allowance import Rate
from app.http import limits
from app.phones import doors
from tests.app.phones.pocket import a_location, basic, overland, owntracks, seconds, traccar
from tests.world import CAFE, World


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + "A" * 5000},
        {"Authorization": "Digest x"},
        {"Authorization": "Bearer hbd1_" + "A" * 54},
        basic("user", "device"),
        basic("0" * 32, "A" * 32),
        basic("é", "\x00"),
    ],
)
def test_without_its_credential_it_is_refused(world: World, said: dict[str, str]) -> None:
    answer = world.client.post("/phones/owntracks", json=a_location(), headers=said)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_credential_is_for_one_device(world: World) -> None:
    ana = world.person("Ana")
    one, two = owntracks(ana), owntracks(ana)
    mixed = basic(one.setup["username"], two.setup["password"])
    assert one.posts(a_location(), **mixed).status_code == 401


def test_overland_speaking_as_owntracks_is_forgiven_its_two_defects(world: World) -> None:
    """Seconds from 2001, and a token that is not encoded (its issue 196)."""
    ana = world.person("Ana")
    made = ana.posts("/me/devices", {"name": "pocket", "app": "overland"})
    message = {
        "_type": "location",
        "lat": CAFE.lat,
        "lon": CAFE.lon,
        "tst": seconds() - 978_307_200,
        "acc": 5,
        "batt": 80,
        "topic": "owntracks/x",
    }
    raw = {"Authorization": f"Basic {made['setup']['token']}:"}
    assert ana.client.post("/phones/owntracks", json=message, headers=raw).status_code == 200
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


def test_the_user_and_device_it_names_besides_are_no_credential_and_no_obstacle(world: World) -> None:
    phone = owntracks(world.person("Ana"))
    answer = phone.posts(a_location(), X_Limit_U="user", X_Limit_D="device")
    assert answer.status_code == 200
    assert world.client.post("/phones/owntracks?u=user&d=device", json=a_location()).status_code == 401


def test_too_much_at_once_is_put_off_and_never_refused(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = owntracks(world.person("Ana"))
    monkeypatch.setattr(app.extensions["hereabouts"].limits, "_on", True)
    monkeypatch.setattr(limits, "PERSON", Rate(3, 0.1))
    answers = [phone.posts({"_type": "lwt"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 503, 503]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_database_that_is_away_is_said_to_be_so(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = owntracks(world.person("Ana"))
    database = app.extensions["hereabouts"].database
    nowhere = type(database)("postgresql+psycopg2://somebody@127.0.0.1:9/nowhere", database.signals)
    with monkeypatch.context() as away:
        away.setattr(database, "_reading", nowhere._reading)
        assert phone.posts(a_location()).status_code == 503
    assert phone.posts(a_location()).status_code == 200


def test_a_picture_too_large_is_dropped_and_told(world: World) -> None:
    phone = owntracks(world.person("Ana"))
    assert phone.posts(a_location(image="A" * 2_000_000)).status_code == 200
    assert (phone.device["accepted"], phone.device["dropped"]) == (1, 0)
    assert phone.posts(a_location(image="A" * 8_000_000)).status_code == 200
    assert phone.device["last_dropped"] == "too-large"


def test_a_report_too_large_is_counted_once(world: World) -> None:
    tracks, noticing = traccar(world.person("Ana")), overland(world.person("Bob"))
    for phone, size in ((tracks, 2_000_000), (tracks, 9_000_000)):
        path = f"/phones/traccar?id={phone.setup['token']}&lat=1&lon=2"
        assert phone.sends(path, b"x" * size).status_code == 200
    assert noticing.posts(b" " * 9_000_000).get_json() == {"result": "ok"}
    assert (tracks.device["dropped"], tracks.device["last_dropped"]) == (2, "too-large")
    assert (noticing.device["dropped"], noticing.device["last_dropped"]) == (1, "too-large")


def test_what_nets_are_near_is_kept_nowhere(world: World, app: Flask) -> None:
    phone = owntracks(world.person("Ana"))
    phone.changes(history=True)
    nets = {"SSID": "AndroidWifi", "BSSID": "00:13:10:85:fe:01"}
    phone.is_at(CAFE, poi="hello", **nets)
    with app.extensions["hereabouts"].database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        held = [
            str(row) for name in tables for row in connection.execute(text(f'SELECT t::text FROM "{name}" t'))
        ]
    assert not [row for row in held if "AndroidWifi" in row or "00:13:10" in row]


def test_what_is_on_its_way_while_somebody_leaves_is_erased_or_refused(
    world: World, session: Session
) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.changes(history=True)
    statuses: list[int] = []

    def keep_reporting() -> None:
        while not statuses or statuses[-1] == 200:
            statuses.append(phone.posts(a_location(CAFE, 1000 - len(statuses), poi="still here")).status_code)

    reporting = gevent.spawn(keep_reporting)
    gevent.sleep(0.05)
    assert ana.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    gevent.joinall([reporting], raise_error=True)
    assert statuses[-1] == 401
    assert 200 in statuses
    for table in ("devices", "positions", "presences", "check_ins"):
        asked = text(f"SELECT count(*) FROM {table} WHERE person_id = :id")
        assert session.scalar(asked, {"id": ana.id}) == 0, table


def test_a_device_revoked_between_its_proof_and_its_word_moves_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    read = doors._body

    def revoked_and_read(most: int) -> bytes | None:
        body = read(most)
        monkeypatch.setattr(doors, "_body", read)
        world.client.delete(f"/v1/me/devices/{phone.id}", headers=ana.headers)
        return body

    monkeypatch.setattr(doors, "_body", revoked_and_read)
    assert phone.posts(a_location(poi="hello")).status_code == 401
    assert ana.presence["position"] is None
    assert ana.hears(f"person={ana.handle}") == []


def test_what_is_on_its_way_while_a_device_is_revoked_leaves_no_history(
    world: World, session: Session
) -> None:
    ana = world.person("Ana")
    phone = owntracks(ana)
    phone.changes(history=True)
    statuses: list[int] = []

    def keep_reporting() -> None:
        while not statuses or statuses[-1] == 200:
            statuses.append(phone.posts(a_location(CAFE, 1000 - len(statuses))).status_code)

    reporting = gevent.spawn(keep_reporting)
    gevent.sleep(0.05)
    ana.deletes(f"/me/devices/{phone.id}")
    gevent.joinall([reporting], raise_error=True)
    assert (statuses[0], statuses[-1]) == (200, 401)
    asked = text("SELECT count(*) FROM positions WHERE person_id = :id")
    assert session.scalar(asked, {"id": ana.id}) == 0
