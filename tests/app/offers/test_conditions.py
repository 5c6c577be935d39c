"""Offers for people who are there together, who come again, or who go to an event; and nobody who fits is left out."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app import clock
from app.events.models import Event, EventReply
from app.ids import NOBODY
from app.offers import gate, gathering
from app.offers.matcher import Matcher
from app.offers.models import Offer, OfferBudget
from app.offers.rules import Conditions
from app.presence.models import Presence
from app.trust.terms import Identity
from geo import Position, destination
from tests.app.rows import Rows, rows_in
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually, square

#: Where no other test has anything.
HERE = Position(-20.2307, -70.1357)
FAR = destination(HERE, 90, 5000)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TOGETHER = Conditions(collective=3)


@pytest.fixture
def small(session: Session) -> Rows:
    return rows_in(session)


class Club:
    """A community, an offer for several of its members at once, and who comes."""

    def __init__(self, small: Rows, conditions: Conditions = TOGETHER) -> None:
        self.small, self.topic = small, small.topic()
        self.community = small.community(self.topic)
        self.offer = small.offer(HERE, [self.topic], conditions=conditions)

    def member(self, at: Position | None = HERE, joins: bool = True, consents: bool = True) -> UUID:
        person = self.small.person()
        if joins:
            self.small.joins(person, self.community)
        if consents:
            self.small.consents(person)
        if at:
            self.small.is_at(person, at)
        return person

    def reached(self, *people: UUID) -> set[UUID]:
        delivered, _ = gate.deliver(self.small.session, people, self.small.now)
        return {each.person_id for each in delivered}

    def waiting(self, since: datetime) -> set[UUID]:
        return set(gathering.together_since(self.small.session, since, self.small.now))


def test_it_comes_when_enough_members_are_there_at_once(small: Rows) -> None:
    club = Club(small)
    ana, bob = club.member(), club.member()
    assert club.reached(ana, bob) == set()
    cem = club.member()
    assert club.reached(cem) == {cem}
    assert club.reached(ana, bob) == {ana, bob}


OTHERS: dict[str, Callable[[Club], UUID]] = {
    "who is elsewhere": lambda club: club.member(at=FAR),
    "who is nowhere": lambda club: club.member(at=None),
    "who belongs to something else": lambda club: club.member(joins=False),
    "who lets no offers come": lambda club: club.member(consents=False),
}


@pytest.mark.parametrize("other", OTHERS)
def test_nobody_counts_for_it(small: Rows, other: str) -> None:
    club = Club(small)
    ana, _ = club.member(), club.member()
    OTHERS[other](club)
    assert club.reached(ana) == set()
    club.member()
    assert club.reached(ana) == {ana}


@pytest.mark.parametrize("values", [{"quiet": True}, {"expires_at": None}], ids=["quiet", "gone"])
def test_nobody_counts_who_is_not_there_for_us(small: Rows, values: dict[str, object]) -> None:
    club = Club(small)
    ana, _, cem = (club.member() for _ in range(3))
    values = {name: value or small.now for name, value in values.items()}
    small.session.execute(update(Presence).where(Presence.person_id == cem).values(**values))
    assert club.reached(ana) == set()


def test_who_waited_is_found_when_the_last_comes_and_only_then(small: Rows) -> None:
    club = Club(small)
    ana, bob = club.member(), club.member()
    assert gathering.completed_by(small.session, [bob], small.now) == []
    # The last gets nothing, as they do something else; and still were those waiting for them.
    cem = club.member()
    assert set(gathering.completed_by(small.session, [cem], small.now)) == {ana, bob, cem}
    dan = club.member()
    assert gathering.completed_by(small.session, [dan], small.now) == []
    assert club.waiting(small.now - HOUR) == {ana, bob, cem, dan}
    assert club.waiting(small.now) == set()
    club.reached(ana, bob)
    assert club.waiting(small.now - HOUR) == {cem, dan}


def test_through_another_community_others_may_have_waited(small: Rows) -> None:
    """Who comes may belong to several; the offer comes to them through one, and to others through another."""
    club = Club(small)
    ana, bob = club.member(), club.member()
    cem = club.member(joins=False)
    small.joins(cem, small.community(club.topic))
    small.now += MINUTE
    small.joins(cem, club.community)
    small.now -= MINUTE
    assert {ana, bob} <= set(gathering.completed_by(small.session, [cem], small.now))


VISITS: dict[str, tuple[list[timedelta], Identity, bool]] = {
    "three days": ([2 * DAY, DAY, 0 * DAY], Identity.PSEUDONYM, True),
    "by name": ([2 * DAY, DAY, 0 * DAY], Identity.HANDLE, True),
    "twice": ([DAY, 0 * DAY], Identity.PSEUDONYM, False),
    "read thrice at once": ([2 * MINUTE, MINUTE, 0 * MINUTE], Identity.PSEUDONYM, False),
    "not known again": ([2 * DAY, DAY, 0 * DAY], Identity.PERSON, False),
}


@pytest.mark.parametrize("seen", VISITS)
def test_who_comes_again_is_who_was_seen_so_often(small: Rows, seen: str) -> None:
    ago, learns, fits = VISITS[seen]
    club = Club(small, Conditions(returning=3))
    ana, bob = club.member(), club.member()
    business = small.session.get_one(Offer, club.offer).business_id
    small.reads(business, ana, *ago, learns=learns)
    small.reads(business, bob, DAY)
    small.reads(small.business(small.person()), bob, 2 * DAY, HOUR)
    assert club.reached(ana, bob) == ({ana} if fits else set())


def test_who_goes_to_its_event_has_a_seat(small: Rows) -> None:
    club = Club(small)
    ana, bob, eve = (club.member() for _ in range(3))
    event = small.event(ana, bob)
    offer = small.session.get_one(Offer, club.offer)
    offer.conditions = Conditions(event_id=event)
    small.session.flush()
    waits = update(EventReply).where(EventReply.person_id == bob).values(seated=False)
    small.session.execute(waits)
    assert club.reached(ana, bob, eve) == {ana}


@pytest.mark.parametrize("values", [{"hidden": True}, {"cancelled_at": True}, {"visibility": "community"}])
def test_nobody_goes_to_what_is_not_public_or_not_at_all(small: Rows, values: dict[str, object]) -> None:
    club = Club(small)
    ana = club.member()
    event = small.event(ana)
    small.session.get_one(Offer, club.offer).conditions = Conditions(event_id=event)
    values = {name: small.now if name == "cancelled_at" else value for name, value in values.items()}
    if "visibility" in values:
        values["community_id"], values["person_id"] = club.community, None
    small.session.execute(update(Event).where(Event.id == event).values(**values))
    assert club.reached(ana) == set()


def test_it_is_for_those_whose_date_was_not_over_when_it_began(small: Rows) -> None:
    club = Club(small)
    ana, bob = club.member(), club.member()
    past, now = (small.event(each, begins=begins) for each, begins in ((ana, -2 * DAY), (bob, -HOUR)))
    for event, reached in ((past, set()), (now, {bob})):
        small.session.get_one(Offer, club.offer).conditions = Conditions(event_id=event)
        small.session.flush()
        assert club.reached(ana, bob) == reached


def test_when_the_event_is_gone_the_offer_is_for_nobody(small: Rows) -> None:
    club = Club(small)
    ana = club.member()
    event = small.event(ana)
    small.session.get_one(Offer, club.offer).conditions = Conditions(event_id=event)
    small.session.flush()
    small.session.execute(text("DELETE FROM events WHERE id = :event"), {"event": event})
    assert club.reached(ana) == set()


@pytest.fixture
def matcher(app: Flask) -> Iterator[Matcher]:
    """The application's own, which knows what stands."""
    found: Matcher = app.extensions["hereabouts.matcher"]
    found.look()
    yield found
    found._known_to = None


def members(world: World, topic: str, number: int) -> list[Someone]:
    community = world.community(topics=[topic])
    people = [world.person(f"member{each}") for each in range(number)]
    for each in people:
        each.joins(community)
        each.welcomes_offers()
    return people


def test_those_who_were_there_first_get_it_when_the_last_comes(world: World, matcher: Matcher) -> None:
    topic = world.topic()
    offer = world.offer([topic], collective=3, activities=["riding"])
    assert offer["properties"]["collective"] == 3
    ana, bob, cem = members(world, topic, 3)
    for each in (ana, bob):
        each.checks_in(CAFE, activity="riding")
    eventually(lambda: reasons(bob) == {"collective"})
    cem.checks_in(CAFE, activity="reading")
    eventually(lambda: ana.inbox and bob.inbox)
    assert reasons(cem) == {"activity"}


def reasons(person: Someone) -> set[str]:
    return {each["reason"] for each in person.gets("/me/offers/withheld")["items"]} & {
        "collective",
        "activity",
    }


def test_of_those_who_come_at_once_nobody_is_left_out(world: World, matcher: Matcher) -> None:
    topic = world.topic()
    world.offer([topic], collective=6)
    people = members(world, topic, 6)
    for each in people:
        each.checks_in(CAFE)
    eventually(lambda: all(each.inbox for each in people))


def test_who_says_that_they_go_gets_it_where_they_are(world: World, matcher: Matcher) -> None:
    topic = world.topic()
    starts = (clock.now() + HOUR).replace(tzinfo=None, microsecond=0)
    body = {
        "title": "A ride",
        "area": square(CAFE),
        "starts_at": starts.isoformat(),
        "ends_at": (starts + HOUR).isoformat(),
        "time_zone": "UTC",
    }
    event = world.founder.posts("/events", body)
    (ana,) = members(world, topic, 1)
    offer = world.offer([topic], event_id=event["id"])
    assert offer["properties"]["event_id"] == event["id"]
    ana.checks_in(CAFE)
    dates = world.founder.gets(f"/events/{event['id']}/dates")
    date = (dates.get("features") or dates.get("items"))[0]["id"]
    ana.puts(f"/events/{event['id']}/dates/{date}/reply", {"reply": "going"})
    eventually(lambda: ana.inbox)


def test_nobody_reads_when_enough_are_there(small: Rows) -> None:
    """Else a few made-up members and an offer around somebody's street would tell when they come home."""
    club = Club(small)
    ana, bob = club.member(), club.member()
    for each in (ana, bob):
        small.session.add(OfferBudget(person_id=each, recent=[], a_day=0))
    small.session.flush()
    for _ in range(2):
        assert [each.reason for each in gate.around(small.session, ana, small.now)] == ["collective"]
        club.member()


def test_for_several_at_once_an_area_is_no_house(world: World) -> None:
    body = {"title": "Tea", "topics": [world.shared()], "area": square(FAR_AWAY, 0.001), "collective": 5}
    body["ends_at"] = (clock.now() + HOUR).isoformat()
    path = f"/businesses/{world.business()['id']}/offers"
    assert "who is there" in world.founder.is_refused("POST", path, body)["detail"]
    world.founder.posts(path, body | {"collective": None})


WRONG: list[tuple[Json, str]] = [
    ({"collective": 1}, "collective"),
    ({"collective": 101}, "collective"),
    ({"returning": 1}, "returning"),
    ({"returning": "often"}, "returning"),
    ({"event_id": "tonight"}, "event_id"),
    ({"event_id": str(NOBODY)}, "event_id"),
]


@pytest.mark.parametrize(("wrong", "named"), WRONG)
def test_a_condition_that_nobody_could_meet_is_refused(world: World, wrong: Json, named: str) -> None:
    body = {"title": "Tea", "topics": [world.shared()], "area": square(FAR_AWAY), **wrong}
    body["ends_at"] = (clock.now() + HOUR).isoformat()
    path = f"/businesses/{world.business()['id']}/offers"
    problem = world.founder.is_refused("POST", path, body)
    assert problem["type"] == "/v1/problems/invalid"
    assert named in str(problem["errors"])
