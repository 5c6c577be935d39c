"""Mentions: whoever is named or answered finds it, if they may know it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.conversation import mentioning, service
from app.conversation.rules import handles_in
from app.db import Database
from app.housekeeping import Housekeeping
from tests.app.conversation.talk import read, replies
from tests.app.leaving.lives import erased
from tests.world import CAFE, Someone, World, eventually


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


def mentions(person: Someone) -> list[tuple[str, str, str]]:
    """Why, by whom and in which words, newest first."""
    return [(each["why"], each["by"], each["text"]) for each in person.gets("/me/mentions")["items"]]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("@ana", ["ana"]),
        ("hello @Ana, and @BOB.", ["ana", "bob"]),
        ("@ana @ana", ["ana"]),
        ("(@a-b.c_d)", ["a-b.c_d"]),
        ("ana@example.org", []),
        ("@@ana @ @- a@", []),
        ("@ana@example.org", ["ana"]),
        (" ".join(f"@a{number}" for number in range(12)), [f"a{number}" for number in range(10)]),
    ],
)
def test_names_in_words(words: str, named: list[str]) -> None:
    assert handles_in(words) == named


def test_whoever_is_named_in_a_check_in_finds_it(ana: Someone, bob: Someone) -> None:
    said = f"coffee with @{bob.handle.upper()}"
    made = ana.checks_in(CAFE, said)
    eventually(lambda: mentions(bob))
    assert mentions(bob) == [("named", ana.handle, said)]
    (found,) = bob.gets("/me/mentions")["items"]
    assert (found["check_in"], found["reply"]) == (made["id"], None)
    assert mentions(ana) == []


def test_whoever_is_answered_and_whoever_is_named_finds_the_answer(
    world: World, ana: Someone, bob: Someone
) -> None:
    eve, coffee = world.person("Eve"), ana.checks_in(CAFE)
    words = f"@{eve.handle} @{ana.handle} @{bob.handle} @nobody-at-all come along"
    replies(bob, coffee, words)
    assert mentions(ana) == [("answered", bob.handle, words)]
    assert mentions(eve) == [("named", bob.handle, words)]
    assert mentions(bob) == []
    replies(ana, coffee, "to myself")
    assert len(mentions(ana)) == 1


def test_a_mention_tells_no_more_than_contracts_do(world: World, ana: Someone, bob: Someone) -> None:
    eve = world.person("Eve")
    mine = ana.checks_in(CAFE, f"not for @{eve.handle}", visibility="me")
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee, f"not for @{eve.handle}", visibility="author")
    replies(ana, mine, f"nor this, @{eve.handle}")
    replies(bob, coffee, f"but this, @{eve.handle}")
    assert [words for _, _, words in mentions(eve)] == [f"but this, @{eve.handle}"]
    bob.agrees({"ready": "invisible"})
    assert mentions(eve) == []


@pytest.mark.parametrize("how", ["apart", "apart since", "muted"])
def test_nothing_of_whoever_is_apart_or_muted(ana: Someone, bob: Someone, how: str) -> None:
    coffee = ana.checks_in(CAFE)
    if how == "apart":
        bob.blocks(ana)
    else:
        replies(bob, coffee)
        bob.blocks(ana) if how == "apart since" else ana.puts(f"/me/mutes/people/{bob.handle}")
    assert mentions(ana) == []


def test_what_is_taken_back_mentions_nobody(ana: Someone, bob: Someone) -> None:
    coffee = ana.checks_in(CAFE)
    made = replies(bob, coffee)
    assert len(mentions(ana)) == 1
    bob.deletes(f"/check-ins/{coffee['id']}/replies/{made['id']}")
    assert mentions(ana) == []


def test_whoever_leaves_for_good_is_named_no_more(
    world: World, ana: Someone, bob: Someone, session: Session
) -> None:
    eve = world.person("Eve")
    coffee = ana.checks_in(CAFE)
    replies(bob, coffee, f"@{eve.handle}, and @{eve.handle}-the-other: @{eve.handle}.")
    erased(eve)
    assert read(ana, coffee) == [f"@…, and @{eve.handle}-the-other: @…."]


def test_what_a_process_passed_over_is_made_up_for_once(
    ana: Someone, bob: Someone, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mentioning.service, "name_in", lambda *_: None)
    said = [ana.checks_in(CAFE, f"@{bob.handle} {number}")["properties"]["text"] for number in range(2)]
    ana.checks_in(CAFE, f"not for @{bob.handle}", visibility="me")
    assert mentions(bob) == []
    for _ in range(3):
        chore(database)
    assert [words for _, _, words in mentions(bob)] == said[::-1]


def test_two_that_look_at_one_name_it_once(ana: Someone, bob: Someone, database: Database) -> None:
    made = UUID(ana.checks_in(CAFE, f"@{bob.handle} @{bob.handle.upper()}")["id"])

    def again(_: int) -> None:
        with database.transaction() as session:
            service.name_in_what_was_passed_over(session, [made])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(again, range(8)))
    eventually(lambda: mentions(bob))
    assert len(mentions(bob)) == 1


def chore(database: Database) -> None:
    keeping = Housekeeping(database)
    keeping.do(next(each for each in keeping.chores if each.name == "search"))
