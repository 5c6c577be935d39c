"""Circles: whom one puts together, and what nobody else ever learns of it."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.db import Database
from app.ids import new_id
from app.relations import queries, rules
from app.relations.service import circles
from app.relations.signals import CircleJoined, CircleLeft
from tests.app.conftest import Telling
from tests.world import Json, Someone, World


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


def members(owner: Someone, circle: str) -> list[str]:
    return [
        each["person"]["handle"] for each in owner.gets(f"/me/circles/{circle}/members?limit=100")["items"]
    ]


def stands_in(session: Session, somebody: Someone) -> set[str]:
    session.rollback()
    return {str(each) for each in queries.circles_with(session, UUID(somebody.id))}


def test_a_circle_is_drawn_renamed_and_erased(ana: Someone) -> None:
    drawn = ana.posts("/me/circles", {"name": " Family "})
    assert drawn == {"id": drawn["id"], "name": "Family", "kind": "named", "members": 0}
    renamed = ana.asks("PUT", f"/me/circles/{drawn['id']}", {"name": "Kin"}).get_json()
    assert renamed == {**drawn, "name": "Kin"}
    assert ana.gets("/me/circles")["items"] == [renamed]
    ana.deletes(f"/me/circles/{drawn['id']}")
    assert ana.gets("/me/circles")["items"] == []
    assert ana.is_refused("DELETE", f"/me/circles/{drawn['id']}")["status"] == 404


def test_people_are_put_in_and_taken_out(ana: Someone, bob: Someone, session: Session) -> None:
    circle = ana.draws("Family")
    at = f"/me/circles/{circle}/members/{bob.handle.upper()}"
    assert ana.is_refused("GET", at)["status"] == 404
    made = ana.puts(at)
    assert made["person"]["handle"] == bob.handle
    assert ana.puts(at) == ana.gets(at) == made
    assert members(ana, circle) == [bob.handle]
    assert ana.gets("/me/circles")["items"][0]["members"] == 1
    assert stands_in(session, bob) == {circle}
    ana.deletes(at)
    ana.deletes(at)
    assert members(ana, circle) == []
    assert stands_in(session, bob) == set()


def test_who_stands_in_a_circle_cannot_tell(ana: Someone, bob: Someone) -> None:
    circle = ana.draws("Boring people", bob)
    for method, path in (
        ("GET", f"/me/circles/{circle}/members"),
        ("GET", f"/me/circles/{circle}/members/{bob.handle}"),
        ("PUT", f"/me/circles/{circle}/members/{ana.handle}"),
        ("DELETE", f"/me/circles/{circle}/members/{bob.handle}"),
        ("DELETE", f"/me/circles/{circle}"),
    ):
        assert bob.is_refused(method, path)["status"] == 404, (method, path)
    assert bob.is_refused("PUT", f"/me/circles/{circle}", {"name": "Mine"})["status"] == 404
    assert bob.gets("/me/circles")["items"] == []
    assert bob.gets(f"/people/{ana.handle}").keys() == bob.gets(f"/people/{bob.handle}").keys()
    assert members(ana, circle) == [bob.handle]


def test_open_sockets_are_told_once_of_each_change(ana: Someone, bob: Someone, telling: Telling) -> None:
    told = telling(CircleJoined, CircleLeft)
    circle = ana.draws("Family", bob, bob)
    ana.deletes(f"/me/circles/{circle}/members/{bob.handle}")
    ana.deletes(f"/me/circles/{circle}/members/{bob.handle}")
    ana.puts(f"/me/circles/{circle}/members/{bob.handle}")
    ana.deletes(f"/me/circles/{circle}")
    about = (UUID(circle), UUID(ana.id), ana.handle, UUID(bob.id))
    assert told == [CircleJoined(*about), CircleLeft(*about)] * 2


@pytest.mark.parametrize("who", ["the owner", "the member"])
def test_who_is_apart_stands_in_no_circle_of_the_other(
    ana: Someone, bob: Someone, session: Session, telling: Telling, who: str
) -> None:
    others = [bob.draws("Hers", ana), bob.draws("And hers", ana)]
    circle = ana.draws("Family", bob)
    told = telling(CircleLeft)
    blocker, blocked = (ana, bob) if who == "the owner" else (bob, ana)
    blocker.blocks(blocked)
    assert stands_in(session, ana) == stands_in(session, bob) == set()
    assert len(told) == 3
    assert ana.is_refused("PUT", f"/me/circles/{circle}/members/{bob.handle}")["status"] == 404
    assert bob.is_refused("PUT", f"/me/circles/{others[0]}/members/{ana.handle}")["status"] == 404
    blocker.unblocks(blocked)
    assert stands_in(session, bob) == set(), "what a block ended does not come back"
    ana.puts(f"/me/circles/{circle}/members/{bob.handle}")


def test_a_long_list_comes_in_parts(world: World, ana: Someone) -> None:
    handles = [world.person().handle for _ in range(5)]
    circle = ana.draws("Many")
    for each in handles:
        ana.puts(f"/me/circles/{circle}/members/{each}")
    path, found = f"/v1/me/circles/{circle}/members?limit=2", list[str]()
    while path:
        answer = ana.client.get(path, headers=ana.headers)
        found += [each["person"]["handle"] for each in answer.get_json()["items"]]
        path = answer.headers["Link"].partition(">")[0][1:] if "Link" in answer.headers else ""
    assert found == handles


def test_there_is_a_most(world: World, ana: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circles, "MOST_CIRCLES", 2)
    monkeypatch.setattr(circles, "MOST_MEMBERS", 1)
    circle = ana.draws("One", bob)
    ana.puts(f"/me/circles/{circle}/members/{bob.handle}")
    full = ana.is_refused("PUT", f"/me/circles/{circle}/members/{world.person().handle}")
    assert (full["type"], members(ana, circle)) == ("/v1/problems/conflict", [bob.handle])
    ana.draws("Two")
    assert ana.is_refused("POST", "/me/circles", {"name": "Three"})["type"] == "/v1/problems/conflict"
    assert (rules.MOST_CIRCLES, rules.MOST_MEMBERS) == (100, 1_000)


@pytest.mark.parametrize(
    ("handle", "status"), [("nobody-is-called-so", 404), ("me", 422), ("%00", 404), ("x" * 300, 404)]
)
def test_whom_one_cannot_put_in(ana: Someone, handle: str, status: int) -> None:
    circle = ana.draws("Family")
    asked = ana.handle if handle == "me" else handle
    assert ana.is_refused("PUT", f"/me/circles/{circle}/members/{asked}")["status"] == status


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "   "}, {"name": "x" * 61}, {"name": "a\x00b"}, {"name": 1}]
)
def test_a_name_that_is_none_is_refused(ana: Someone, body: Json) -> None:
    assert ana.is_refused("POST", "/me/circles", body)["status"] == 422
    assert ana.is_refused("PUT", f"/me/circles/{ana.draws('Family')}", body)["status"] == 422


def test_a_circle_that_was_never_drawn_is_not_there(ana: Someone, bob: Someone) -> None:
    nowhere = f"/me/circles/{new_id()}"
    assert ana.is_refused("PUT", nowhere, {"name": "Kin"})["status"] == 404
    for method in ("GET", "PUT", "DELETE"):
        assert ana.is_refused(method, f"{nowhere}/members/{bob.handle}")["status"] == 404
    assert ana.is_refused("GET", f"{nowhere}/members")["status"] == 404


def test_the_fragment_gives_what_the_noun_gives(
    ana: Someone, bob: Someone, session: Session, database: Database
) -> None:
    drawn = {ana.draws("One", bob), ana.draws("Two", bob)}
    sql = (
        f"SELECT p.id, {queries.circles_sql('p.id')} AS circles FROM people p WHERE p.handle = '{bob.handle}'"
    )
    (row,) = session.connection().exec_driver_sql(sql).all()
    assert {str(each) for each in row.circles} == drawn == stands_in(session, bob)
