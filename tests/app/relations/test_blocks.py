"""Blocking: two people who are apart do not meet anywhere, whichever of them wished it so."""

from collections.abc import Callable
from uuid import UUID

import gevent
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import Database
from app.relations import queries, rules
from app.relations.service import blocking
from app.relations.signals import Unblocked
from geo import Position
from tests.world import CAFE, Json, Someone, World

NEAR = f"lat={CAFE.lat}&lon={CAFE.lon}&radius=500"
BOX = f"bbox={CAFE.lon - 0.01},{CAFE.lat - 0.01},{CAFE.lon + 0.01},{CAFE.lat + 0.01}"


@pytest.fixture
def topic(world: World) -> str:
    return world.topic()


@pytest.fixture
def riders(world: World, topic: str) -> Json:
    return world.community(topics=[topic])


@pytest.fixture
def pair(world: World, riders: Json) -> tuple[Someone, Someone]:
    """Fellows, who would know everything of each other."""
    ana, bob = world.person("Ana"), world.person("Bob")
    for each in (ana, bob):
        each.joins(riders)
    return ana, bob


WAYS: dict[str, Callable[[Json, str, Someone], str]] = {
    "around a point": lambda riders, topic, author: NEAR,
    "in a box": lambda riders, topic, author: BOX,
    "by topic": lambda riders, topic, author: f"topic={topic}",
    "by community": lambda riders, topic, author: f"community={riders['id']}",
    "by community around a point": lambda riders, topic, author: f"community={riders['id']}&{NEAR}",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("visibility", ["public", "communities"])
def test_neither_finds_the_other_in_a_feed(
    pair: tuple[Someone, Someone], riders: Json, topic: str, way: str, visibility: str
) -> None:
    for author in pair:
        author.checks_in(CAFE, f"from {author.handle}", topics=[topic], visibility=visibility)
    pair[0].blocks(pair[1])
    for viewer, author in (pair, pair[::-1]):
        heard = viewer.hears(f"limit=100&{WAYS[way](riders, topic, author)}")
        assert f"from {viewer.handle}" in heard
        assert f"from {author.handle}" not in heard


def test_a_stranger_to_both_sees_both(world: World, pair: tuple[Someone, Someone], topic: str) -> None:
    pair[0].blocks(pair[1])
    for author in pair:
        author.checks_in(CAFE, topics=[topic])
    assert len(world.person().reads(f"topic={topic}")) == 2
    assert len(world.client.get(f"/v1/check-ins?topic={topic}").get_json()["features"]) == 2


def test_neither_finds_a_check_in_or_the_person_by_name(pair: tuple[Someone, Someone]) -> None:
    made = [each.checks_in(CAFE)["id"] for each in pair]
    pair[0].blocks(pair[1])
    for viewer, author, check_in in ((*pair, made[1]), (*pair[::-1], made[0])):
        for path in (
            f"/check-ins/{check_in}",
            f"/people/{author.handle}",
            f"/check-ins?person={author.handle}",
        ):
            assert viewer.is_refused("GET", path)["status"] == 404, path


def test_neither_stands_in_the_others_list_of_members(pair: tuple[Someone, Someone], riders: Json) -> None:
    pair[0].blocks(pair[1])
    for viewer, other in (pair, pair[::-1]):
        handles = {each["handle"] for each in viewer.gets(f"/communities/{riders['id']}/members")["items"]}
        assert viewer.handle in handles
        assert other.handle not in handles


def test_counts_are_the_same_for_everybody(world: World, pair: tuple[Someone, Someone], riders: Json) -> None:
    """Or to block somebody and count again would tell whether they are here."""
    quarter = world.location(Position(41.39, 2.15), "Eixample", 0.004)
    pair[1].checks_in(Position(41.39, 2.15))
    paths = [f"/communities/{quarter['id']}/presence", f"/communities/{riders['id']}"]
    before = [pair[0].gets(path) for path in paths]
    pair[0].blocks(pair[1])
    assert [pair[0].gets(path) for path in paths] == before
    assert before[0]["here"] == 1


def test_a_block_is_listed_and_taken_back(pair: tuple[Someone, Someone], topic: str) -> None:
    ana, bob = pair
    bob.checks_in(CAFE, "hello", topics=[topic])
    made = ana.asks("PUT", f"/me/blocks/{bob.handle.upper()}").get_json()
    assert made["person"]["handle"] == bob.handle
    assert ana.asks("PUT", f"/me/blocks/{bob.handle}").get_json() == made
    assert ana.gets("/me/blocks")["items"] == [made]
    assert bob.gets("/me/blocks")["items"] == []
    ana.unblocks(bob)
    ana.unblocks(bob)
    assert ana.gets("/me/blocks")["items"] == []
    assert ana.hears(f"topic={topic}") == ["hello"]


def test_one_takes_back_only_ones_own_block(pair: tuple[Someone, Someone], topic: str) -> None:
    ana, bob = pair
    ana.blocks(bob)
    bob.blocks(ana)
    ana.unblocks(bob)
    bob.checks_in(CAFE, topics=[topic])
    assert ana.reads(f"topic={topic}") == []
    bob.unblocks(ana)
    assert len(ana.reads(f"topic={topic}")) == 1


@pytest.mark.parametrize(
    ("handle", "status"), [("nobody-is-called-so", 404), ("me", 422), ("%00", 404), ("x" * 300, 404)]
)
def test_whom_one_cannot_block(world: World, handle: str, status: int) -> None:
    ana = world.person("Ana")
    asked = ana.handle if handle == "me" else handle
    assert ana.is_refused("PUT", f"/me/blocks/{asked}")["status"] == status


def test_there_is_a_most(world: World, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "MOST_BLOCKS", 2)
    ana, *others = [world.person() for _ in range(4)]
    for each in others[:2]:
        ana.blocks(each)
    problem = ana.is_refused("PUT", f"/me/blocks/{others[2].handle}")
    assert (problem["type"], "2 people" in problem["detail"]) == ("/v1/problems/conflict", True)
    assert rules.MOST_BLOCKS == 1_000


def test_two_who_make_up_at_once_are_together_again(
    world: World, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would see the block of the other, which is gone a moment later, and nobody would say so."""
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.blocks(bob)
    bob.blocks(ana)
    told: list[object] = []
    database.signals.listen(Unblocked, told.extend)
    apart = queries.are_apart

    def slowly(session: Session, one: UUID, other: UUID) -> bool:
        answer = apart(session, one, other)
        gevent.sleep(0.1)
        return answer

    monkeypatch.setattr(queries, "are_apart", slowly)

    def unblock(one: Someone, other: Someone) -> None:
        with database.transaction() as session:
            blocking.unblock(session, UUID(one.id), UUID(other.id))

    gevent.joinall([gevent.spawn(unblock, ana, bob), gevent.spawn(unblock, bob, ana)], raise_error=True)
    assert len(told) == 1
    database.signals._listeners[Unblocked].pop()
