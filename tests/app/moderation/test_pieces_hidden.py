"""A piece that moderators hide is there for its author alone, wherever anybody looks."""

import pytest
from flask import Flask

from app.db import Database
from tests.app.moderation.keeping import case_of, decides, hides, moderator, moderators, reports
from tests.app.pieces.writing import club, ids
from tests.app.search.finding import finds, take_in
from tests.world import Someone, World


@pytest.fixture
def keeper(world: World) -> Someone:
    return moderator(world)


def test_it_is_found_nowhere_but_by_its_author(world: World, app: Flask, keeper: Someone) -> None:
    here = club(world)
    bob, word = here.member("Bob"), f"pills{world.seed}"
    piece = here.written(title=word)
    take_in(app)

    def seen_by(who: Someone) -> list[bool]:
        return [
            who.asks("GET", f"/pieces/{piece}").status_code == 200,
            who.asks("GET", f"/pieces/{piece}/changes").status_code == 200,
            piece in ids(who, here.path),
            piece in ids(who, f"{here.path}?sort=useful"),
            bool(finds(who, word, kind="piece")),
        ]

    assert (seen_by(bob), seen_by(here.ana)) == ([True] * 5, [True] * 5)
    case = hides(keeper, "piece", piece, bob)
    assert (seen_by(bob), seen_by(keeper), seen_by(here.ana)) == ([False] * 5, [False] * 5, [True] * 5)
    assert world.client.get(f"/v1/pieces/{piece}").status_code == 404
    assert here.ana.gets(f"/pieces/{piece}")["is_hidden"] is True
    assert bob.is_refused("PUT", f"/pieces/{piece}/opinion", {"opinion": "noise"})["status"] == 404
    here.ana.asks("PATCH", f"/pieces/{piece}", {"text": "Innocent words."})
    assert seen_by(bob) == [False] * 5, "whatever its author makes of it"
    (mine,) = here.ana.gets("/me/moderation")["items"]
    assert (mine["what"], mine["id"], mine["reason"]) == ("piece", piece, "spam")
    assert [each["kind"] for each in here.ana.gets("/me/notices")["items"]] == ["hidden"]
    here.ana.posts(f"/me/moderation/{piece}/objection", {"text": "It is not."})
    other = world.person("Other")
    moderators(world, keeper, other)
    decides(other, case, "dismissed")
    assert seen_by(bob) == [True] * 5


def test_a_moderator_reads_what_it_says_now_and_who_reports_may_mute(
    world: World, database: Database, keeper: Someone
) -> None:
    here = club(world)
    owner, business = here.shop(database)
    mine, theirs = here.written(), here.written(owner, business_id=business, title="Buy ours")
    bob = here.member("Bob")
    topic = f"/v1/me/mutes/topics/{here.topic}"
    assert reports(bob, "piece", mine)["mute"] == [f"/v1/me/mutes/people/{here.ana.handle}", topic]
    assert reports(bob, "piece", theirs)["mute"] == [f"/v1/me/mutes/businesses/{business}", topic]
    thing = keeper.gets(f"/moderation/cases/{case_of(keeper, theirs)}")["thing"]
    assert thing["by"] == "Rain & Sons"
    assert thing["text"].startswith("Buy ours\n\n# Seams")


def test_nobody_reports_or_decides_their_own_or_what_they_may_not_know_of(
    world: World, database: Database, keeper: Someone
) -> None:
    here = club(world)
    owner, business = here.shop(database)
    theirs = here.written(owner, business_id=business)
    body = {"what": "piece", "id": theirs, "reason": "spam"}
    assert owner.is_refused("POST", "/reports", body)["type"] == "/v1/problems/not-allowed"
    reports(here.ana, "piece", theirs)
    case = case_of(keeper, theirs)
    moderators(world, owner)
    assert owner.is_refused("GET", f"/moderation/cases/{case}")["status"] == 404
    eve = world.person("Eve")
    mine = here.written()
    here.ana.blocks(eve)
    for unknown in (mine, business):
        assert eve.is_refused("POST", "/reports", {**body, "id": unknown})["status"] == 404


def test_a_case_goes_with_the_piece(world: World, keeper: Someone) -> None:
    here = club(world)
    piece = here.written()
    case = hides(keeper, "piece", piece, here.member())
    here.ana.deletes(f"/pieces/{piece}")
    assert keeper.is_refused("GET", f"/moderation/cases/{case}")["status"] == 404
    assert here.ana.gets("/me/moderation")["items"] == []
