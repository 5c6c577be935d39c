"""Members and businesses write what to look for, and everybody reads it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import NotFound
from app.pieces import queries, rendering, service
from app.pieces.rules import MOST_BY_ONE
from tests.app.conftest import Counting
from tests.app.pieces.writing import TEXT, club, ids
from tests.world import Json, World


def test_a_member_writes_and_everybody_reads(world: World) -> None:
    here = club(world)
    written = here.ana.posts(here.path, here.piece())
    assert "<em>taped</em>" in written["html"]
    assert written["text"] == TEXT
    assert 'rel="nofollow ugc noopener"' in written["html"]
    answer = world.client.get(f"/v1/pieces/{written['id']}")
    assert answer.status_code == 200
    read = answer.get_json()
    assert read["by"] == {"kind": "member", "name": here.ana.handle, "business_id": None}
    assert (read["excerpt"], read["language"]) == ("Seams Look for taped seams; why.", "en")
    assert (read["topics"], read["is_mine"], written["is_mine"]) == ([here.topic], False, True)
    (listed,) = world.client.get(f"/v1{here.path}").get_json()["items"]
    assert listed["id"] == written["id"]
    assert "html" not in listed


def test_a_business_writes_where_it_is_welcome_and_is_labelled(world: World, database: Database) -> None:
    here = club(world)
    owner, business = here.shop(database)
    piece = here.written(owner, business_id=business)
    seen = here.ana.gets(f"/pieces/{piece}")
    assert seen["by"] == {"kind": "business", "name": "Rain & Sons", "business_id": business}
    assert owner.handle not in here.ana.asks("GET", f"/pieces/{piece}").get_data(as_text=True)
    assert owner.gets(f"/pieces/{piece}")["written_by"] == owner.handle
    here.decides(database, business, False)
    assert here.ana.is_refused("GET", f"/pieces/{piece}")["status"] == 404
    assert (ids(here.ana, here.path), ids(owner, here.path)) == ([], [piece])
    changed = owner.is_refused("PATCH", f"/pieces/{piece}", {"title": "Buy it here"})
    assert changed["type"] == "/v1/problems/not-allowed"
    owner.deletes(f"/pieces/{piece}")
    assert ids(owner, here.path) == []


def test_only_members_and_those_who_were_welcomed_write(world: World, database: Database) -> None:
    here = club(world)
    stranger = world.person("Stranger")
    assert stranger.is_refused("POST", here.path, here.piece())["type"] == "/v1/problems/not-a-member"
    sent_off, off = here.shop(database, is_welcome=False)
    silent = str(stranger.posts("/businesses", {"name": "Nobody asked"})["id"])
    for who, business in ((sent_off, off), (stranger, silent), (here.ana, off)):
        problem = who.is_refused("POST", here.path, here.piece(business_id=business))
        assert problem["type"] == "/v1/problems/not-allowed"
    nowhere = f"/communities/{here.ana.id}/pieces"
    assert here.ana.is_refused("POST", nowhere, here.piece())["status"] == 404
    assert here.ana.is_refused("GET", nowhere)["status"] == 404
    assert world.client.post(f"/v1{here.path}", json=here.piece()).status_code == 401


def test_what_is_changed_says_so_and_only_whose_it_is_changes_it(world: World, database: Database) -> None:
    here = club(world)
    piece = here.written()
    bob = here.member("Bob")
    path = f"/pieces/{piece}"
    for method, body in (("PATCH", {"title": "Mine now"}), ("DELETE", None)):
        assert bob.is_refused(method, path, body)["type"] == "/v1/problems/not-allowed"
    changed = here.ana.asks("PATCH", path, {"text": "Look at the *hood*."}).get_json()
    assert (changed["html"], changed["revision"]) == ("<p>Look at the <em>hood</em>.</p>\n", 1)
    here.ana.asks("PATCH", path, {"language": "ca"})
    for nothing in ({}, {"language": "ca"}, {"text": "Look at the *hood*."}, {"topics": [here.topic]}):
        assert here.ana.asks("PATCH", path, nothing).get_json()["revision"] == 2
    found = bob.gets(f"{path}/changes")["items"]
    assert [(each["revision"], each["reworded"], each["changed_by"]) for each in found] == [
        (2, False, None),
        (1, True, None),
    ]
    here.ana.leaves(here.community)
    assert (
        here.ana.is_refused("PATCH", path, {"title": "From outside"})["type"] == "/v1/problems/not-a-member"
    )
    here.ana.deletes(path)
    assert bob.is_refused("GET", path)["status"] == 404


def test_staff_see_which_of_them_changed_what(world: World, database: Database) -> None:
    here = club(world)
    owner, business = here.shop(database)
    piece = here.written(owner, business_id=business)
    owner.asks("PATCH", f"/pieces/{piece}", {"title": "Jackets, again"})
    assert owner.gets(f"/pieces/{piece}/changes")["items"][0]["changed_by"] == owner.handle
    assert here.ana.gets(f"/pieces/{piece}/changes")["items"][0]["changed_by"] is None


def test_blocks_part_and_mutes_leave_out(world: World, database: Database) -> None:
    here = club(world)
    bob, eve = here.member("Bob"), here.member("Eve")
    piece = here.written()
    eve.blocks(here.ana)
    assert (ids(eve, here.path), ids(bob, here.path)) == ([], [piece])
    for path in (f"/pieces/{piece}", f"/pieces/{piece}/changes"):
        assert eve.is_refused("GET", path)["status"] == 404
    owner, business = here.shop(database)
    theirs = here.written(owner, business_id=business)
    eve.blocks(owner)
    assert ids(eve, here.path) == [theirs], "who writes for a business is not shown, and so not parted from"
    for what in (f"people/{here.ana.handle}", f"businesses/{business}"):
        bob.puts(f"/me/mutes/{what}")
    assert ids(bob, here.path) == []
    assert bob.gets(f"/pieces/{piece}")["id"] == piece
    zoe = here.member("Zoe")
    zoe.puts(f"/me/mutes/topics/{here.topic}")
    assert ids(zoe, here.path) == []


BAD: dict[str, tuple[Json, str]] = {
    "no title": ({"title": " "}, "/title"),
    "a long title": ({"title": "x" * 121}, "/title"),
    "a long text": ({"text": "x" * 10_001}, "/text"),
    "no text": ({"text": " \n "}, "/text"),
    "NUL": ({"text": "a\0b"}, "/text"),
    "nothing to see": ({"text": "[a]: https://x.example"}, "/text"),
    "deep": ({"text": "> " * 5_000 + "a"}, "/text"),
    "no topics": ({"topics": []}, "/topics"),
    "no language": ({"language": "English"}, "/language"),
    "a number": ({"title": 7}, "/title"),
    "unknown": ({"html": "<script>"}, "/html"),
}


@pytest.mark.parametrize("named", BAD)
def test_what_cannot_be_written_is_refused_and_changes_nothing(
    world: World, rows: Callable[[], dict[str, int]], named: str
) -> None:
    here = club(world)
    wrong, says = BAD[named]
    before = rows()
    problem = here.ana.is_refused("POST", here.path, here.piece(**wrong))
    assert problem["status"] == 422
    assert says in problem["detail"]
    assert rows() == before


def test_it_is_about_something_the_community_shares(world: World) -> None:
    here, other = club(world), world.topic("goal:a-bridge")
    problem = here.ana.is_refused("POST", here.path, here.piece(topics=[other]))
    assert "shares" in problem["detail"]
    piece = here.written(topics=[here.topic, other])
    assert here.ana.is_refused("PATCH", f"/pieces/{piece}", {"topics": [other]})["status"] == 422
    assert here.ana.asks("PATCH", f"/pieces/{piece}", {"topics": [here.topic]}).get_json()["topics"] == [
        here.topic
    ]


def test_one_author_writes_so_many_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_BY_ONE >= 10
    monkeypatch.setattr(service, "MOST_BY_ONE", 2)
    here = club(world)
    here.written()
    here.written()
    assert here.ana.is_refused("POST", here.path, here.piece())["type"] == "/v1/problems/too-many"
    here.written(here.member())


def test_one_looks_before_one_writes(world: World, rows: Callable[[], dict[str, int]]) -> None:
    ana = world.person("Ana")
    before = rows()
    shown = ana.posts("/pieces/preview", {"text": "a **b** <script>"})
    assert shown == {"html": "<p>a <strong>b</strong> &lt;script&gt;</p>\n"}
    assert rows() == before


def test_what_an_earlier_edition_made_is_made_anew(world: World, session: Session) -> None:
    here = club(world)
    piece = here.written()
    for edition in ("0 of another", "9 of another"):
        old = "UPDATE pieces SET html = '<marquee>', excerpt = '', rendered_by = :edition WHERE id = :id"
        session.execute(text(old), {"edition": edition, "id": piece})
        session.commit()
        assert "taped" in here.ana.gets(f"/pieces/{piece}")["html"], "at once for whoever reads it"
        service.render_what_is_old(session)
        session.commit()
        kept = session.execute(
            text("SELECT html, rendered_by FROM pieces WHERE id = :id"), {"id": piece}
        ).one()
        assert "taped" in kept.html
        assert kept.rendered_by == rendering.RENDERER


def test_what_a_member_wrote_goes_with_them_and_what_a_business_wrote_stays(
    world: World, database: Database, session: Session
) -> None:
    here = club(world)
    owner, business = here.shop(database)
    here.written()
    theirs = here.written(owner, business_id=business)
    owner.asks("PATCH", f"/pieces/{theirs}", {"title": "Jackets, again"})
    reader = here.member()
    for each in (here.ana, owner):
        assert each.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert ids(reader, here.path) == [theirs]
    who = """SELECT p.written_by, v.changed_by FROM pieces p JOIN piece_changes v ON v.piece_id = p.id
        WHERE p.id = :id"""
    named = session.execute(text(who), {"id": theirs}).one()
    assert tuple(named) == (None, None)


def test_what_it_costs(world: World, app: Flask, statements: Counting) -> None:
    here = club(world)
    pieces = [here.written() for _ in range(3)]
    here.ana.gets("/me")
    with statements() as one:
        here.ana.gets(f"/pieces/{pieces[0]}")
    with statements() as listing:
        here.ana.gets(here.path)
    assert (one(), listing()) == (1, 2)


def test_what_is_linked_to_is_what_everybody_may_read(
    world: World, database: Database, session: Session
) -> None:
    here = club(world)
    owner, business = here.shop(database)
    mine, theirs = UUID(here.written(title="Hoods")), UUID(here.written(owner, business_id=business))
    found = queries.existing(session, mine)
    assert (found.title, found.author) == ("Hoods", (here.ana.handle, UUID(here.ana.id), None))
    assert queries.existing(session, theirs).author == ("Rain & Sons", None, UUID(business))
    assert queries.linked(session, [mine, theirs, UUID(business)]).keys() == {mine, theirs}
    here.decides(database, business, False)
    here.ana.deletes(f"/pieces/{mine}")
    assert queries.linked(session, [mine, theirs]) == {}
    with pytest.raises(NotFound):
        queries.existing(session, theirs)
