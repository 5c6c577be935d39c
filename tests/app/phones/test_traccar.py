"""Traccar Client and OsmAnd: four ways to write one report, and one way to answer it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from app import clock
from app.phones import traccar as dialect
from tests.app.phones.pocket import Traccar, iso, seconds, traccar
from tests.world import CAFE, NEAR_CAFE, Json, World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_location(**more: Any) -> Json:
    """As version 9 of the app writes it."""
    coords = {"latitude": CAFE.lat, "longitude": CAFE.lon, "accuracy": 12.5, "speed": -1, "heading": -1}
    battery = {"level": 0.85, "is_charging": False}
    return {"timestamp": iso(), "coords": coords, "is_moving": False, "battery": battery, **more}


def ways_to_report(phone: Traccar) -> dict[str, Any]:
    fields = {"lat": CAFE.lat, "lon": CAFE.lon, "timestamp": seconds(), "accuracy": 12.5, "batt": 85}
    return {
        "OsmAnd": lambda: phone.reports("GET", **fields, hdop=1, altitude=30, speed=0),
        "up to 8": lambda: phone.reports("POST", **fields),
        "9": lambda: phone.posts_json(a_location()),
        "10": lambda: phone.posts_form(**fields),
    }


@pytest.mark.parametrize("version", ["OsmAnd", "up to 8", "9", "10"])
def test_every_version_moves_its_person(world: World, version: str) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    answer = ways_to_report(phone)[version]()
    assert (answer.status_code, answer.get_data()) == (200, b"")
    known = ana.presence
    assert (known["position"]["coordinates"], known["accuracy_m"]) == ([CAFE.lon, CAFE.lat], 12.5)
    assert (phone.device["battery"], phone.device["accepted"], phone.device["dropped"]) == (85, 1, 0)


TIMES: list[tuple[str, datetime | None]] = [
    ("1795348800", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("1795348800000", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("1795348800.5", datetime(2026, 11, 22, 12, 0, 0, 500_000, tzinfo=UTC)),
    ("2026-11-22T12:00:00Z", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("2026-11-22T12:00:00.000Z", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("2026-11-22T05:00:00-07:00", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("2026-11-22T05:00:00-0700", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("2026-11-22 12:00:00", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
    ("", NOW),
    ("soon", None),
    ("nan", None),
    ("1e300", None),
    ("0001-01-01T00:00:00+23:00", None),
    ("9" * 5000, None),
]


@pytest.mark.parametrize(("said", "meant"), TIMES)
def test_times_are_read_however_they_are_written(said: str, meant: datetime | None) -> None:
    query = urlencode({"id": "x", "lat": 1, "lon": 2, "timestamp": said})
    heard = dialect.read(query, b"", NOW).heard
    assert [each.fixed_at for each in heard.points] == ([meant] if meant else [])
    assert dict(heard.dropped) == ({} if meant else {"timeless": 1})


def test_units_are_ours() -> None:
    (form,) = dialect.read("id=x&lat=1&lon=2&speed=10&bearing=90&altitude=-3", b"", NOW).heard.points
    assert form.speed_m_s == pytest.approx(5.14444)
    assert (form.heading, form.altitude_m, form.accuracy_m) == (90, -3, None)
    body = b'{"device_id":"x","location":{"coords":{"latitude":1,"longitude":2,"speed":10,"heading":-1}}}'
    (json,) = dialect.read("", body, NOW).heard.points
    assert (json.speed_m_s, json.heading) == (10, None)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("lat=91&lon=0", "nowhere"),
        ("lat=&lon=3", "nowhere"),
        ("location=1;2&lat=x", "nowhere"),
        ("location=1,181", "nowhere"),
        ("lat=1&lon=2&valid=false", "invalid"),
        ("lat=1&lon=2&valid=0", "invalid"),
        ("lat=1&lon=2&mock=true", "mocked"),
        ("lat=1&lon=2&timestamp=2100-01-01T00:00:00Z", "future"),
    ],
)
def test_a_point_that_can_never_be_used_is_taken_dropped_and_told(
    world: World, said: str, reason: str
) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    answer = phone.sends(f"/phones/traccar?id={phone.setup['token']}&{said}")
    assert (answer.status_code, answer.get_data()) == (200, b"")
    assert (phone.device["accepted"], phone.device["last_dropped"]) == (0, reason)
    assert ana.presence["position"] is None


@pytest.mark.parametrize(
    "said", ["", "batt=50", "notificationToken=abc", "driverUniqueId=04A224", "alarm=sos"]
)
def test_a_sign_of_life_without_a_fix_is_heard(world: World, said: str) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    assert phone.sends(f"/phones/traccar?id={phone.setup['token']}&{said}").status_code == 200
    assert phone.device["last_heard_at"] is not None
    assert phone.device["dropped"] == 0
    assert ana.presence["position"] is None


def test_a_sign_of_life_of_version_9_is_heard(world: World) -> None:
    phone = traccar(world.person("Ana"))
    assert phone.posts_json({"timestamp": iso(), "battery": {"level": -1}}).status_code == 200
    assert (phone.device["battery"], phone.device["dropped"]) == (None, 0)


def test_the_position_may_come_as_one_word(world: World) -> None:
    ana = world.person("Ana")
    traccar(ana).reports(location=f"{NEAR_CAFE.lat},{NEAR_CAFE.lon}")
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]


def test_version_9_may_name_its_device_twice(world: World) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    body = {"location": a_location(), "_": f"&id={phone.setup['token']}&lat=0&lon=0&"}
    assert phone.sends("/phones/traccar", body, Content_Type="application/json").status_code == 200
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


def test_an_unknown_device_is_refused_as_traccar_refuses_it(world: World) -> None:
    forged = "hbd1_" + "A" * 54
    for device in ("", "123456", forged):
        assert world.client.get(f"/phones/traccar?id={device}&lat=1&lon=2").status_code == 400
        assert world.client.post(f"/phones/traccar?id={device}&lat=1&lon=2").status_code == 400
        assert (
            world.client.post("/phones/traccar", data={"id": device, "lat": 1, "lon": 2}).status_code == 400
        )
        answer = world.client.post("/phones/traccar", json={"device_id": device, "location": a_location()})
        assert answer.status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"location": 5}', b"[" * 100_000])
def test_json_that_cannot_be_read_blocks_no_queue(world: World, body: bytes) -> None:
    phone = traccar(world.person("Ana"))
    answer = phone.sends(f"/phones/traccar?id={phone.setup['token']}", body, Content_Type="application/json")
    assert answer.status_code == 200
    assert phone.device["last_dropped"] == "unreadable"


def test_the_same_report_sent_again_is_one(world: World) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    phone.changes(history=True)
    when = seconds(60)
    for _ in range(3):
        phone.reports(lat=CAFE.lat, lon=CAFE.lon, timestamp=when)
    assert (phone.device["accepted"], phone.device["dropped"]) == (1, 2)
    assert phone.device["last_dropped"] == "duplicate"


def test_a_queue_drained_oldest_first_ends_where_its_person_is(world: World) -> None:
    ana = world.person("Ana")
    phone = traccar(ana)
    for minutes in (300, 200, 60, 30, 0):
        at = NEAR_CAFE if minutes == 0 else CAFE
        when = (clock.now() - timedelta(minutes=minutes)).isoformat()
        assert phone.posts_form(lat=at.lat, lon=at.lon, timestamp=when).status_code == 200
    assert ana.presence["position"]["coordinates"] == [NEAR_CAFE.lon, NEAR_CAFE.lat]
    assert (phone.device["accepted"], phone.device["dropped"]) == (3, 2)


def test_a_slash_at_the_end_of_the_address_does_no_harm(world: World) -> None:
    phone = traccar(world.person("Ana"))
    assert phone.sends(f"/phones/traccar/?id={phone.setup['token']}&lat=1&lon=2").status_code == 200
