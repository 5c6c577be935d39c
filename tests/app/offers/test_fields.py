"""What an offer says besides its words: its language, the places where it is to be had, and what helps to judge it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.offers import linking
from app.pieces import hiding
from geo import Position, destination, metres_between
from tests.app.pieces.writing import Club, club
from tests.app.plans import plans_of, read_whole
from tests.app.rows import rows_in
from tests.app.search.finding import answer, take_in
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually, point, square


def wanted(world: World, **more: object) -> Json:
    """What an offer without any place is to be."""
    ends_at = (clock.now() + timedelta(hours=1)).isoformat()
    return {"title": "A free coffee", "topics": [world.shared()], "ends_at": ends_at, **more}


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


EAST = destination(CAFE, 90, 3_000)


class Chain:
    """A business with two shops, three kilometres apart."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.path = f"/businesses/{world.business()['id']}"
        self.cafe, self.east = self.shop("Café", CAFE), self.shop("East", EAST)

    def shop(self, name: str, at: Position, **more: object) -> str:
        body = {"name": name, "position": point(at), "radius_m": 100, **more}
        return str(self.world.founder.posts(f"{self.path}/places", body)["id"])

    def offers(self, *places: str, **more: object) -> Json:
        return self.world.founder.posts(f"{self.path}/offers", self.wanted(*places, **more))

    def wanted(self, *places: str, **more: object) -> Json:
        return wanted(self.world, places=list(places), **more)


@pytest.fixture
def chain(world: World) -> Chain:
    return Chain(world)


def test_it_is_to_be_had_at_places_of_its_business(world: World, chain: Chain) -> None:
    topic = world.topic()
    offer = chain.offers(chain.east, chain.cafe, topics=[world.shared("interest:tea"), topic])
    assert offer["properties"]["places"] == [
        {"id": chain.east, "name": "East"},
        {"id": chain.cafe, "name": "Café"},
    ]
    assert offer["geometry"]["type"] == "MultiPolygon"
    for name, at, metres in (("Ana", destination(EAST, 0, 90), 100), ("Bob", destination(CAFE, 0, 20), 0)):
        person = regular(world, topic, name)
        person.checks_in(at)
        eventually(lambda person=person: person.inbox)  # type: ignore[misc]
        # From the nearest of them, whichever was named first.
        assert person.inbox[0]["why"]["metres"] == metres
    between = regular(world, topic, "Eve")
    between.checks_in(destination(CAFE, 90, 1_500))
    witness = regular(world, topic, "Wit")
    witness.checks_in(EAST)
    eventually(lambda: witness.inbox)
    assert between.inbox == []


def test_a_draft_is_published_where_its_places_are_then(world: World, chain: Chain) -> None:
    draft = chain.offers(chain.cafe, draft=True)
    moved = {"name": "New", "position": point(FAR_AWAY), "radius_m": 100}
    world.founder.asks("PATCH", f"{chain.path}/places/{chain.cafe}", moved)
    published = world.founder.puts(f"/offers/{draft['id']}/publication")
    assert published["properties"]["places"] == [{"id": chain.cafe, "name": "New"}]
    lon, lat = published["geometry"]["coordinates"][0][0]
    assert metres_between(Position(lat, lon), FAR_AWAY) < 110


def test_what_was_published_stays_where_its_places_were(world: World, chain: Chain) -> None:
    offer = chain.offers(chain.cafe)
    world.founder.deletes(f"{chain.path}/places/{chain.cafe}")
    assert world.founder.gets(f"/offers/{offer['id']}") == offer


def test_a_draft_is_not_published_at_a_place_that_is_gone(world: World, chain: Chain) -> None:
    draft = chain.offers(chain.cafe, draft=True)
    world.founder.deletes(f"{chain.path}/places/{chain.cafe}")
    refused = world.founder.is_refused("PUT", f"/offers/{draft['id']}/publication")
    assert (refused["status"], refused["type"]) == (422, "/v1/problems/unknown-place")
    changed = world.founder.puts(f"/offers/{draft['id']}", chain.wanted(chain.east))["properties"]
    assert changed["places"] == [{"id": chain.east, "name": "East"}]
    world.founder.puts(f"/offers/{draft['id']}/publication")


def test_nobody_offers_at_the_places_of_others(world: World, chain: Chain) -> None:
    rival = world.founder.posts("/businesses", {"name": "Rival"})["id"]
    refused = world.founder.is_refused("POST", f"/businesses/{rival}/offers", chain.wanted(chain.cafe))
    assert refused["type"] == "/v1/problems/unknown-place"
    assert f"/businesses/{rival}/places" in refused["detail"]


def test_a_circle_is_an_area_as_well(world: World) -> None:
    offer = world.offer([world.topic()], position=point(CAFE), radius_m=200)
    corners = offer["geometry"]["coordinates"][0]
    assert all(195 < metres_between(Position(lat, lon), CAFE) < 202 for lon, lat in corners)
    assert offer["properties"]["places"] == []


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({}, "exactly one"),
        ({"area": square(CAFE), "position": point(CAFE), "radius_m": 50}, "exactly one"),
        ({"radius_m": 50}, "stands with the position"),
        ({"position": point(CAFE), "radius_m": 4}, "/radius_m"),
        ({"position": point(CAFE), "radius_m": 12_700}, "/radius_m"),
        ({"position": point(CAFE), "radius_m": "50"}, "/radius_m"),
        ({"places": []}, "exactly one"),
        ({"places": ["café"]}, "/places/0"),
        ({"places": ["00000000-0000-7000-8000-000000000001"] * 101}, "/places"),
        ({"places": ["00000000-0000-7000-8000-000000000001"], "position": point(CAFE)}, "of their own"),
        ({"places": ["00000000-0000-7000-8000-000000000001"]}, "has no place"),
    ],
)
def test_where_it_is_is_said_in_one_way(
    world: World, rows: Callable[[], dict[str, int]], where: Json, says: str
) -> None:
    path, body = f"/businesses/{world.business()['id']}/offers", wanted(world, **where)
    before = rows()
    refused = world.founder.is_refused("POST", path, body)
    assert refused["status"] == 422
    assert says in refused["detail"]
    assert rows() == before


def test_places_too_finely_drawn_are_too_much_for_one_offer(
    chain: Chain, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.offers.making.MOST_VERTICES", 100)
    chain.offers(chain.cafe)
    refused = world.founder.is_refused("POST", f"{chain.path}/offers", chain.wanted(chain.cafe, chain.east))
    assert (refused["type"], "fewer places" in refused["detail"]) == ("/v1/problems/bad-area", True)


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
    assert refused["status"] == 422


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
