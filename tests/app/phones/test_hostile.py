"""Whatever comes to a phone's door: no fault of ours, and no refusal for which the app would delete or block."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from nacl.secret import SecretBox

from app import clock
from app.phones import overland as overland_dialect
from app.phones import owntracks as owntracks_dialect
from app.phones import traccar as traccar_dialect
from app.phones.rules import Credential, Heard, believed
from app.phones.values import moment, number, position_of, slug_of, words_of
from tests.app.phones.pocket import iso, overland, owntracks, seconds, traccar
from tests.world import World

NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**63), 2**64 - 1)
    | st.sampled_from([0, -1, 90, 180, 1e308, 2**31, 1.8e12])
    | st.integers(-60, 60).map(seconds)
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "\x00",
        "NaN",
        "Infinity",
        "1e999",
        "-0",
        "2026-11-22T12:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "a" * 5000,
    ]
)
PLAIN = st.none() | st.booleans() | NUMBERS | WORDS
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def shaped(names: str, **likely: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with likely members as they should be and any others; or with any, of any kind."""
    others = dict.fromkeys(names.split(), PLAIN | ANYTHING)
    return st.fixed_dictionaries(likely, optional=others) | st.fixed_dictionaries(
        {}, optional=others | dict.fromkeys(likely, ANYTHING)
    )


# Often near one another, so that they can be true.
LAT = st.floats(41.4, 41.401) | st.floats(-90, 90)
LON = st.floats(2.1, 2.101) | st.floats(-180, 180)
KINDS = (
    *(
        "transition",
        "waypoint",
        "waypoints",
        "card",
        "status",
        "steps",
        "request",
        "lwt",
        "dump",
        "beacon",
        "cmd",
    ),
    *("configuration", "encrypted", "x"),
)
MESSAGES = shaped(
    "acc alt vel cog batt tid _id created_at poi tag topic data configuration cmd event waypoints",
    _type=st.just("location") | st.sampled_from(KINDS),
    lat=LAT,
    lon=LON,
    tst=st.integers(-100, 100).map(seconds),
)
COORDS = shaped("accuracy speed heading altitude", latitude=LAT, longitude=LON)
LOCATIONS = shaped(
    "timestamp mock extras activity",
    coords=COORDS,
    battery=shaped("level is_charging"),
)
REPORTS = shaped("device_id _", location=LOCATIONS | st.lists(LOCATIONS, max_size=3))
NAMES = (
    *(
        "lat",
        "lon",
        "location",
        "timestamp",
        "speed",
        "bearing",
        "heading",
        "altitude",
        "accuracy",
        "batt",
        "valid",
    ),
    *("mock", "id", "deviceid"),
)
FIELDS = st.fixed_dictionaries({"lat": LAT.map(str), "lon": LON.map(str)}) | st.dictionaries(
    st.sampled_from(NAMES) | WORDS,
    PLAIN.map(str),
    max_size=12,
)
FEATURES = shaped(
    "type",
    geometry=shaped("type", coordinates=st.tuples(LON, LAT) | st.lists(NUMBERS, max_size=4)),
    properties=shaped(
        "horizontal_accuracy altitude speed course battery_level action type arrival_date departure_date",
        timestamp=st.integers(-60, 60).map(iso),
    ),
)
BATCHES = shaped("current trip", locations=st.lists(FEATURES, max_size=6))
BODIES = st.binary(max_size=200) | ANYTHING.map(msgspec.json.encode)

thoroughly = settings(
    max_examples=150,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_whatever_owntracks_sends_is_taken(world: World) -> None:
    phone, secret = owntracks(world.person("Ana")), owntracks(world.person("Ana"), encrypted=True)
    box = SecretBox(secret.setup["encryption_key"].encode())

    @seed(20261122)
    @thoroughly
    @given(MESSAGES.map(msgspec.json.encode) | BODIES, st.booleans())
    def sends(body: bytes, seals: bool) -> None:
        if seals:
            data = base64.b64encode(box.encrypt(body)).decode()
            answer = secret.posts({"_type": "encrypted", "data": data})
        else:
            answer = phone.posts(body)
        assert answer.status_code == 200
        told: Any = answer.get_json()
        assert told["_type"] == "encrypted" if seals else isinstance(told, list)

    sends()
    for each in (phone, secret):
        assert each.device["accepted"] > 0
        assert each.device["dropped"] > 0


def test_whatever_traccar_client_sends_is_taken(world: World) -> None:
    phone = traccar(world.person("Ana"))
    phone.changes(history=True)
    token = {"id": phone.setup["token"]}

    @seed(20261122)
    @thoroughly
    @given(
        FIELDS,
        REPORTS.map(msgspec.json.encode) | BODIES,
        st.sampled_from(["GET", "POST", "form", "json", "?"]),
    )
    def sends(fields: dict[str, str], body: bytes, way: str) -> None:
        fields = {key: said for key, said in fields.items() if key not in {"id", "deviceid"}}
        query = urlencode({**fields, **token}, errors="replace")
        match way:
            case "GET" | "POST":
                answer = phone.sends(f"/phones/traccar?{query}", method=way)
            case "form":
                kind = "application/x-www-form-urlencoded"
                answer = phone.sends("/phones/traccar", query.encode(), Content_Type=kind)
            case "json":
                answer = phone.sends(f"/phones/traccar?{query}", body, Content_Type="application/json")
            case _:
                answer = phone.sends(
                    f"/phones/traccar?{urlencode(token)}", body, Content_Type="multipart/form-data"
                )
        # A body that names another device is of a device that is not known.
        assert answer.status_code == 200 or (way in {"json", "?"} and answer.status_code in {400, 404})
        assert answer.get_data() == b""

    sends()
    assert phone.device["accepted"] > 0
    assert phone.device["dropped"] > 0


def test_whatever_overland_sends_is_taken(world: World) -> None:
    phone = overland(world.person("Ana"))
    phone.changes(history=True, history_days=365)

    @seed(20261122)
    @thoroughly
    @given(BATCHES.map(msgspec.json.encode) | BODIES)
    def sends(body: bytes) -> None:
        answer = phone.posts(body)
        assert (answer.status_code, answer.get_json()) == (200, {"result": "ok"})

    sends()
    assert phone.device["accepted"] > 0
    assert phone.device["dropped"] > 0


@pytest.mark.parametrize(
    ("path", "refused"), [("owntracks", {401}), ("traccar", {400, 404}), ("overland", {401})]
)
def test_whoever_has_no_credential_is_refused_and_nothing_else(
    world: World, rows: Callable[[], dict[str, int]], path: str, refused: set[int]
) -> None:
    before = rows()

    @seed(20261122)
    @settings(thoroughly, max_examples=100)
    @given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=100), BODIES)
    def sends(said: str, body: bytes) -> None:
        headers = {"Authorization": said}
        answer = world.client.post(f"/phones/{path}", data=body, headers=headers)
        assert answer.status_code in refused

    sends()
    assert rows() == before


@thoroughly
@given(BODIES | MESSAGES.map(msgspec.json.encode), FIELDS, st.none() | WORDS)
def test_readers_raise_nothing_and_what_they_read_is_on_the_globe(
    body: bytes, fields: dict[str, str], passphrase: str | None
) -> None:
    now = clock.now()
    heard: list[Heard] = [
        owntracks_dialect.read(body, passphrase, now),
        traccar_dialect.read(urlencode(fields, errors="replace"), body, now).heard,
        overland_dialect.read(body, now),
    ]
    for each in heard:
        for point in (*each.points, *each.currently):
            assert point.accuracy_m is None or 0 < point.accuracy_m <= 100_000
            assert point.heading is None or 0 <= point.heading <= 360
            assert point.fixed_at.tzinfo is not None
            assert "\x00" not in point.text
            assert len(point.text) <= 280
        good, doubted = believed(each.points, None, now)
        assert len(good) + doubted.total() == len(each.points)


@given(ANYTHING | st.text() | st.floats())
def test_values_are_what_they_should_be_or_nothing(said: Any) -> None:
    value, when, slug = number(said, -5, 5), moment(said), slug_of(said)
    assert value is None or -5 <= value <= 5
    assert when is None or when.tzinfo is not None
    assert slug is None or (0 < len(slug) <= 40 and slug.isascii() and slug == slug.lower().strip("-"))
    assert "--" not in (slug or "")
    assert position_of(said, said) is None or isinstance(said, int | float | str)
    kept = words_of(said, 10)
    assert len(kept) <= 10
    assert kept == kept.strip()
    assert "\x00" not in kept


@given(st.binary(max_size=200))
def test_bytes_are_no_credential(said: bytes) -> None:
    assert Credential.read(said.decode("latin-1")) is None
