"""Reactions: a few words without words, each once, counted for everybody alike."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.conversation import service
from app.conversation.values import Reaction
from app.db import Database
from tests.app.conftest import Counting
from tests.app.leaving.lives import erased
from tests.world import CAFE, Json, Someone, World


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


def reacts(person: Someone, check_in: Json, *kinds: str) -> None:
    for each in kinds:
        person.puts(f"/check-ins/{check_in['id']}/reactions/{each}")


def reactions(person: Someone, check_in: Json) -> Json:
    return person.gets(f"/check-ins/{check_in['id']}/reactions")


def test_they_are_counted_and_everybody_sees_the_same_numbers(world: World, ana: Someone) -> None:
    bob, eve = world.person("Bob"), world.person("Eve")
    coffee = ana.checks_in(CAFE)
    assert reactions(eve, coffee) == {"counts": {}, "mine": []}
    reacts(bob, coffee, "thanks", "me-too")
    reacts(eve, coffee, "thanks")
    assert reactions(ana, coffee) == {"counts": {"thanks": 2, "me-too": 1}, "mine": []}
    assert reactions(bob, coffee)["mine"] == ["thanks", "me-too"]
    ana.blocks(bob)
    assert reactions(ana, coffee)["counts"] == {"thanks": 2, "me-too": 1}
    anybody = world.client.get(f"/v1/check-ins/{coffee['id']}/reactions").get_json()
    assert anybody == {"counts": {"thanks": 2, "me-too": 1}, "mine": []}


def test_to_say_it_again_changes_nothing(world: World, ana: Someone) -> None:
    bob, coffee = world.person("Bob"), ana.checks_in(CAFE)
    reacts(bob, coffee, "like", "like")
    assert reactions(ana, coffee)["counts"] == {"like": 1}
    for _ in range(2):
        bob.deletes(f"/check-ins/{coffee['id']}/reactions/like")
    assert reactions(ana, coffee)["counts"] == {}


def test_only_the_author_sees_who_and_of_nobody_apart(world: World, ana: Someone) -> None:
    bob, eve, coffee = world.person("Bob"), world.person("Eve"), ana.checks_in(CAFE)
    reacts(bob, coffee, "sad", "like")
    reacts(eve, coffee, "like")
    path = f"/check-ins/{coffee['id']}/reactions/people"
    seen = [(each["person"]["handle"], each["kinds"]) for each in ana.gets(path)["items"]]
    assert seen == [(bob.handle, ["like", "sad"]), (eve.handle, ["like"])]
    bob.is_refused("GET", path)
    ana.blocks(bob)
    assert [each["person"]["handle"] for each in ana.gets(path)["items"]] == [eve.handle]


def test_nobody_reacts_to_what_is_not_for_them_or_in_other_words(world: World, ana: Someone) -> None:
    bob, mine, open_to_all = world.person("Bob"), ana.checks_in(CAFE, visibility="me"), ana.checks_in(CAFE)
    for path in (f"{mine['id']}/reactions/like", f"{open_to_all['id']}/reactions/envy"):
        assert bob.is_refused("PUT", f"/check-ins/{path}")["type"].endswith("/not-found")
    assert bob.is_refused("GET", f"/check-ins/{mine['id']}/reactions")["status"] == 404


def test_a_reaction_does_not_tell_that_somebody_is_here(world: World, ana: Someone) -> None:
    world.location()
    ana.agrees({"terms": [{"purpose": "communities", "who": {"group": "here"}, "exactness": "exact"}]})
    bob = world.person("Bob")
    bob.moves(CAFE)
    coffee = ana.checks_in(CAFE)
    assert bob.is_refused("PUT", f"/check-ins/{coffee['id']}/reactions/like")["status"] == 403


def test_what_one_may_know_no_more_can_be_taken_back(world: World, ana: Someone) -> None:
    bob, coffee = world.person("Bob"), ana.checks_in(CAFE)
    reacts(bob, coffee, "like")
    ana.agrees({"ready": "invisible"})
    bob.deletes(f"/check-ins/{coffee['id']}/reactions/like")
    assert reactions(ana, coffee)["counts"] == {}


def test_whoever_leaves_for_good_is_counted_no_more(world: World, ana: Someone) -> None:
    bob, eve, coffee = world.person("Bob"), world.person("Eve"), ana.checks_in(CAFE)
    reacts(bob, coffee, "like", "sad")
    reacts(eve, coffee, "like")
    erased(bob)
    assert reactions(ana, coffee)["counts"] == {"like": 1}


def test_many_at_once_are_counted_each_once(world: World, ana: Someone, database: Database) -> None:
    people = [UUID(world.person().id) for _ in range(6)]
    coffee = ana.checks_in(CAFE)
    failed: list[BaseException] = []

    def acts(person_id: UUID, back: bool) -> None:
        try:
            for _ in range(5):
                with database.transaction() as session:
                    made = (session, UUID(coffee["id"]), person_id, Reaction.LIKE, clock.now())
                    service.take_reaction_back(*made) if back else service.react(*made)
        except BaseException as error:
            failed.append(error)

    for back in (False, True, False):
        threads = [threading.Thread(target=acts, args=(each, back)) for each in people[:2] * 2]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert failed == []
        assert reactions(ana, coffee)["counts"] == ({} if back else {"like": 2})


def test_counting_looks_at_one_row_however_many_reacted(
    ana: Someone, session: Session, statements: Counting
) -> None:
    coffee = ana.checks_in(CAFE)
    reactions(ana, coffee)
    with statements() as sent:
        reactions(ana, coffee)
        assert sent() == 2
    asked = "EXPLAIN SELECT counts FROM conversations WHERE check_in_id = :id AND cell = 1"
    plan = "\n".join(session.scalars(text("SET LOCAL enable_seqscan = off; " + asked), {"id": coffee["id"]}))
    assert f"conversations_{clock.now():%Y_%m}_pkey" in plan
