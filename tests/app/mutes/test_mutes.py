"""Muting: what one will not hear of, and what nobody else ever learns of it."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ids import NOBODY
from app.offers.signals import OfferWithdrawn
from app.relations import queries, rules
from app.relations.rules import MuteKind
from app.relations.service import muting
from app.relations.signals import Muted, Unmuted
from app.topics import queries as topics
from tests.app.conftest import Telling
from tests.world import CAFE, Json, Someone, World, eventually


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def offered(world: World, ana: Someone) -> Json:
    """An offer in Ana's inbox, and what of it can be muted."""
    topic, other = world.topic(), world.topic("value:fair-trade")
    riders = world.community(topics=[topic])
    ana.joins(riders)
    ana.welcomes_offers()
    offer = world.offer([topic, other])
    ana.checks_in(CAFE)
    eventually(lambda: [each["offer_id"] for each in ana.inbox] == [offer["id"]])
    return {
        "offer": offer["id"],
        "its business": f"businesses/{offer['properties']['business_id']}",
        "the topic it came through": f"topics/{topic}",
        "another topic it carries": f"topics/{other}",
        "the community it came through": f"communities/{riders['id']}",
    }


def test_everything_one_mutes_is_listed_and_unmuted(world: World, ana: Someone, session: Session) -> None:
    bob, topic, business = world.person("Bob"), world.topic(), world.business()
    riders = world.community(topics=[topic])
    wanted = {
        f"people/{bob.handle}": ("person", bob.handle, "Bob"),
        f"communities/{riders['id']}": ("community", riders["id"], "Ring riders"),
        f"businesses/{business['id']}": ("business", business["id"], "Bike Bar"),
        f"topics/{topic}": ("topic", topic, world.client.get(f"/v1/topics/{topic}").get_json()["name"]),
    }
    for path, shown in wanted.items():
        made = ana.puts(f"/me/mutes/{path}")
        assert (made["kind"], made["which"], made["name"]) == shown
        assert ana.puts(f"/me/mutes/{path}") == made
        assert made in ana.gets("/me/mutes")["items"]
    assert len(ana.gets("/me/mutes")["items"]) == len(wanted)
    known = queries.mutes_of(session, UUID(ana.id))
    assert known == {
        MuteKind.PERSON: {UUID(bob.id)},
        MuteKind.COMMUNITY: {UUID(riders["id"])},
        MuteKind.BUSINESS: {UUID(business["id"])},
        MuteKind.TOPIC: {each.id for each in topics.topics_named(session, [topic])},
    }
    session.rollback()
    for path in wanted:
        ana.deletes(f"/me/mutes/{path}")
        ana.deletes(f"/me/mutes/{path}")
    assert ana.gets("/me/mutes")["items"] == []
    assert queries.mutes_of(session, UUID(ana.id)) == {kind: set() for kind in MuteKind}


def test_a_long_list_comes_in_parts(world: World, ana: Someone) -> None:
    for _ in range(5):
        ana.puts(f"/me/mutes/people/{world.person().handle}")
    path, found = "/v1/me/mutes?limit=2", list[str]()
    while path:
        answer = ana.client.get(path, headers=ana.headers)
        found += [each["which"] for each in answer.get_json()["items"]]
        path = answer.headers["Link"].partition(">")[0][1:] if "Link" in answer.headers else ""
    assert found == [each["which"] for each in ana.gets("/me/mutes")["items"]]
    assert len(found) == 5


def test_whoever_is_muted_sees_no_difference(world: World, ana: Someone) -> None:
    bob = world.person("Bob")
    ana.follows(bob)
    paths = [f"/people/{ana.handle}", "/me/followers", "/me/mutes", "/me/blocks"]
    before = [bob.gets(path) for path in paths]
    ana.puts(f"/me/mutes/people/{bob.handle}")
    assert [bob.gets(path) for path in paths] == before


def test_open_sockets_are_told_once_of_each_change(world: World, ana: Someone, telling: Telling) -> None:
    bob = world.person("Bob")
    told = telling(Muted, Unmuted)
    for ask in (ana.puts, ana.puts, ana.deletes, ana.deletes):
        ask(f"/me/mutes/people/{bob.handle}")
    about = (UUID(ana.id), "person", UUID(bob.id))
    assert told == [Muted(*about), Unmuted(*about)]


@pytest.mark.parametrize(
    "what",
    [
        "its business",
        "the topic it came through",
        "another topic it carries",
        "the community it came through",
    ],
)
def test_what_is_muted_leaves_the_inbox_and_does_not_come_back(
    ana: Someone, offered: Json, telling: Telling, what: str
) -> None:
    told = telling(OfferWithdrawn)
    ana.puts(f"/me/mutes/{offered[what]}")
    assert ana.inbox == []
    assert told == [OfferWithdrawn(UUID(ana.id), UUID(offered["offer"]))]
    ana.deletes(f"/me/mutes/{offered[what]}")
    assert ana.inbox == []


def test_other_offers_stay_in_the_inbox(world: World, ana: Someone, offered: Json, telling: Telling) -> None:
    told = telling(OfferWithdrawn)
    bob = world.person("Bob")
    for other in (
        f"businesses/{world.business()['id']}",
        f"topics/{world.topic('goal:none-of-it')}",
        f"communities/{world.community()['id']}",
        f"people/{world.founder.handle}",
    ):
        ana.puts(f"/me/mutes/{other}")
    bob.puts(f"/me/mutes/{offered['its business']}")
    assert [each["offer_id"] for each in ana.inbox] == [offered["offer"]]
    assert told == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("people/nobody-is-called-so", 404),
        ("people/me", 422),
        ("people/%00", 404),
        (f"communities/{NOBODY}", 404),
        (f"businesses/{NOBODY}", 404),
        ("businesses/none", 404),
        ("topics/interest:nobody-added-it", 404),
        ("topics/%00", 404),
        ("places/somewhere", 404),
    ],
)
def test_what_one_cannot_mute(ana: Someone, path: str, status: int) -> None:
    asked = f"people/{ana.handle}" if path == "people/me" else path
    assert ana.is_refused("PUT", f"/me/mutes/{asked}")["status"] == status
    assert ana.gets("/me/mutes")["items"] == []


def test_who_is_apart_is_not_there_to_be_muted_but_can_be_unmuted(world: World, ana: Someone) -> None:
    bob = world.person("Bob")
    ana.puts(f"/me/mutes/people/{bob.handle}")
    bob.blocks(ana)
    assert [each["which"] for each in ana.gets("/me/mutes")["items"]] == [bob.handle], "it is her own record"
    ana.deletes(f"/me/mutes/people/{bob.handle}")
    assert ana.is_refused("PUT", f"/me/mutes/people/{bob.handle}")["status"] == 404


def test_there_is_a_most(world: World, ana: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(muting, "MOST_MUTES", 1)
    ana.puts(f"/me/mutes/topics/{world.topic()}")
    ana.puts(f"/me/mutes/topics/{world.topic()}")
    assert (
        ana.is_refused("PUT", f"/me/mutes/people/{world.person().handle}")["type"] == "/v1/problems/conflict"
    )
    assert len(ana.gets("/me/mutes")["items"]) == 1
    assert rules.MOST_MUTES == 1_000


def test_whoever_leaves_for_good_is_nowhere_among_what_others_mute(
    world: World, ana: Someone, session: Session
) -> None:
    bob = world.person("Bob")
    ana.puts(f"/me/mutes/people/{bob.handle}")
    assert (
        bob.asks("DELETE", "/me", {"password": "correct horse"}).get_json()["removed"]["mutes_by_others"] == 1
    )
    assert session.scalars(text("SELECT target::text FROM mutes")).all().count(bob.id) == 0
    assert ana.gets("/me/mutes")["items"] == []


def test_the_fragment_gives_what_the_noun_gives(world: World, ana: Someone, session: Session) -> None:
    ana.puts(f"/me/mutes/people/{world.person().handle}")
    ana.puts(f"/me/mutes/topics/{world.topic()}")
    known = queries.mutes_of(session, UUID(ana.id))
    for kind in MuteKind:
        sql = f"SELECT unnest({queries.muted_sql('p.id', kind)}) FROM people p WHERE p.id = '{ana.id}'"
        assert set(session.connection().exec_driver_sql(sql).scalars()) == known[kind]
