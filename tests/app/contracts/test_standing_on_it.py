"""What stands on a contract follows its changes: open sockets, counts and offers."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.contracts import service
from app.db import Database
from geo import Circle, Position
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from tests.app.contracts.wishes import EVERYONE, feed, nearby
from tests.realtime.listening import Outbox, listening
from tests.world import CAFE, Json, World, eventually, point


@pytest.fixture
def fanout(app: Flask) -> Fanout:
    fanout = Fanout(
        __import__("realtime.roster", fromlist=["Roster"]).Roster(), Heard.since(clock.now()), lambda _: None
    )
    fanout.follow(app.extensions["hereabouts"].signals)
    return fanout


def removed(outbox: Outbox) -> list[str]:
    return [each["id"] for each in outbox.told("check_in_removed")]


def test_open_sockets_take_back_what_may_no_longer_be_known(app: Flask, world: World, fanout: Fanout) -> None:
    ana, bob, topic = world.person("Ana"), world.person("Bob"), world.topic()
    riders = world.community(topics=[topic])
    ana.joins(riders)
    fellow = world.person("Fellow")
    fellow.joins(riders)
    watch = Watch(area=Circle(CAFE, 900))
    heard = {each.handle: listening(app, fanout, each, watch) for each in (ana, bob, fellow)}
    made = ana.checks_in(CAFE, "here", topics=[topic])["id"]
    eventually(lambda: not fanout.heard.missed(UUID(made)))
    ana.agrees({"terms": [nearby({"group": "communities"}), feed()]})
    eventually(lambda: removed(heard[bob.handle]) == [made])
    assert removed(heard[fellow.handle]) == [], "who may know as much as before keeps it"
    assert removed(heard[ana.handle]) == [], "and so does who said it"
    ana.agrees({"terms": [nearby({"group": "communities"}, exactness="street")]})
    eventually(lambda: removed(heard[fellow.handle]) == [made])
    ana.agrees({"ready": "open-house"})
    ana.checks_in(CAFE, "again", topics=[topic])
    assert removed(heard[bob.handle]) == [made]
    assert removed(heard[ana.handle]) == []


def test_counts_follow_a_change(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    at = Position(43.4, -3.2)
    place = world.location(at, "The port", 0.002)

    def here() -> int:
        return int(bob.gets(f"/communities/{place['id']}/presence")["here"])

    ana.checks_in(at)
    assert here() == 1
    ana.agrees({"terms": [feed(), nearby()]})
    assert here() == 0, "nothing in it lets her be counted"
    ana.agrees({"ready": "open-house"})
    assert here() == 1
    ana.agrees({"ready": "friends-and-communities"})
    assert here() == 0


def test_offers_are_a_term_of_it(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    assert "Offers may reach me through my communities." in ana.gets("/me/contract")["says"]
    ana.moves(CAFE)
    offer = world.offer([topic])
    eventually(lambda: [each["offer_id"] for each in ana.inbox] == [offer["id"]])
    ana.agrees({"ready": "invisible"})
    assert ana.inbox, "a ready contract leaves offers as they are"
    ana.agrees({"terms": []})
    assert ana.inbox == []
    assert ana.gets("/me/consents/offers")["given"] is False


def test_what_waits_in_the_inbox_of_a_business_goes_when_it_is_not_welcome_any_more(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    ana.moves(CAFE)
    offer = world.offer([topic])
    eventually(lambda: [each["offer_id"] for each in ana.inbox] == [offer["id"]])
    business, other = (
        {"group": "business", "id": each}
        for each in (offer["properties"]["business_id"], world.business()["id"])
    )
    open_to_all = {"purpose": "offers", "who": EVERYONE}
    ana.agrees({"terms": [open_to_all, {"purpose": "offers", "who": other, "exactness": "nothing"}]})
    assert ana.inbox, "it is another that is not welcome"
    ana.agrees({"terms": [open_to_all, {"purpose": "offers", "who": business, "exactness": "nothing"}]})
    assert ana.inbox == []
    ana.agrees({"terms": [{"purpose": "offers", "who": other}]})
    assert ana.inbox == []


def an_hour_from(minutes: int) -> Json:
    since = clock.now() + timedelta(minutes=minutes)
    until = since + timedelta(minutes=60)
    return {"since": f"{since:%H:%M}", "until": f"{until:%H:%M}"}


@pytest.mark.parametrize(
    ("terms", "comes"),
    [
        ([{"who": EVERYONE}], True),
        ([{"who": EVERYONE, "hours": "now"}], True),
        ([{"who": EVERYONE, "hours": "later"}], False),
        ([{"who": "business"}], True),
        ([{"who": EVERYONE}, {"who": "business", "exactness": "nothing"}], False),
        ([{"who": "business"}, {"who": "business", "exactness": "nothing"}], False),
        ([{"who": "another business"}], False),
    ],
)
def test_whose_offers_come_and_when_is_the_persons_to_say(
    world: World, app: Flask, terms: list[Json], comes: bool
) -> None:
    ana, topic, rival = world.person("Ana"), world.topic(), world.business("Rival")
    ana.joins(world.community(topics=[topic]))
    business = world.business()
    whos = {"business": business["id"], "another business": rival["id"]}
    hours = {"now": an_hour_from(-30), "later": an_hour_from(90)}
    for term in terms:
        if isinstance(term["who"], str):
            term |= {"who": {"group": "business", "id": whos[term["who"]]}}
        if isinstance(term.get("hours"), str):
            term |= {"hours": hours[term["hours"]]}
    ana.agrees({"terms": [{"purpose": "offers", **term} for term in terms]})
    body = {
        "title": "A free pump",
        "topics": [topic],
        "area": {
            "type": "Polygon",
            "coordinates": [[[2.1, 41.3], [2.2, 41.3], [2.2, 41.5], [2.1, 41.5], [2.1, 41.3]]],
        },
        "ends_at": (clock.now() + timedelta(days=1)).isoformat(),
        "hold_out": 0,
    }
    world.founder.posts(f"/businesses/{business['id']}/offers", body)
    witness = world.person("Witness")
    witness.joins(world.community("Witnesses", topics=[topic]))
    witness.welcomes_offers()
    ana.moves(CAFE)
    witness.moves(CAFE)
    eventually(lambda: witness.inbox)
    eventually(lambda: bool(ana.inbox) is comes)


def test_a_check_in_obeys_a_contract_its_process_has_not_heard_of(app: Flask, world: World) -> None:
    """Another process changed it a moment ago, and its word is still on the way."""
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.checks_in(CAFE, "before")
    database: Database = app.extensions["hereabouts"].database
    with Session(database.engine) as session:
        held = service.begin(session, UUID(ana.id))
        service.agree(session, UUID(ana.id), replace(held, terms=()), clock.now())
        session.commit()
    key = "sent again"
    made = ana.checks_in(CAFE, "after", key=key)
    assert bob.hears(f"person={ana.handle}") == []
    assert ana.checks_in(CAFE, "after", key=key)["id"] == made["id"]
    results = ana.posts("/check-ins/batch", {"check_ins": [{"position": point(CAFE), "text": "many"}] * 3})
    assert [each["status"] for each in results["results"]] == [201] * 3
    assert bob.hears(f"person={ana.handle}") == []
    assert len(ana.hears(f"person={ana.handle}")) == 5
