"""What an offer says besides its words: its language, the places where it is to be had, and what helps to judge it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.offers import linking
from app.pieces import hiding
from tests.app.pieces.writing import Club, club
from tests.app.plans import plans_of, read_whole
from tests.app.rows import rows_in
from tests.app.search.finding import answer, take_in
from tests.world import CAFE, Json, Someone, World, eventually, square


def wanted(world: World, **more: object) -> Json:
    """What an offer without any place is to be."""
    ends_at = (clock.now() + timedelta(hours=1)).isoformat()
    about = {"title": "A free coffee", "topics": [world.shared()], "ends_at": ends_at, "hold_out": 0}
    return about | more


def regular(world: World, topic: str, name: str = "Ana") -> Someone:
    """Someone whom an offer with the topic may reach."""
    person = world.person(name)
    person.joins(world.community(topics=[topic]))
    person.welcomes_offers()
    return person


def test_its_language_is_told_wherever_its_text_is(world: World, app: Flask) -> None:
    topic = world.topic()
    offer = world.offer([topic], title="Glockenspiel", language="de-AT")
    ana = regular(world, topic)
    ana.checks_in(CAFE)
    eventually(lambda: ana.inbox)
    take_in(app)
    assert offer["properties"]["language"] == "de-AT"
    assert ana.inbox[0]["language"] == "de-AT"
    (found,) = answer(ana, "Glockenspiel")["features"]
    assert found["properties"]["language"] == "de-AT"


def test_if_nothing_is_said_it_is_that_of_the_last_offer_of_the_business(world: World) -> None:
    path = f"/businesses/{world.business()['id']}/offers"

    def language(**more: object) -> object:
        body = wanted(world, area=square(CAFE), **more)
        return world.founder.posts(path, body)["properties"]["language"]

    assert [language(), language(language="ca"), language(), language(language="en"), language()] == [
        None,
        "ca",
        "ca",
        "en",
        "en",
    ]
    assert world.offer([world.topic()])["properties"]["language"] is None


@pytest.mark.parametrize(
    "language", ["ca", "pt-BR", "zh-Hant-TW", "sl-rozaj-1994", "es-419", "gsw", "en-x-shop"]
)
def test_languages_are_tags_of_bcp_47(world: World, language: str) -> None:
    assert world.offer([world.topic()], language=language)["properties"]["language"] == language


@pytest.mark.parametrize(
    "language", ["English", "xx", "zz-ZZ", "e", "en_GB", "EN", "en-", "", "en-a", "i-klingon"]
)
def test_what_is_no_language_is_refused(world: World, language: str) -> None:
    path = f"/businesses/{world.business()['id']}/offers"
    refused = world.founder.is_refused("POST", path, wanted(world, area=square(CAFE), language=language))
    assert (refused["status"], refused["errors"][0]["at"]) == (422, "/language")


@pytest.fixture
def walkers(world: World) -> Club:
    return club(world)


def linked(world: World, walkers: Club, *pieces: str) -> Json:
    return world.offer([walkers.topic], pieces=list(pieces))


def titles(by: Someone, offer: Json) -> list[str]:
    return [each["title"] for each in by.gets(f"/offers/{offer['id']}")["properties"]["pieces"]]


def test_an_offer_links_to_what_helps_to_judge_it(world: World, walkers: Club) -> None:
    seams, hoods = walkers.written(title="Seams"), walkers.written(title="Hoods")
    offer = linked(world, walkers, hoods, seams)
    first = offer["properties"]["pieces"][0]
    assert first == {
        "id": hoods,
        "community_id": walkers.community["id"],
        "title": "Hoods",
        "language": "en",
        "by": {"kind": "member", "name": walkers.ana.handle, "business_id": None},
        "path": f"/v1/pieces/{hoods}",
    }
    bob = walkers.member("Bob")
    bob.welcomes_offers()
    bob.checks_in(CAFE)
    eventually(lambda: bob.inbox)
    assert bob.inbox[0]["pieces"] == offer["properties"]["pieces"]
    assert titles(bob, offer) == ["Hoods", "Seams"]
    listed = world.founder.gets(f"/businesses/{offer['properties']['business_id']}/offers")["features"]
    assert listed == [offer]


def hide(walkers: Club, piece: str, database: Database) -> None:
    with database.transaction() as session:
        hiding.hide(session, piece)  # type: ignore[arg-type]


def delete(walkers: Club, piece: str, database: Database) -> None:
    walkers.ana.deletes(f"/pieces/{piece}")


def leave_for_good(walkers: Club, piece: str, database: Database) -> None:
    walkers.ana.asks("DELETE", "/me", {"password": "correct horse"})


GONE = {"hidden": hide, "deleted": delete, "of somebody who left for good": leave_for_good}


@pytest.mark.parametrize("how", GONE)
def test_a_piece_that_is_gone_is_gone_from_it(
    world: World, walkers: Club, database: Database, how: str
) -> None:
    other = walkers.written(walkers.member("Mia"), title="Hoods")
    piece = walkers.written(title="Seams")
    offer = linked(world, walkers, piece, other)
    bob = walkers.member("Bob")
    bob.welcomes_offers()
    bob.checks_in(CAFE)
    eventually(lambda: bob.inbox)
    GONE[how](walkers, piece, database)
    assert titles(bob, offer) == ["Hoods"]
    assert [each["title"] for each in bob.inbox[0]["pieces"]] == ["Hoods"]


def test_who_is_apart_from_its_author_or_muted_them_is_not_shown_it(world: World, walkers: Club) -> None:
    offer = linked(world, walkers, walkers.written(title="Seams"))
    apart, muting = world.person("Apart"), world.person("Muting")
    apart.puts(f"/me/blocks/{walkers.ana.handle}")
    muting.puts(f"/me/mutes/people/{walkers.ana.handle}")
    assert [titles(each, offer) for each in (apart, muting, walkers.ana)] == [[], [], ["Seams"]]


@pytest.mark.parametrize("why", ["not there", "hidden", "too many"])
def test_a_piece_that_nobody_may_read_is_not_linked_to(
    world: World, walkers: Club, database: Database, why: str
) -> None:
    piece = walkers.written()
    pieces = [piece]
    if why == "hidden":
        hide(walkers, piece, database)
    if why == "not there":
        pieces = [world.business()["id"]]
    if why == "too many":
        pieces = [walkers.written(title=f"Piece {number}") for number in range(6)]
    body = wanted(world, topics=[walkers.topic], area=square(CAFE), pieces=pieces)
    refused = world.founder.is_refused("POST", f"/businesses/{world.business()['id']}/offers", body)
    assert (refused["status"], refused["errors"][0]["at"]) == (422, "/pieces")


def test_a_draft_that_is_changed_links_to_what_it_says_now(world: World, walkers: Club) -> None:
    draft = world.offer([walkers.topic], pieces=[walkers.written(title="Seams")], draft=True)
    body = wanted(world, topics=[walkers.topic], area=square(CAFE), pieces=[walkers.written(title="Hoods")])
    world.founder.puts(f"/offers/{draft['id']}", body)
    assert titles(world.founder, draft) == ["Hoods"]


def test_an_offer_that_no_community_would_hear_of_is_refused_and_told_which_would(world: World) -> None:
    alike, alone = world.shared("interest:tea-house"), world.topic("interest:tea-houses")
    path = f"/businesses/{world.business()['id']}/offers"
    refused = world.founder.is_refused("POST", path, wanted(world, topics=[alone], area=square(CAFE)))
    assert (refused["status"], refused["type"]) == (422, "/v1/problems/invalid")
    assert [each["at"] for each in refused["errors"]] == ["/topics"]
    assert all(
        each in refused["detail"] for each in (alone, "never reach anyone", f"Communities share {alike}")
    )
    world.founder.posts(path, wanted(world, topics=[alone, alike], area=square(CAFE)))


def test_a_draft_may_wait_for_a_community_and_one_that_is_forming_is_enough(world: World) -> None:
    alone = world.topic("interest:lace")
    path = f"/businesses/{world.business()['id']}/offers"
    draft = world.founder.posts(path, wanted(world, topics=[alone], area=square(CAFE), draft=True))
    publication = f"/offers/{draft['id']}/publication"
    assert "never reach anyone" in world.founder.is_refused("PUT", publication)["detail"]
    world.community("Lace makers", topics=[alone])
    assert world.founder.puts(publication)["properties"]["state"] == "live"


def test_what_is_shown_beside_an_offer_is_found_by_keys(session: Session) -> None:
    small = rows_in(session)
    offer = small.offer(CAFE, [small.topic()])
    plans = plans_of(session, lambda: linking.beside(session, [offer], small.person()))
    assert read_whole(plans) == set()
