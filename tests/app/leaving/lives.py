"""Somebody who did everything one can do here, and what the database could be searched for to find them."""

import secrets
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.accounts.rules import Token
from app.communities.models import CommunityTopic
from app.db import Database
from app.growing.models import Asked, Emerging
from app.ids import new_id
from app.motions.models import Steward
from app.recovery import service as recovery
from app.settings import LOCAL_ORIGIN
from app.trust.terms import Identity
from geo import Position
from tests.app.clients.conftest import makes_known
from tests.app.events.evenings import an_event, evening, first_date, goes
from tests.app.passkeys.device import Device
from tests.app.phones.pocket import a_visit, overland, owntracks
from tests.app.pieces.writing import club
from tests.app.redemptions.selling import redeems_and_buys
from tests.app.search.finding import take_in
from tests.app.tag.tags import a_till, code_of, lets_know
from tests.app.wishes.wishing import workshop
from tests.world import CAFE, PURPOSE, Json, Someone, World, eventually, point, square

LEAVING = {"password": "correct horse"}
#: Where nobody else of these tests ever is.
HIDEOUT = Position(41.123456789, 2.345678912)


def everything(session: Session) -> str:
    """The whole database as text."""
    tables = inspect(session.connection()).get_table_names()
    rows = (session.scalars(text(f'SELECT t::text FROM "{name}" AS t')) for name in tables)
    return "\n".join(row for each in rows for row in each)


def erased(somebody: Someone) -> Json:
    answer = somebody.asks("DELETE", "/me", LEAVING)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    receipt: Json = answer.get_json()
    return receipt


QUIET = {"name": "Where Zoe hides", "lat": 41.98765, "lon": 2.34567, "radius_m": 150}


def traces(session: Session, somebody: Someone, *more: str) -> list[str]:
    """What the database could be searched for to find somebody."""
    held = Token.read(somebody.token)
    assert held is not None
    where = session.scalars(
        text("SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::text"),
        {"lon": HIDEOUT.lon, "lat": HIDEOUT.lat},
    ).one()
    ids = [somebody.id, somebody.handle, str(held.session_id), held.secret_hash.hex()]
    return [*ids, where, str(QUIET["name"]), str(QUIET["lat"]), *more]


@pytest.fixture
def full_life(world: World, app: Flask) -> Iterator[tuple[Someone, list[str]]]:
    """Somebody who did everything one can do here; and words and ids of theirs."""
    handle = f"zoe-{secrets.token_hex(4)}"
    body = {"handle": handle, "password": "correct horse", "name": f"Zoë {handle}"}
    signed_up = world.client.post("/v1/people", json=body, headers={"Idempotency-Key": "sign-up"}).get_json()
    zoe = Someone(world.client, handle, signed_up["person"]["id"], signed_up["token"])
    zoe.agrees({"ready": "open-house", "quiet_places": [QUIET]})
    topic, friend, foe = world.topic(), world.person("Friend"), world.person("Foe")
    riders = world.community(topics=[topic])
    hideout = world.location(HIDEOUT, "Hideout", 0.002)
    zoe.joins(riders)
    zoe.welcomes_offers()
    offer = world.offer([topic], Position(HIDEOUT.lat + 0.001, HIDEOUT.lon), per_person=2)
    zoe.posts("/sessions", LEAVING | {"handle": handle, "device": f"phone of {handle}"})
    zoe.blocks(foe)
    foe.blocks(zoe)
    zoe.follows(friend)
    friend.follows(zoe)
    zoe.puts(f"/me/mutes/people/{friend.handle}")
    zoe.puts(f"/me/mutes/topics/{world.topic('goal:a-bridge')}")
    friend.puts(f"/me/mutes/people/{zoe.handle}")
    zoe.puts(f"/me/consents/check-ins/{friend.handle}")
    friend.puts(f"/me/consents/check-ins/{zoe.handle}")
    zoe.draws("Hers only", friend)
    friend.draws("Theirs", zoe)
    said = [f"word-{secrets.token_hex(8)}" for _ in range(4)]
    ids = [
        zoe.checks_in(HIDEOUT, said[0], key="once", topics=[topic], activity="hiding-away")["id"],
        zoe.checks_in(HIDEOUT, said[1], exactness="quarter")["id"],
        zoe.checks_in(HIDEOUT, said[2], visibility="me")["id"],
        zoe.checks_in(HIDEOUT, said[3])["id"],
    ]
    zoe.deletes(f"/check-ins/{ids[3]}")
    said += talks(zoe, friend, ids[0], world)
    lets_know(app, zoe, Identity.PSEUDONYM)
    till = a_till(world)
    name = till.reads(code_of(zoe))["reading"]["pseudonym"]
    area = a_till(world, kind="area", area=square(HIDEOUT, 0.001))
    zoe.moves(HIDEOUT)
    zoe.joins(hideout)
    eventually(lambda: len(zoe.gets("/me/readings")["items"]) == 2)
    zoe.posts("/topics", {"key": f"value:of-{secrets.token_hex(4)}"}, Idempotency_Key="topic")
    has_a_say(zoe, app, riders)
    zoe.posts("/communities", {"kind": "interest", "name": "Hers", "purpose": PURPOSE, "topics": [topic]})
    zoe.posts("/places", {"name": "A place", "position": point(CAFE)})
    acts_for_businesses(zoe, friend, world)
    has_a_server(zoe)
    address = has_other_ways_in(zoe, friend, app)
    eventually(lambda: [each["offer_id"] for each in zoe.inbox] == [offer["id"]])
    phone = reports_by_phones(zoe, world, riders)
    wished = wishes_with_others(zoe, world)
    her_evening = goes_out(zoe, friend, riders)
    said += [reports_and_is_reported(zoe, friend, ids[0])]
    is_found(ids[0], world, app)
    yield (
        zoe,
        [
            *said[:3],
            *said[4:],
            *ids,
            wished,
            name,
            redeems_and_buys(zoe, world, offer),
            "quiet-please",
            "hiding-away",
            f"phone of {handle}",
            phone,
            address,
            her_evening,
        ],
    )
    # Or it would go on reading whoever moves in the next tests.
    world.founder.deletes(f"/readers/{area.id}")


def acts_for_businesses(zoe: Someone, friend: Someone, world: World) -> None:
    """Two are hers alone, she invites to one, and is invited to a third."""
    for name in ("A business", "Another"):
        hers = zoe.posts("/businesses", {"name": name})
    zoe.posts(f"/businesses/{hers['id']}/invitations", {"handle": friend.handle})
    wanting = world.business()["id"]
    world.founder.posts(f"/businesses/{wanting}/invitations", {"handle": zoe.handle})
    fair = world.topic("value:fair")
    zoe.joins(world.community("Fair", "value", [fair]))
    evidence = {"url": "https://fair.example/"}
    world.founder.puts(f"/businesses/{wanting}/topics", {"topics": [{"key": fair, "evidence": evidence}]})
    zoe.puts(f"/businesses/{wanting}/topics/{fair}/doubt", {"reason": f"says {zoe.handle}"})


def has_a_server(zoe: Someone) -> None:
    """One of her businesses has a server that is told what happens."""
    hers = zoe.gets("/me/businesses")["items"][0]["id"]
    hook = {"url": "https://shop.example/", "kinds": ["wish.opened"]}
    zoe.posts(f"/businesses/{hers}/webhooks", hook)


def is_found(check_in: str, world: World, app: Flask) -> None:
    """Somebody who searches is told of her, as she is of what she wished for."""
    world.founder.puts("/me/searches/hers", {"topic": world.topic()})
    take_in(app)
    assert check_in in [each["thing"] for each in world.founder.gets("/me/findings")["items"]]


def has_a_say(zoe: Someone, app: Flask, riders: Json) -> None:
    """A motion that she be steward, one she votes on, a house she keeps, what she is asked and what she declined."""
    motions = f"/communities/{riders['id']}/motions"
    zoe.posts(motions, {"proposal": {"kind": "steward"}})
    motion = zoe.posts(
        motions, {"proposal": {"kind": "noise-budget", "offers_a_day": 5}, "why": "quiet-please"}
    )
    zoe.puts(f"{motions}/{motion['id']}/vote", {"choice": "for"})
    zoe.deletes(f"/communities/{riders['id']}/suggestion")
    database: Database = app.extensions["hereabouts"].database
    with database.transaction() as session:
        topic_id = session.scalars(select(CommunityTopic.topic_id).limit(1)).one()
        noticed = Emerging(
            id=new_id(),
            topic_id=topic_id,
            centre=CAFE,
            radius_m=200,
            people=5,
            first_seen_at=clock.now(),
            last_seen_at=clock.now(),
        )
        session.add(noticed)
        session.flush()
        session.add(Asked(person_id=UUID(zoe.id), emerging_id=noticed.id, asked_at=clock.now()))
        session.add(Steward(person_id=UUID(zoe.id), community_id=UUID(riders["id"]), since=clock.now()))


def reports_and_is_reported(zoe: Someone, friend: Someone, check_in: str) -> str:
    """She reports, and is reported; words of hers."""
    words = f"word-{secrets.token_hex(8)}"
    theirs = friend.checks_in(CAFE, "anybody?")["id"]
    for what in ({"what": "check-in", "id": theirs}, {"what": "person", "handle": friend.handle}):
        zoe.posts("/reports", {**what, "reason": "spam", "note": words})
    for what in ({"what": "check-in", "id": check_in}, {"what": "person", "handle": zoe.handle}):
        friend.posts("/reports", {**what, "reason": "unwelcome", "note": f"it is {zoe.handle}"})
    return words


def wishes_with_others(zoe: Someone, world: World) -> str:
    """She pledges what another wishes for, and states what nobody else wants; the text of it."""
    here = workshop(world)
    zoe.joins(here.community)
    zoe.puts(f"/wishes/{here.stated()}/pledge")
    text = f"word-{secrets.token_hex(8)}"
    zoe.posts(here.wishes_path, here.wish(text=text))
    zoe.puts("/me/searches/hideouts", {"q": text})
    writes(zoe, world, text)
    return text


def writes(zoe: Someone, world: World, text: str) -> None:
    """She writes for a community, and changes it; and says of what another wrote that it is useful."""
    here = club(world)
    zoe.joins(here.community)
    zoe.puts(f"/pieces/{here.written()}/opinion", {"opinion": "useful"})
    piece = here.written(zoe, title=text, text=text)
    zoe.asks("PATCH", f"/pieces/{piece}", {"text": f"{text}, again"})


def talks(zoe: Someone, friend: Someone, check_in: str, world: World) -> list[str]:
    """She answers a friend and a stranger, and is answered; words and ids of hers."""
    words = f"word-{secrets.token_hex(8)}"
    stranger = world.person("Stranger")
    theirs = [each.checks_in(CAFE, "anybody?")["id"] for each in (friend, stranger)]
    made = [zoe.posts(f"/check-ins/{each}/replies", {"text": words})["id"] for each in theirs]
    friend.posts(f"/check-ins/{check_in}/replies", {"text": f"to {zoe.handle}"})
    zoe.posts(f"/check-ins/{check_in}/replies", {"text": words})
    for each in (theirs[0], check_in):
        zoe.puts(f"/check-ins/{each}/reactions/like")
    friend.puts(f"/check-ins/{check_in}/reactions/thanks")
    named = stranger.checks_in(CAFE, f"here with @{zoe.handle}.")["id"]
    stranger.posts(f"/check-ins/{theirs[1]}/replies", {"text": f"@{zoe.handle} knows"})
    zoe.posts(f"/check-ins/{named}/replies", {"text": "as ever"})
    eventually(lambda: len(zoe.gets("/me/mentions")["items"]) == 2)
    return [words, *made]


def goes_out(zoe: Someone, friend: Someone, riders: Json) -> str:
    """They host, say whether they go, and are told that it is cancelled; the title of what they host."""
    title = f"Evening of {zoe.handle}"
    hers = an_event(zoe, title=title)
    goes(friend, first_date(zoe, hers))
    zoe.posts("/events", evening(community_id=riders["id"]))
    theirs = an_event(friend)
    goes(zoe, first_date(friend, theirs), "everyone")
    friend.puts(f"/events/{theirs['id']}/cancellation")
    zoe.posts("/me/calendar")
    return title


def reports_by_phones(zoe: Someone, world: World, riders: Json) -> str:
    """Apps of theirs and of a fellow's report, each of whom the other's shows; the id of a device."""
    fellow = world.person("Fellow")
    fellow.joins(riders)
    fellow.checks_in(CAFE)
    theirs, noticing = owntracks(zoe), overland(zoe)
    theirs.changes(history=True)
    theirs.is_at(HIDEOUT, -1)
    noticing.sends_batch(a_visit(HIDEOUT, clock.now()))
    owntracks(fellow).is_at(CAFE)
    return theirs.id


def has_other_ways_in(zoe: Someone, friend: Someone, app: Flask) -> str:
    """An address, a link on its way to it, a program of a friend's that acts for her and one of her own, a passkey."""
    address = f"{zoe.handle}@mail.example"
    with app.extensions["hereabouts"].database.transaction() as session:
        person = accounts.person(session, UUID(zoe.id))
        assert person is not None
        person.email = address
        recovery.make_link(session, person, "reset", address, clock.now())
    makes_known(friend).acts_for(zoe)
    makes_known(zoe).acts_for(friend)
    device, begun = Device(LOCAL_ORIGIN), zoe.posts("/me/passkeys/challenges", LEAVING)
    zoe.posts("/me/passkeys", {"challenge_id": begun["id"], "credential": device.makes(begun["options"])})
    zoe.posts("/me/passkeys/challenges", LEAVING)
    return address
