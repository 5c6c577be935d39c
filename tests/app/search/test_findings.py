"""Saved searches tell: what is new comes once, to whoever may find it, and no more than a search would tell."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping
from app.ids import new_id
from app.search import findings, rules
from app.search.signals import Found, MoreFound
from tests.app.conftest import Telling
from tests.app.plans import plans_of, read_whole
from tests.app.search.finding import take_in
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, Someone, World


def told(person: Someone, query: str = "") -> list[Json]:
    """What a person was told of, newest first."""
    found: list[Json] = person.gets(f"/me/findings{query}")["items"]
    return found


def things(person: Someone, query: str = "") -> list[str]:
    return [each["thing"] for each in told(person, query)]


def circle(radius: float = 1000) -> Json:
    return {"lat": CAFE.lat, "lon": CAFE.lon, "radius": radius}


def test_what_is_new_is_told_once(world: World, app: Flask, telling: Telling) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    old = ana.checks_in(CAFE, f"{word} old")
    take_in(app)
    bob.puts("/me/searches/mine", {"q": f"{word} new"})
    new, _ = ana.checks_in(CAFE, f"new {word}"), ana.checks_in(CAFE, "something else")
    bob.checks_in(CAFE, f"{word} new, by myself")
    said = telling(Found)
    for _ in range(3):
        take_in(app)
    (one,) = told(bob)
    assert (one["search"], one["kind"], one["thing"]) == ("mine", "check-in", new["id"])
    assert bob.gets(one["path"].removeprefix("/v1"))["properties"]["text"] == f"new {word}"
    assert [(each.person_id, each.thing_id) for each in said] == [(UUID(bob.id), UUID(new["id"]))]  # type: ignore[attr-defined]
    assert old["id"] not in things(bob)
    assert told(ana) == []


@pytest.mark.parametrize("how", ["by words", "misspelt", "by topic", "around", "by words around"])
def test_every_way_to_search_tells(world: World, app: Flask, how: str) -> None:
    bob, word, topic = world.person("Bob"), f"Velodrome{world.seed}", world.topic()
    searches: dict[str, Json] = {
        "by words": {"q": word.upper()},
        "misspelt": {"q": word.replace("l", "", 1)},
        "by topic": {"topic": topic, "kind": "offer"},
        "around": {**circle(), "kind": "place"},
        "by words around": {**circle(), "q": word},
    }
    bob.puts("/me/searches/mine", searches[how])
    if how == "by topic":
        made, kind = world.offer([topic], title=word), "offer"
    else:
        made, kind = world.place(NEAR_CAFE, word), "place"
    elsewhere = world.place(FAR_AWAY, f"Elsewhere {world.seed}")
    take_in(app)
    assert [(each["kind"], each["thing"]) for each in told(bob)] == [(kind, made["id"])]
    assert elsewhere["id"] not in things(bob)


def test_what_nobody_may_know_is_not_told(world: World, app: Flask) -> None:
    word = f"w{world.seed}"
    ana, shy, bob, muting = (world.person(each) for each in ("Ana", "Shy", "Bob", "Muting"))
    shy.agrees({"ready": "invisible"})
    for each in (bob, muting):
        each.puts("/me/searches/mine", {"q": word})
    bob.blocks(ana)
    muting.puts(f"/me/mutes/people/{ana.handle}")
    ana.checks_in(CAFE, word)
    ana.checks_in(CAFE, word, visibility="me")
    shy.checks_in(CAFE, word)
    take_in(app)
    assert [told(bob), told(muting)] == [[], []]


@pytest.mark.parametrize("how", ["taken back", "closed", "apart"])
def test_what_may_be_known_no_more_is_in_the_list_no_more(world: World, app: Flask, how: str) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    made = ana.checks_in(CAFE, word)
    take_in(app)
    assert things(bob) == [made["id"]]
    if how == "taken back":
        ana.deletes(f"/check-ins/{made['id']}")
    elif how == "closed":
        ana.agrees({"ready": "invisible"})
    else:
        ana.blocks(bob)
    assert told(bob) == []


def test_after_a_gap_nothing_is_missed(world: World, app: Flask) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    bob.puts("/me/searches/also", {"q": word, "kind": "check-in"})
    first = ana.checks_in(CAFE, word)
    take_in(app)
    cursor = told(bob)[0]["cursor"]
    later = [ana.checks_in(CAFE, f"{word} {number}")["id"] for number in range(3)]
    take_in(app)
    assert sorted(things(bob, f"?after={cursor}")) == sorted(later * 2)
    assert sorted(things(bob, "?search=also")) == sorted([first["id"], *later])
    assert len(things(bob, f"?after={cursor}&limit=2")) == 2


def test_a_common_word_does_not_flood(world: World, app: Flask, telling: Telling, database: Database) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    bob.puts("/me/searches/rare", {"q": f"{word} 3"})
    said = telling(MoreFound)
    for part, many in enumerate((rules.MOST_TOLD // 2, rules.MOST_TOLD // 2, 0, 1, 2)):
        for number in range(many):
            ana.checks_in(CAFE, f"{word} {part * 20 + number}")
        take_in(app)
        assert said == [MoreFound(UUID(bob.id), "mine")][: part > 2], "as soon as there is more, and once"
    assert len(things(bob, "?search=mine&limit=100")) == rules.MOST_TOLD
    assert len(things(bob, "?search=rare")) == 1
    (mine, rare) = bob.gets("/me/searches")["items"]
    assert mine["more_at"]
    assert rare["more_at"] is None
    with database.transaction() as session:
        session.execute(text("UPDATE saved_searches SET hour = hour - interval '1 hour' WHERE name = 'mine'"))
    ana.checks_in(CAFE, f"{word} an hour later")
    take_in(app)
    assert len(things(bob, "?search=mine&limit=100")) == rules.MOST_TOLD + 1


def test_another_search_of_the_name_begins_anew(
    world: World, app: Flask, rows: Callable[[], dict[str, int]]
) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    before = rows()["findings"]
    bob.puts("/me/searches/mine", {"q": word})
    made = ana.checks_in(CAFE, word)
    take_in(app)
    bob.puts("/me/searches/mine", {"q": word})
    assert things(bob) == [made["id"]]
    bob.puts("/me/searches/mine", {"q": f"{word} other"})
    assert told(bob) == []
    ana.checks_in(CAFE, f"other {word}")
    take_in(app)
    assert rows()["findings"] == before + 1
    bob.deletes("/me/searches/mine")
    assert rows()["findings"] == before


def test_what_only_says_what_must_not_be_there_is_not_told(world: World, app: Flask) -> None:
    bob = world.person("Bob")
    bob.puts("/me/searches/mine", {"q": f"-w{world.seed}"})
    (mine,) = bob.gets("/me/searches")["items"]
    assert mine["told"] is False
    world.person("Ana").checks_in(CAFE, "hello")
    take_in(app)
    assert told(bob) == []


def test_an_offer_is_told_when_it_begins(world: World, app: Flask, database: Database) -> None:
    bob, word = world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    starts = clock.now() + timedelta(hours=1)
    made = world.offer([world.topic()], title=word, starts_at=starts.isoformat())
    take_in(app)
    assert told(bob) == []
    with database.transaction() as session:
        session.execute(
            text("UPDATE offers SET starts_at = :now WHERE id = :id"), {"now": clock.now(), "id": made["id"]}
        )
    take_in(app)
    assert things(bob) == [made["id"]]


def test_searches_saved_before_anything_was_told_are_worked_out(
    world: World, app: Flask, database: Database
) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    bob.puts("/me/searches/here", {**circle(), "q": word})
    with database.transaction() as session:
        session.execute(text("UPDATE saved_searches SET words = NULL, anchors = NULL, around = NULL"))
    ana.checks_in(CAFE, word)
    take_in(app)
    assert sorted(each["search"] for each in told(bob)) == ["here", "mine"]


def test_several_processes_tell_once(world: World, app: Flask, database: Database) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    made = [UUID(ana.checks_in(CAFE, f"{word} {number}")["id"]) for number in range(8)]

    def at_once(_: int) -> None:
        with database.transaction() as session:
            findings.keep_up(session, clock.now())
            findings.tell(session, {"check-in": made}, clock.now())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(at_once, range(8)))
    assert sorted(things(bob)) == sorted(map(str, made))


def test_old_findings_go(
    world: World, app: Flask, database: Database, rows: Callable[[], dict[str, int]]
) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})
    ana.checks_in(CAFE, word)
    Housekeeping(database).do(next(each for each in Housekeeping(database).chores if each.name == "search"))
    before = rows()["findings"]
    assert len(told(bob)) == 1
    with database.transaction() as session:
        findings.forget_old(session, clock.now() + rules.FINDINGS_LAST + timedelta(hours=1))
    assert rows()["findings"] < before
    assert told(bob) == []


@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_is_what_asking_finds(world: World, app: Flask, seed: int) -> None:
    """Random people, contracts, blocks, mutes and searches: what came is what each would find by asking, of others."""
    chance = Random(seed)
    words = [f"w{world.seed}{letter}" for letter in "abc"]
    topics = [world.topic("interest:cycling"), world.topic("goal:repair")]
    contracts = ["open-house", "open-house", "neighbourly", "invisible"]
    people = [world.person(contract=chance.choice(contracts)) for _ in range(5)]
    for each in people:
        for number in range(3):
            each.puts(f"/me/searches/s{number}", a_search(chance, words, topics))
        other = chance.choice([one for one in people if one is not each])
        if (what := chance.random()) < 0.6:
            each.blocks(other) if what < 0.3 else each.asks("PUT", f"/me/mutes/people/{other.handle}")
    for _ in range(12):
        act(chance, chance.choice(people), world, words, topics)
    take_in(app)
    for each in people:
        mine = {one["id"] for one in each.gets("/check-ins?limit=50&person=" + each.handle)["features"]}
        for number in range(3):
            asked = each.gets(f"/me/searches/s{number}/found?limit=100")["features"]
            assert sorted(things(each, f"?search=s{number}&limit=100")) == sorted(
                one["id"] for one in asked if one["id"] not in mine and world.seed in str(one)
            )


def a_search(chance: Random, words: list[str], topics: list[str]) -> Json:
    asked = [words[0], " ".join(words[:2]), f"{words[1]} or {words[2]}", f"{words[0]} -{words[1]}"]
    search: Json = {"q": chance.choice(asked)}
    if chance.random() < 0.3:
        search["topic"] = chance.choice(topics)
    if chance.random() < 0.3:
        search |= circle(chance.choice([300, 3000]))
    if chance.random() < 0.3:
        search["kind"] = chance.choice(["check-in", "place", "offer"])
    return search


def act(chance: Random, person: Someone, world: World, words: list[str], topics: list[str]) -> None:
    said, at = " ".join(chance.sample(words, 2)), chance.choice([CAFE, NEAR_CAFE, FAR_AWAY])
    what = chance.random()
    if what < 0.7:
        person.checks_in(at, said, topics=chance.sample(topics, chance.randint(0, 2)))
    elif what < 0.85:
        world.place(at, said)
    else:
        world.offer(chance.sample(topics, 1), at, title=said)


def test_what_is_new_looks_for_searches_and_not_the_reverse(session: Session) -> None:
    (plan, *_) = plans_of(session, lambda: findings.tell(session, {"check-in": [new_id()]}, clock.now()))
    for index in ("saved_searches_anchors_index", "saved_searches_around_index"):
        assert index in plan
    assert "check_in_words_words_index" not in plan


def test_neither_telling_nor_listing_reads_a_table_from_end_to_end(session: Session) -> None:
    new = {"check-in": [new_id()], "place": [new_id()]}
    for ask in (
        lambda: findings.tell(session, new, clock.now()),
        lambda: findings.findings(session, new_id(), findings.Part(20), clock.now()),
        lambda: findings.begun(session, clock.now()),
    ):
        plans = plans_of(session, ask)
        assert read_whole(plans) <= {"searched_up_to"}, plans
