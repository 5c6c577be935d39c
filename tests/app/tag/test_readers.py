"""Readers: added by staff, known to everybody for what they are for, opened, closed and ended; and their keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.ids import NOBODY
from app.tag import queries, service
from app.tag.models import Reader
from app.tag.rules import KEPT
from app.trust.terms import Identity
from tests.app.leaving.test_erasing import everything
from tests.app.plans import plans_of, read_whole
from tests.app.tag.tags import a_till, code_of, codes_of, lets_know
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, point, square

TILL = {"name": "Till 1", "kind": "handheld", "purpose": "stamps for coffee"}
POST = {"name": "Door", "kind": "post", "purpose": "who came", "position": point(CAFE)}
AREA = {"name": "Terrace", "kind": "area", "purpose": "who sits there", "area": square(CAFE)}


@pytest.mark.parametrize("body", [TILL, POST, AREA], ids=lambda body: body["kind"])
def test_anyone_may_read_what_a_reader_is_for(world: World, body: Json) -> None:
    business = world.business()
    made = world.founder.posts(f"/businesses/{business['id']}/readers", body)
    shown = world.client.get(f"/v1/readers/{made['id']}").get_json()
    assert {name: shown[name] for name in ("name", "kind", "purpose")} == {
        name: body[name] for name in ("name", "kind", "purpose")
    }
    assert shown["business"] == {"id": business["id"], "name": "Bike Bar"}
    assert (shown["open"], shown["asks"], shown["single_use"]) == (True, "person", False)
    assert (shown["position"] is None) == (body["kind"] != "post")
    assert (shown["area"] is None) == (body["kind"] != "area")
    assert (shown["keys"], "key" in shown) == (None, False)
    assert world.founder.gets(f"/businesses/{business['id']}/readers")["items"] == [
        {**shown, "last_read_at": None}
    ]


def test_the_staff_see_when_each_read_a_tag_last(world: World, app: Flask, session: Session) -> None:
    till, ana = a_till(world), world.person("Ana")
    other = a_till(world, till.business, name="Till 2")
    lets_know(app, ana, Identity.PSEUDONYM)

    def last() -> dict[str, str | None]:
        listed = world.founder.gets(f"/businesses/{till.business['id']}/readers")["items"]
        return {each["id"]: each["last_read_at"] for each in listed}

    codes = codes_of(ana)
    for code in codes[:2]:
        assert till.outcome(code) == "ok"
    assert last() == {till.id: till.learnt[0]["read_at"], other.id: None}
    assert "last_read_at" not in world.client.get(f"/v1/readers/{till.id}").get_json()
    with clock.travelling(KEPT + timedelta(minutes=1)):
        assert last()[till.id] is None
    readers = [session.get_one(Reader, UUID(each.id)) for each in (till, other)]
    assert read_whole(plans_of(session, lambda: queries.last_read(session, readers, clock.now()))) == set()


def test_its_key_is_shown_once_and_kept_as_a_hash(world: World, session: Session) -> None:
    till = a_till(world)
    assert till.key.startswith("hbr_")
    assert till.key not in str(world.founder.gets(f"/readers/{till.id}"))
    kept = everything(session)
    assert till.id in kept
    assert till.key[-30:] not in kept


def test_a_post_at_a_place_stands_where_the_place_is(world: World) -> None:
    place = world.place(CAFE)
    till = a_till(world, kind="post", place_id=place["id"])
    shown = world.client.get(f"/v1/readers/{till.id}").get_json()
    assert (shown["place_id"], shown["position"]) == (place["id"], point(CAFE))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "spy"},
        {"purpose": ""},
        {"purpose": None},
        {"asks": "nobody"},
        {"asks": "everything"},
        {"kind": "post"},
        {"kind": "area"},
        {"area": square(CAFE)},
        {
            "kind": "area",
            "area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        },
        {"position": {"type": "Point", "coordinates": [0, 91]}},
        {"place_id": "0190a3c4-5e6f-7a8b-9c0d-1e2f3a4b5c6d"},
        {"name": "x" * 81},
        {"single_use": "yes"},
    ],
)
def test_a_reader_that_cannot_be_says_why(world: World, wrong: Json) -> None:
    path = f"/businesses/{world.business()['id']}/readers"
    assert world.founder.is_refused("POST", path, {**TILL, **wrong})["status"] == 422


WAYS: list[tuple[str, str, Any]] = [
    ("POST", "/businesses/{business}/readers", TILL),
    ("GET", "/businesses/{business}/readers", None),
    ("PATCH", "/readers/{reader}", {"name": "Mine"}),
    ("DELETE", "/readers/{reader}", None),
    ("POST", "/readers/{reader}/keys", None),
    ("DELETE", f"/readers/{{reader}}/keys/{NOBODY}", None),
    ("GET", "/readers/{reader}/readings", None),
    ("GET", "/readers/{reader}/post.svg", None),
    ("GET", "/readers/{reader}/post.ndef", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WAYS)
def test_only_staff_act_for_a_business(world: World, method: str, path: str, body: Any) -> None:
    till, eve = a_till(world, kind="post", position=point(CAFE)), world.person("Eve")
    asked = path.format(business=till.business["id"], reader=till.id)
    assert eve.is_refused(method, asked, body)["type"] == "/v1/problems/not-allowed"
    nowhere = path.format(business=uuid4(), reader=uuid4())
    assert eve.is_refused(method, nowhere, body)["status"] == 404
    answer = world.client.open("/v1" + asked, method=method, json=body)
    assert answer.status_code == 401


def test_it_is_called_otherwise_and_what_it_is_for_stays(world: World) -> None:
    till = a_till(world)
    path = f"/readers/{till.id}"
    changed = world.founder.asks(
        "PATCH", path, {"name": "Till 2", "asks": "person", "single_use": True}
    ).get_json()
    assert (changed["name"], changed["asks"], changed["single_use"]) == ("Till 2", "person", True)
    assert world.founder.asks("PATCH", path, {}).get_json() == changed
    for fixed in ("purpose", "kind", "position"):
        assert world.founder.is_refused("PATCH", path, {fixed: "another"})["status"] == 422


def test_what_it_asks_for_is_the_most_it_learns(world: World, ana: Someone) -> None:
    till = a_till(world)
    first, second, third, _ = codes_of(ana)
    assert till.reads(first)["reading"]["handle"] == ana.handle
    world.founder.asks("PATCH", f"/readers/{till.id}", {"asks": "pseudonym"})
    learnt = till.reads(second)["reading"]
    assert (learnt["handle"], len(learnt["pseudonym"])) == (None, 24)
    world.founder.asks("PATCH", f"/readers/{till.id}", {"asks": "person"})
    learnt = till.reads(third)["reading"]
    assert (learnt["disclosed"], learnt["handle"], learnt["pseudonym"]) == ("person", None, None)


def test_a_closed_reader_reads_nothing_until_it_is_opened(world: World, ana: Someone) -> None:
    till, code = a_till(world), code_of(ana)
    world.founder.asks("PATCH", f"/readers/{till.id}", {"open": False})
    assert [till.outcome(each) for each in (code, "no code")] == ["reader-closed"] * 2
    world.founder.asks("PATCH", f"/readers/{till.id}", {"open": True})
    assert till.outcome(code) == "ok"


def test_an_ended_reader_is_gone_but_those_it_read_still_see_what_it_was(world: World, ana: Someone) -> None:
    till = a_till(world)
    till.reads(code_of(ana))
    world.founder.deletes(f"/readers/{till.id}")
    assert till.asks({"readings": [{"code": "x", "nonce": "12345678"}]}).status_code == 401
    assert world.founder.gets(f"/businesses/{till.business['id']}/readers")["items"] == []
    assert world.client.get(f"/v1/readers/{till.id}").get_json()["open"] is False
    assert ana.gets("/me/readings")["items"][0]["purpose"] == "stamps for coffee"
    for method, path, body in (("PATCH", "", {"open": True}), ("POST", "/keys", None)):
        assert world.founder.is_refused(method, f"/readers/{till.id}{path}", body)["status"] == 404


def test_a_new_key_and_the_old_one_overlap_until_it_is_taken_back(world: World, ana: Someone) -> None:
    till, path = a_till(world), ""
    path = f"/readers/{till.id}"
    (old,) = world.founder.gets(path)["keys"]
    new = world.founder.posts(f"{path}/keys")
    assert [each["id"] for each in world.founder.gets(path)["keys"]] == [old["id"], new["id"]]
    body = {"readings": [{"code": "x", "nonce": "12345678"}]}
    assert [till.asks(body, key=key).status_code for key in (till.key, new["key"])] == [200, 200]
    world.founder.deletes(f"{path}/keys/{old['id']}")
    assert [till.asks(body, key=key).status_code for key in (till.key, new["key"])] == [401, 200]
    assert world.founder.is_refused("DELETE", f"{path}/keys/{old['id']}")["status"] == 404


def test_there_is_a_most_of_keys_and_of_readers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_KEYS", 2)
    monkeypatch.setattr(service, "MOST_READERS", 2)
    till = a_till(world)
    world.founder.posts(f"/readers/{till.id}/keys")
    assert world.founder.is_refused("POST", f"/readers/{till.id}/keys")["status"] == 409
    other = a_till(world, till.business)
    path = f"/businesses/{till.business['id']}/readers"
    assert world.founder.is_refused("POST", path, TILL)["status"] == 409
    world.founder.deletes(f"/readers/{other.id}")
    world.founder.posts(path, TILL)


def test_readers_are_listed_page_by_page(world: World) -> None:
    business = world.business()
    made = [a_till(world, business).id for _ in range(3)]
    first = world.founder.asks("GET", f"/businesses/{business['id']}/readers?limit=2")
    following = first.headers["Link"].split(">")[0].removeprefix("</v1")
    listed = first.get_json()["items"] + world.founder.gets(following)["items"]
    assert [each["id"] for each in listed] == made


def test_a_post_is_printed_scanned_where_it_stands_and_nowhere_else(
    world: World, ana: Someone, session: Session
) -> None:
    till = a_till(world, kind="post", position=point(CAFE), asks="pseudonym")
    drawn = world.founder.asks("GET", f"/readers/{till.id}/post.svg")
    assert (drawn.mimetype, drawn.get_data()[:4]) == ("image/svg+xml", b"<svg")
    code = service.queries.reader(session, UUID(till.id)).post_code  # type: ignore[union-attr]
    scanned = {"post": f"http://localhost/p/{code}", "position": point(CAFE)}
    reading = ana.posts("/me/tag/readings", scanned)
    assert (reading["disclosed"], reading["reader"], reading["business"]["id"]) == (
        "pseudonym",
        "Till 1",
        till.business["id"],
    )
    assert [each["id"] for each in till.learnt] == [reading["id"]]
    assert till.learnt[0]["pseudonym"] == reading["pseudonym"]
    far = {**scanned, "position": point(FAR_AWAY)}
    assert ana.is_refused("POST", "/me/tag/readings", far)["type"] == "/v1/problems/too-far"
    # However unsure a phone says it is.
    assert ana.is_refused("POST", "/me/tag/readings", {**far, "accuracy_m": 100_000.0})["status"] == 422
    assert ana.is_refused("POST", "/me/tag/readings", {**scanned, "post": "A" * 26})["status"] == 404
    assert ana.is_refused("POST", "/me/tag/readings", {"post": code})["status"] == 422
    assert len(till.learnt) == 1


@pytest.mark.parametrize("why", ["silent", "contract", "closed"])
def test_a_post_is_told_nothing_by_who_does_not_answer(
    world: World, app: Flask, ana: Someone, session: Session, why: str
) -> None:
    till = a_till(world, kind="post", position=point(CAFE))
    code = service.queries.reader(session, UUID(till.id)).post_code  # type: ignore[union-attr]
    if why == "silent":
        ana.asks("PUT", "/me/tag", {"state": "silent"})
    elif why == "contract":
        lets_know(app, ana, Identity.NOBODY)
    else:
        world.founder.asks("PATCH", f"/readers/{till.id}", {"open": False})
    scanned = {"post": code, "position": point(CAFE)}
    assert ana.is_refused("POST", "/me/tag/readings", scanned)["type"] == "/v1/problems/not-answering"
    assert till.learnt == ana.gets("/me/readings")["items"] == []


def test_only_a_post_has_something_to_print(world: World) -> None:
    till = a_till(world)
    for form in ("svg", "ndef"):
        assert world.founder.is_refused("GET", f"/readers/{till.id}/post.{form}")["status"] == 404


def test_what_a_post_is_stands_behind_what_it_shows(world: World) -> None:
    till = a_till(world, kind="post", position=point(CAFE), asks="pseudonym")
    held = world.founder.asks("GET", f"/readers/{till.id}/post.ndef").get_data()
    assert held.startswith(b"\xd1\x01")
    code = held.decode("latin-1").partition("/p/")[2]
    found = world.client.get(f"/v1/posts/{code}").get_json()
    assert found == world.client.get(f"/v1/readers/{till.id}").get_json()
    assert found["keys"] is None
    assert world.client.get("/v1/posts/AAAA").status_code == 404
    world.founder.deletes(f"/readers/{till.id}")
    assert world.client.get(f"/v1/posts/{code}").status_code == 404
