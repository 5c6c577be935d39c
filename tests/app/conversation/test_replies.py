"""Answers to check-ins: known to no more people than what they answer, nor than their author's contract says."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.conversation import service
from app.conversation.feeds import replies_statement
from app.db import Database
from tests.app.conftest import Counting
from tests.app.conversation.talk import OPEN, fellows, read, replies
from tests.world import CAFE, Someone, World


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


def test_whoever_may_know_of_a_check_in_reads_what_is_answered_oldest_first(
    world: World, ana: Someone, bob: Someone
) -> None:
    coffee = ana.checks_in(CAFE, "coffee?")
    said = replies(bob, coffee, "in ten minutes")
    replies(ana, coffee, "I will wait")
    assert read(world.person("Eve"), coffee) == read(ana, coffee) == ["in ten minutes", "I will wait"]
    assert {**said, "said_at": ""} == {
        "id": said["id"],
        "check_in": coffee["id"],
        "handle": bob.handle,
        "text": "in ten minutes",
        "said_at": "",
    }
    anybody = world.client.get(f"/v1/check-ins/{coffee['id']}/replies")
    assert [each["text"] for each in anybody.get_json()["items"]] == ["in ten minutes", "I will wait"]


def test_they_come_in_parts(ana: Someone, bob: Someone) -> None:
    coffee = ana.checks_in(CAFE)
    for number in range(5):
        replies(bob, coffee, str(number))
    first = ana.asks("GET", f"/check-ins/{coffee['id']}/replies?limit=3")
    assert [each["text"] for each in first.get_json()["items"]] == ["0", "1", "2"]
    path = first.headers["Link"].partition(">")[0].removeprefix("</v1")
    assert [each["text"] for each in ana.gets(path)["items"]] == ["3", "4"]


def test_nobody_answers_or_reads_what_is_not_for_them(ana: Someone, bob: Someone) -> None:
    mine = ana.checks_in(CAFE, visibility="me")
    replies(ana, mine, "a note to myself")
    for method in ("GET", "POST"):
        refused = bob.is_refused(method, f"/check-ins/{mine['id']}/replies", {"text": "hello"})
        assert refused["type"].endswith("/not-found")


def test_a_check_in_that_is_for_fewer_takes_its_replies_along(ana: Someone, bob: Someone) -> None:
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    ana.agrees({"ready": "invisible"})
    bob.is_refused("GET", f"/check-ins/{coffee['id']}/replies")
    assert [each["text"] for each in bob.gets("/me/replies")["items"]] == ["me too"]
    assert read(ana, coffee) == ["me too"]


def test_a_check_in_that_is_taken_back_takes_its_replies_along(
    ana: Someone, bob: Someone, session: Session
) -> None:
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    ana.deletes(f"/check-ins/{coffee['id']}")
    assert bob.gets("/me/replies")["items"] == []
    count = "SELECT count(*) FROM {} WHERE check_in_id = :id"
    for table in ("replies", "conversations"):
        assert session.scalar(text(count.format(table)), {"id": coffee["id"]}) == 0


def test_a_check_in_that_is_found_elsewhere_keeps_its_replies(ana: Someone, bob: Someone) -> None:
    """Where it is found is part of its key, and changes with the contract."""
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    everywhere = [
        {"purpose": p, "who": {"group": "everyone"}, "exactness": "city"} for p in ("nearby", "feed")
    ]
    ana.agrees({"terms": everywhere})
    assert read(bob, coffee) == ["me too"]
    replies(bob, coffee, "still there")
    assert read(ana, coffee) == ["me too", "still there"]


Case = tuple[Any, str, set[str]]
#: Under which contract, for whom, and who then reads it beside the two of them.
WHO_READS: dict[str, Case] = {
    "an open contract": (OPEN, "public", {"fellow", "friend", "stranger"}),
    "a closed contract": ({"ready": "invisible"}, "public", set()),
    "fellows": (fellows(), "public", {"fellow"}),
    "of all only fellows": (fellows(*OPEN["terms"]), "communities", {"fellow"}),
    "only the author": (OPEN, "author", set()),
}


@pytest.mark.parametrize("which", WHO_READS)
def test_the_contract_of_its_author_says_who_reads_a_reply(
    world: World, ana: Someone, bob: Someone, which: str
) -> None:
    contract, visibility, readers = WHO_READS[which]
    topic = world.topic()
    riders = world.community(topics=[topic])
    people = {name: world.person(name) for name in ("fellow", "friend", "stranger")}
    for each in (ana, bob, people["fellow"]):
        each.joins(riders)
    bob.agrees(contract)
    coffee = ana.checks_in(CAFE, topics=[topic])
    replies(bob, coffee, "me too", visibility=visibility)
    assert read(ana, coffee) == read(bob, coffee) == ["me too"]
    assert {name for name, each in people.items() if read(each, coffee)} == readers


def test_a_reply_for_friends_is_for_them(world: World, ana: Someone, bob: Someone) -> None:
    friend, stranger = world.person("Friend"), world.person("Eve")
    named = {"group": "person", "handle": friend.handle}
    bob.agrees({"terms": [*OPEN["terms"], {"purpose": "feed", "who": named, "exactness": "exact"}]})
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee, visibility="followers")
    assert [read(each, coffee) for each in (friend, stranger, ana)] == [["me too"], [], ["me too"]]


def test_another_contract_holds_for_what_was_answered_before(
    world: World, ana: Someone, bob: Someone
) -> None:
    coffee, eve = ana.checks_in(CAFE), world.person("Eve")
    replies(bob, coffee)
    bob.agrees({"ready": "invisible"})
    assert [read(each, coffee) for each in (eve, ana, bob)] == [[], ["me too"], ["me too"]]
    bob.agrees(OPEN)
    assert read(eve, coffee) == ["me too"]


def test_a_contract_that_ends_after_days_ends_for_replies(world: World, ana: Someone, bob: Someone) -> None:
    eve = world.person("Eve")
    bob.agrees({"terms": [{**each, "lasts": 3} for each in OPEN["terms"]]})
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    with clock.travelling(timedelta(days=2)):
        assert read(eve, coffee) == ["me too"]
    with clock.travelling(timedelta(days=4)):
        assert (read(eve, coffee), read(ana, coffee)) == ([], ["me too"])


@pytest.mark.parametrize("who", ["ana", "eve"])
def test_whoever_is_apart_from_the_author_reads_nothing_of_theirs(
    world: World, ana: Someone, bob: Someone, who: str
) -> None:
    eve = world.person("Eve")
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    apart = {"ana": ana, "eve": eve}[who]
    bob.blocks(apart)
    assert read(apart, coffee) == []
    stranger = world.person()
    assert read(stranger, coffee) == ["me too"]


def test_whoever_is_muted_is_not_read(ana: Someone, bob: Someone) -> None:
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    ana.puts(f"/me/mutes/people/{bob.handle}")
    assert read(ana, coffee) == []


def test_an_answer_does_not_tell_that_somebody_is_here(world: World, ana: Someone, bob: Someone) -> None:
    """Only those who are here may know of it; so whoever answers would be here."""
    place = world.location()
    here = {"purpose": "communities", "who": {"group": "here"}, "exactness": "exact"}
    ana.agrees({"terms": [here]})
    bob.moves(CAFE)
    coffee = ana.checks_in(CAFE, "anybody here?")
    assert place["properties"]["name"] in bob.is_part_of
    assert bob.hears(f"community={place['id']}") == ["anybody here?"]
    refused = bob.is_refused("POST", f"/check-ins/{coffee['id']}/replies", {"text": "me"})
    assert refused["type"].endswith("/not-allowed")


@pytest.mark.parametrize("who", ["its author", "whom it answers"])
def test_a_reply_is_taken_back(world: World, ana: Someone, bob: Someone, who: str) -> None:
    coffee, eve = ana.checks_in(CAFE), world.person("Eve")
    path = f"/check-ins/{coffee['id']}/replies/{replies(bob, coffee)['id']}"
    assert eve.is_refused("DELETE", path)["type"].endswith("/not-found")
    by = bob if who == "its author" else ana
    by.deletes(path)
    assert [read(each, coffee) for each in (ana, bob, eve)] == [[], [], []]
    assert by.is_refused("DELETE", path)["type"].endswith("/not-found")
    assert bob.gets("/me/replies")["items"] == []


def test_nothing_is_kept_of_its_words_and_after_a_day_nothing_at_all(
    ana: Someone, bob: Someone, session: Session, database: Database
) -> None:
    coffee = ana.checks_in(CAFE)
    made = replies(bob, coffee, "a slip of the tongue")
    bob.deletes(f"/check-ins/{coffee['id']}/replies/{made['id']}")
    kept = text("SELECT text FROM replies WHERE id = :id")
    assert session.scalars(kept, {"id": made["id"]}).all() == [""]
    session.rollback()
    with database.transaction() as sweeping:
        service.forget_old(sweeping, clock.now() + service.KEPT + timedelta(minutes=1))
    assert session.scalars(kept, {"id": made["id"]}).all() == []


def test_a_reply_sent_again_is_said_once(ana: Someone, bob: Someone) -> None:
    coffee = ana.checks_in(CAFE)
    path = f"/check-ins/{coffee['id']}/replies"
    one, again = (bob.posts(path, {"text": "yes"}, Idempotency_Key="once") for _ in range(2))
    assert one == again
    assert read(ana, coffee) == ["yes"]


@pytest.mark.parametrize("words", ["", "  ", "x" * 281, "a\x00b", 7])
def test_words_are_words(ana: Someone, words: object) -> None:
    path = f"/check-ins/{ana.checks_in(CAFE)['id']}/replies"
    assert ana.is_refused("POST", path, {"text": words})["status"] == 422


def test_reading_them_is_two_statements(ana: Someone, bob: Someone, statements: Counting) -> None:
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee)
    read(ana, coffee)
    with statements() as sent:
        read(ana, coffee)
        assert sent() == 2


def test_a_page_of_replies_is_read_as_it_lies(ana: Someone, session: Session) -> None:
    """By the primary key, of the one month in which the check-in was."""
    session.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"))
    coffee = ana.checks_in(CAFE)
    values = {"check_in": coffee["id"], "cell": 1, "after": coffee["id"], "viewer": ana.id, "limit": 20}
    asked = text("EXPLAIN " + replies_statement(UUID(ana.id)))
    plan = "\n".join(session.scalars(asked, values | {"now": clock.now()}))
    assert re.findall(r"using (replies\w*)", plan) == [f"replies_{clock.now():%Y_%m}_pkey"]
    assert "Sort" not in plan


def test_a_reply_says_for_good_whether_everybody_could_know_what_it_answers(
    world: World, ana: Someone, database: Database
) -> None:
    friends = world.person("Friend", contract="friends-and-communities")
    ana.follows(friends)
    friends.follows(ana)
    open_to_all, to_few = ana.checks_in(CAFE), friends.checks_in(CAFE)
    replies(friends, open_to_all, "so do I")
    replies(ana, to_few, "so do I")
    replies(ana, ana.checks_in(CAFE, visibility="followers"), "I mean the other one")
    ana.agrees({"ready": "invisible"})
    friends.agrees({"ready": "open-house"})
    asked = text("SELECT openly FROM replies WHERE person_id = ANY (CAST(:ids AS uuid[])) ORDER BY id")
    with database.reading() as session:
        assert session.scalars(asked, {"ids": [ana.id, friends.id]}).all() == [True, False, False]
