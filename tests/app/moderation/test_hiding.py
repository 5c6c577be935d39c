"""What is hidden is hidden everywhere and from everybody but its author, and stays so whatever they do."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.checkins.signals import CheckInRemoved
from app.conversation.signals import ReplyRemoved
from tests.app.conftest import Telling
from tests.app.conversation.talk import OPEN, read, replies
from tests.app.moderation.keeping import case_of, decides, hides, moderator, reports
from tests.app.search.finding import finds, take_in
from tests.world import CAFE, FAR_AWAY, Someone, World, eventually

AROUND = f"lat={CAFE.lat}&lon={CAFE.lon}&radius=500"
CONTRACTS: list[dict[str, Any]] = [
    {"ready": "invisible"},
    {"ready": "neighbourly"},
    OPEN,
    {"ready": "open-house"},
]


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


@pytest.fixture
def keeper(world: World) -> Someone:
    return moderator(world)


def test_a_hidden_check_in_is_found_nowhere(
    world: World, app: Flask, ana: Someone, bob: Someone, keeper: Someone
) -> None:
    topic = world.topic()
    riders, here = world.community(topics=[topic]), world.location()
    for each in (ana, bob):
        each.joins(riders)
    bob.checks_in(CAFE)
    words = f"pills{world.seed}"
    said = ana.checks_in(CAFE, f"{words} for @{bob.handle}", topics=[topic])["id"]
    eventually(lambda: bob.gets("/me/mentions")["items"])
    take_in(app)
    feeds = [
        AROUND,
        f"topic={topic}",
        f"person={ana.handle}",
        f"community={riders['id']}",
        f"community={here['id']}",
    ]
    assert all(any(words in each for each in bob.hears(feed)) for feed in feeds)
    assert len(finds(bob, words)) == 1
    hides(keeper, "check-in", said, bob)
    keeper.joins(riders)
    keeper.checks_in(CAFE)
    for who in (bob, keeper):
        assert not any(words in each for feed in feeds for each in who.hears(feed))
        assert finds(who, words) == []
        for path in ("", "/replies", "/reactions"):
            assert who.is_refused("GET", f"/check-ins/{said}{path}")["status"] == 404
    assert world.client.get(f"/v1/check-ins/{said}").status_code == 404
    assert bob.gets("/me/mentions")["items"] == []
    assert len(finds(ana, words)) == 1, "its author finds it as before"


def test_and_its_author_is_counted_by_it_no_more(
    world: World, ana: Someone, bob: Someone, keeper: Someone, session: Session
) -> None:
    here = world.location(FAR_AWAY)
    said = ana.checks_in(FAR_AWAY, "pills")["id"]
    assert bob.gets(f"/communities/{here['id']}/presence")["here"] == 1
    case = hides(keeper, "check-in", said, bob)
    assert bob.gets(f"/communities/{here['id']}/presence")["here"] == 0
    assert [each["name"] for each in ana.presence["memberships"]] == ["Gràcia"], "they are there all the same"
    ana.agrees({"ready": "open-house"})
    counted = text("SELECT counted FROM check_ins WHERE id = :id")
    assert session.scalar(counted, {"id": said}) is False
    decides(keeper, case, "dismissed")
    assert bob.gets(f"/communities/{here['id']}/presence")["here"] == 1


@pytest.mark.parametrize("what", ["check-in", "reply"])
def test_it_stays_hidden_whatever_its_author_agrees_to(
    world: World, ana: Someone, bob: Someone, keeper: Someone, what: str
) -> None:
    words = f"pills {world.seed}"
    cafe = bob.checks_in(CAFE, "anybody?")
    said = (ana.checks_in(CAFE, words) if what == "check-in" else replies(ana, cafe, words))["id"]
    case = hides(keeper, what, said, bob)
    for contract in CONTRACTS:
        ana.agrees(contract)
        assert bob.hears(f"person={ana.handle}") == []
        assert bob.hears(AROUND).count(words) == 0
        assert read(bob, cafe) == read(keeper, cafe) == []
    ana.agrees({"ready": "invisible"})
    decides(keeper, case, "dismissed")
    assert read(keeper, cafe) == bob.hears(f"person={ana.handle}") == [], (
        "shown again is as the contract says"
    )
    ana.agrees({"ready": "open-house"})
    assert [*read(keeper, cafe), *bob.hears(f"person={ana.handle}")] == [words]


def test_a_hidden_reply_is_read_by_its_author_alone(ana: Someone, bob: Someone, keeper: Someone) -> None:
    cafe = bob.checks_in(CAFE, "anybody?")
    said = replies(ana, cafe, f"pills, @{keeper.handle}")["id"]
    hides(keeper, "reply", said, bob, "unwelcome")
    assert read(bob, cafe) == read(keeper, cafe) == []
    assert bob.gets("/me/mentions")["items"] == keeper.gets("/me/mentions")["items"] == []
    assert len(read(ana, cafe)) == len(ana.gets("/me/replies")["items"]) == 1
    assert [each["reason"] for each in ana.gets("/me/moderation")["items"]] == ["unwelcome"]


def test_whoever_heard_it_live_is_told_to_forget_it(
    ana: Someone, bob: Someone, keeper: Someone, telling: Telling
) -> None:
    cafe = bob.checks_in(CAFE, "anybody?")
    things = {"reply": replies(ana, cafe, "pills")["id"], "check-in": ana.checks_in(CAFE, "pills")["id"]}
    told = telling(CheckInRemoved, ReplyRemoved)
    for what, thing in things.items():
        hides(keeper, what, thing, bob)
    reply, check_in = told
    assert isinstance(reply, ReplyRemoved)
    assert isinstance(check_in, CheckInRemoved)
    assert (str(reply.reply_id), reply.after, reply.gone) == (things["reply"], (), False)
    assert (str(check_in.check_in_id), check_in.after, check_in.gone) == (things["check-in"], (), False)


def test_upheld_about_a_person_or_a_community_nothing_is_done_to_them(
    world: World, ana: Someone, bob: Someone, keeper: Someone
) -> None:
    community = world.community()
    ana.checks_in(CAFE, "hello")
    for what, named, thing in (
        ("person", ana.handle, ana.id),
        ("community", community["id"], community["id"]),
    ):
        reports(bob, what, named)
        trail = decides(keeper, case_of(keeper, thing), "upheld")["trail"]
        assert [each["act"] for each in trail] == ["opened", "taken", "upheld"]
    assert bob.hears(f"person={ana.handle}") == ["hello"]
    assert ana.gets("/me/moderation")["items"] == []
    assert ana.is_refused("POST", f"/me/moderation/{ana.id}/objection", {"text": "no"})["status"] == 404


def test_what_was_taken_back_is_decided_without_it(ana: Someone, bob: Someone, keeper: Someone) -> None:
    cafe = bob.checks_in(CAFE, "anybody?")
    things = {"reply": replies(ana, cafe, "pills"), "check-in": ana.checks_in(CAFE, "pills")}
    for what, thing in things.items():
        reports(bob, what, thing["id"])
        case = case_of(keeper, thing["id"])
        path = (
            f"/check-ins/{thing['id']}"
            if what == "check-in"
            else f"/check-ins/{cafe['id']}/replies/{thing['id']}"
        )
        ana.deletes(path)
        decided = decides(keeper, case, "upheld")
        assert (decided["thing"], decided["state"]) == (None, "upheld")
        assert [each["act"] for each in decided["trail"]] == ["opened", "taken", "upheld"]


def test_decided_the_same_again_nothing_is_done_again(ana: Someone, bob: Someone, keeper: Someone) -> None:
    said = ana.checks_in(CAFE, "pills")["id"]
    case = hides(keeper, "check-in", said, bob)
    before = keeper.gets(f"/moderation/cases/{case}")
    decision = {"state": "upheld", "reason": "spam"}
    assert keeper.puts(f"/moderation/cases/{case}/decision", decision) == before
    for body in ({"state": "upheld"}, {"state": "dismissed", "reason": "spam"}, {"state": "open"}, {}):
        assert keeper.is_refused("PUT", f"/moderation/cases/{case}/decision", body)["status"] == 422
