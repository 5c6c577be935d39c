"""Bad input: each kind gets its problem, with a message that says what to do, and changes nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from tests.world import CAFE, PURPOSE, Json, World, point, problem_in, square

JSON = "application/json"
CHECK_IN = {"position": point(CAFE)}


@dataclass(frozen=True)
class Bad:
    """What is sent, and what is said of it."""

    named: str
    sent: Any
    status: int = 422
    type: str = "invalid"
    #: Words of the message from which one learns what to do.
    says: str = ""
    path: str = "/check-ins"
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.named


def at(*coordinates: Any) -> Json:
    return {"position": {"type": "Point", "coordinates": list(coordinates)}}


def raw(number: str) -> bytes:
    return b'{"position": {"type": "Point", "coordinates": [2.1, ' + number.encode() + b"]}}"


def founding(area: Any) -> Json:
    return {"kind": "location", "name": "An area", "purpose": PURPOSE, "area": area}


def ring(*corners: tuple[float, float]) -> Json:
    return {"type": "Polygon", "coordinates": [[list(each) for each in corners]]}


MANY = [(2 + place / 10_000, 41 + (place % 2) / 1_000) for place in range(9_999)]
CORNERS = [(2.0, 41.0), (2.1, 41.0), (2.1, 41.1), (2.0, 41.1), (2.0, 41.0)]

POSITIONS = [
    Bad("latitude 91", at(2.1, 91.0), says="not between -90 and 90"),
    Bad("longitude 181", at(181.0, 41.4), says="add or subtract 360"),
    Bad("swapped", at(41.4, 139.7), says="are they swapped?"),
    Bad("NaN", raw("NaN"), says="not a finite number"),
    Bad("infinity", raw("-Infinity"), says="not a finite number"),
    Bad("1e400", raw("1e400"), says="not a finite number"),
    Bad("a number of 400 digits", raw("1" * 400), says="position"),
    Bad("one coordinate", at(2.1), says="/position/coordinates"),
    Bad("no coordinates", at(), says="/position/coordinates"),
    Bad("four coordinates", at(2.1, 41.4, 0.0, 0.0), says="/position/coordinates"),
    Bad("text", at("2.1", "41.4"), says="must be a number"),
    Bad("true", at(True, 41.4), says="must be a number"),
    Bad("null", at(None, 41.4), says="must be a number"),
    Bad("nothing", {"text": "no position"}, says="/position: is missing"),
    Bad("a line", {"position": {"type": "LineString", "coordinates": [[2, 41], [3, 42]]}}, says="'Point'"),
    Bad("latitude and longitude", {"lat": 41.4, "lon": 2.1}, says="/position: is missing"),
    Bad("accuracy below nought", {**CHECK_IN, "accuracy_m": -1.0}, says="/accuracy_m"),
    Bad("accuracy of a continent", {**CHECK_IN, "accuracy_m": 1e6}, says="/accuracy_m"),
    Bad("accuracy 1e308", {**CHECK_IN, "accuracy_m": 1e308}, says="/accuracy_m"),
    Bad("a position at the office", at(2.1, 91.0), path="/me/positions", says="not between -90 and 90"),
    Bad(
        "a place off the globe", {"name": "x", **at(2.1, 91.0)}, path="/places", says="not between -90 and 90"
    ),
]

WORDS = [
    Bad("281 characters", {**CHECK_IN, "text": "x" * 281}, says="at most 280 characters"),
    Bad("281 bicycles", {**CHECK_IN, "text": "🚲" * 281}, says="at most 280 characters"),
    Bad("NUL", {**CHECK_IN, "text": "a\0b"}, says="/text: must not hold control characters"),
    Bad("a bell", {**CHECK_IN, "text": "\a"}, says="/text"),
    Bad("a number for words", {**CHECK_IN, "text": 7}, says="must be text"),
    Bad(
        "an unknown topic",
        {**CHECK_IN, "topics": ["interest:nobody-added"]},
        type="unknown-topic",
        says="POST /v1/topics",
    ),
    Bad("a topic without a kind", {**CHECK_IN, "topics": ["cycling"]}, says="/topics/0"),
    Bad("eleven topics", {**CHECK_IN, "topics": ["interest:x"] * 11}, says="at most 10 items"),
    Bad("an activity with spaces", {**CHECK_IN, "activity": "riding a bike"}, says="/activity"),
    Bad(
        "a visibility there is not",
        {**CHECK_IN, "visibility": "friends"},
        says="'public', 'communities', 'followers' or 'me'",
    ),
    Bad("a place that is not one", {**CHECK_IN, "place_id": "café"}, says="/place_id"),
    Bad(
        "a place that is not there",
        {**CHECK_IN, "place_id": "00000000-0000-7000-8000-000000000000"},
        type="unknown-place",
        says="add the place first",
    ),
    Bad("a word too much", {**CHECK_IN, "colour": "red"}, says="/colour"),
]

TIMES = [
    Bad(
        "tomorrow",
        {**CHECK_IN, "fixed_at": "TOMORROW"},
        type="fixed-in-the-future",
        says="Set the phone's clock",
    ),
    Bad(
        "three minutes ahead",
        {**CHECK_IN, "fixed_at": "SOON"},
        type="fixed-in-the-future",
        says="ahead of our clock",
    ),
    Bad(
        "a position tomorrow",
        {**CHECK_IN, "fixed_at": "TOMORROW"},
        type="fixed-in-the-future",
        path="/me/positions",
    ),
    Bad("no zone", {**CHECK_IN, "fixed_at": "2026-11-22T10:00:00"}, says="no time zone"),
    Bad("seconds since 1970", {**CHECK_IN, "fixed_at": 1_700_000_000}, says="/fixed_at"),
    Bad("no time", {**CHECK_IN, "fixed_at": "noon"}, says="/fixed_at"),
    Bad("the 30th of February", {**CHECK_IN, "sent_at": "2026-02-30T10:00:00Z"}, says="/sent_at"),
    Bad("before the first day", {**CHECK_IN, "fixed_at": "0001-01-01T00:00:00+14:00"}, says="/fixed_at"),
    Bad("after the last day", {**CHECK_IN, "sent_at": "9999-12-31T23:59:59-12:00"}, says="/sent_at"),
]

AREAS = [
    Bad(
        "self-crossing",
        founding(ring((0, 0), (1, 1), (1, 0), (0, 1), (0, 0))),
        says="may not cross themselves",
    ),
    Bad("not closed", founding(ring(*CORNERS[:-1])), says="repeat its first position"),
    Bad("larger than a country", founding(square(CAFE, 20)), says="draw it smaller"),
    Bad("larger than a city", founding(square(CAFE, 1)), says="Draw the part where people meet"),
    Bad("10,000 vertices", founding(ring(*MANY, MANY[0])), says="draw it coarser"),
    Bad("two corners", founding(ring((0, 0), (1, 1), (0, 0))), says="4 positions or more"),
    Bad("no size", founding(ring((0, 0), (1, 1), (2, 2), (0, 0))), says="border is at fault"),
    Bad("off the globe", founding(ring((0, 0), (0, 95), (1, 95), (0, 0))), says="not on the globe"),
    Bad("no rings", founding({"type": "Polygon", "coordinates": []}), says="RFC 7946"),
    Bad("empty rings", founding({"type": "Polygon", "coordinates": [[]]}), says="RFC 7946"),
    Bad("no polygons", founding({"type": "MultiPolygon", "coordinates": []}), says="Polygon or MultiPolygon"),
    Bad(
        "words for corners",
        founding({"type": "Polygon", "coordinates": [["a", "b", "c", "a"]]}),
        says="globe",
    ),
    Bad(
        "none at all",
        {"kind": "location", "name": "An area", "purpose": PURPOSE},
        says="needs an area",
    ),
]

BODIES = [
    Bad("2 MB", b" " * 2_000_000, 413, "too-large", "Send less at once"),
    Bad("no JSON", b"{", 400, "malformed", "not JSON"),
    Bad("nothing", b"", 400, "malformed", "not JSON"),
    Bad("invalid UTF-8", b'{"text": "\xff\xfe"}', 400, "malformed", "UTF-8"),
    Bad("UTF-16", json.dumps(CHECK_IN).encode("utf-16"), 400, "malformed", "UTF-8"),
    Bad("half a surrogate pair", b'{"text": "\\ud83d"}', 400, "malformed", "JSON"),
    Bad("nested very deeply", b"[" * 100_000, 400, "malformed", "recursion"),
    Bad("objects nested very deeply", b'{"a":' * 50_000, 400, "malformed", "recursion"),
    Bad("a list", [], says="object"),
    Bad("a word", "hello", says="object"),
    Bad("null", None, says="object"),
    Bad(
        "a form",
        "lat=41",
        415,
        "wrong-media-type",
        "application/json",
        media_type="application/x-www-form-urlencoded",
    ),
    Bad("text", CHECK_IN, 415, "wrong-media-type", "application/json", media_type="text/plain"),
    Bad("no media type", CHECK_IN, 415, "wrong-media-type", "application/json", media_type=""),
]

HEADERS = [
    Bad("no token", CHECK_IN, 401, "not-signed-in", "POST /v1/sessions", headers={"Authorization": ""}),
    Bad(
        "a forged token",
        CHECK_IN,
        401,
        "not-signed-in",
        "POST /v1/sessions",
        headers={"Authorization": "Bearer no"},
    ),
    Bad("an endless key", CHECK_IN, says="1 to 255", headers={"Idempotency-Key": "k" * 256}),
    Bad("a key beyond ASCII", CHECK_IN, says="printable ASCII", headers={"Idempotency-Key": "é"}),
]

NAMES = [
    Bad(
        "no name",
        {"kind": "interest", "name": "", "purpose": PURPOSE},
        path="/communities",
        says="/name",
    ),
    Bad(
        "a name of spaces",
        {"kind": "interest", "name": "     ", "purpose": PURPOSE},
        path="/communities",
        says="/name",
    ),
    Bad("a kind there is not", {"kind": "club", "name": "Club"}, path="/communities", says="'interest'"),
    Bad(
        "no topic",
        {"kind": "interest", "name": "Riders", "purpose": PURPOSE},
        path="/communities",
        says="shares at least one interest",
    ),
    Bad("a topic in capitals", {"key": "interest:Cycling"}, path="/topics", says="/key"),
    Bad("a topic of no kind", {"key": "hobby:cycling"}, path="/topics", says="/key"),
    Bad("a topic of 61 letters", {"key": "interest:" + "x" * 60}, path="/topics", says="at most 60"),
    Bad("a business without a name", {"name": "x"}, path="/businesses", says="at least 2"),
]


def bad_area(each: Bad) -> Bad:
    return Bad(f"an area: {each.named}", each.sent, 422, "bad-area", each.says, "/communities")


ALL = [*POSITIONS, *WORDS, *TIMES, *map(bad_area, AREAS), *BODIES, *HEADERS, *NAMES]


@pytest.mark.parametrize("bad", ALL, ids=str)
def test_it_is_refused_with_what_to_do_and_nothing_changes(
    world: World, rows: Callable[[], dict[str, int]], bad: Bad
) -> None:
    ana = world.founder
    before = rows()
    headers = {**ana.headers, "Content-Type": bad.media_type, **bad.headers}
    headers = {name: said for name, said in headers.items() if said}
    answer = world.client.post("/v1" + bad.path, data=encoded(bad.sent), headers=headers)
    problem = problem_in(answer)
    assert (answer.status_code, problem["type"]) == (bad.status, f"/v1/problems/{bad.type}"), problem
    assert bad.says in problem["detail"]
    assert rows() == before


def encoded(sent: Any) -> bytes:
    """As the client sends it; the words for times stand for those times."""
    if isinstance(sent, bytes):
        return sent
    soon, tomorrow = (clock.now() + timedelta(minutes=each) for each in (3, 24 * 60))
    return (
        json.dumps(sent).replace("SOON", soon.isoformat()).replace("TOMORROW", tomorrow.isoformat()).encode()
    )


def test_a_clock_a_little_ahead_is_forgiven(world: World) -> None:
    ahead = (clock.now() + timedelta(seconds=90)).isoformat()
    assert world.person("Ana").checks_in(CAFE, fixed_at=ahead)["id"]


@pytest.mark.parametrize("bad", [*POSITIONS, *WORDS], ids=str)
def test_a_message_names_no_machinery(world: World, bad: Bad) -> None:
    """Nor quotes a regular expression as advice: people do not read those."""
    headers = {**world.founder.headers, "Content-Type": JSON}
    answer = world.client.post("/v1" + bad.path, data=encoded(bad.sent), headers=headers)
    said = problem_in(answer)["detail"].lower()
    for machinery in ("psycopg", "sqlalchemy", "pydantic", "traceback", "\\x00"):
        assert machinery not in said
