"""However large a town is, what people ask of it is found by keys: no plan reads from end to end what grows."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app import clock
from app.checkins import queries as checkins
from app.checkins.feeds import Asked as Fed
from app.communities import queries as communities
from app.communities.queries import Wanted
from app.conversation import queries as conversation
from app.conversation.queries import Part as Answers
from app.estimates import counting as estimates
from app.events import queries as events
from app.events.listing import Asked as Listed
from app.growing import noticing, together
from app.growing import queries as growing
from app.ids import NOBODY, new_id
from app.moderation import queries as moderation
from app.moderation.queries import Asked as Queued
from app.moderation.rules import Reason
from app.moderation.rules import State as CaseState
from app.motions import queries as motions
from app.motions.models import Motion
from app.motions.rules import State
from app.offers import queries as offers
from app.partitions import make_partitions
from app.search import queries as search
from app.search import statements
from app.search.statements import Asked as Sought
from app.statistics import queries as statistics
from app.wishes import queries as wishes
from app.wishes import service as wishing
from app.wishes.queries import Part
from geo import Circle, Position
from tests.app.large_town import fill, made

HERE = Position(41.4, 2.1)
AROUND = Circle(HERE, 1_000)
PERSON, COMMUNITY, TOPIC = made("person", 7), made("community", 7), made("topic", 7)
#: Of fewer rows nothing is gained by an index. What has more here grows with people.
FEW = 1_000
Ask = Callable[[Session], object]


def listed(**more: Any) -> Ask:
    now = clock.now()
    asked = Listed(**{"limit": 21, "since": now, "until": now + timedelta(days=7), **more})
    return lambda session: events.dates(session, asked, PERSON)


def chosen(**more: Any) -> Ask:
    now = clock.now()
    asked = Listed(**{"limit": 21, "since": now, "until": now + timedelta(days=7), **more})
    return lambda session: events.candidates(session, asked, PERSON, now)


def sought(sort: Any, words: str = "", **more: Any) -> Ask:
    return lambda session: search.search(session, Sought(20, sort, words, **more), PERSON, clock.now())


def fed(**more: Any) -> Ask:
    return lambda session: checkins.feed(session, Fed(20, **more), PERSON, clock.now())


def queued(*asked: Any) -> Ask:
    return lambda session: moderation.cases(session, Queued(20, new_id(), *asked), NOBODY)


def a_motion() -> Motion:
    return Motion(id=made("motion", 20), community_id=COMMUNITY, opened_at=clock.now())


ASKED: dict[str, Ask] = {
    "a community": lambda s: communities.community(s, COMMUNITY),
    "communities": lambda s: communities.communities_after(s, Wanted(), PERSON, COMMUNITY, 20),
    "communities of a topic": lambda s: communities.communities_after(
        s, Wanted(topic="goal:t7"), PERSON, None, 20
    ),
    "communities near": lambda s: communities.communities_near(s, HERE, 1_000, 20, PERSON),
    "communities around": lambda s: communities.communities_covering(s, HERE, 20, PERSON),
    "my communities": lambda s: communities.communities_of(s, PERSON),
    "members": lambda s: communities.members_after(s, COMMUNITY, PERSON, None, 20),
    "forming of mine": lambda s: communities.forming_by(s, PERSON),
    "what is forgotten": lambda s: communities.never_grown(s, clock.now() - timedelta(days=30)),
    "for me": lambda s: growing.for_one(s, PERSON, clock.now(), 20),
    "what I am asked": lambda s: growing.asked_of(s, PERSON),
    "noticed near": lambda s: growing.emerging_near(s, TOPIC, HERE, 200),
    "members among": lambda s: growing.members_among(s, TOPIC, [PERSON, made("person", 8)]),
    "asked how much": lambda s: growing.open_questions(s, [PERSON]),
    "asked already": lambda s: growing.asked_already(s, made("emerging", 7)),
    "who with whom": lambda s: together.who_with_whom(s, COMMUNITY, clock.now()),
    "traits": lambda s: together.traits(s, COMMUNITY, clock.now()),
    "who takes part": lambda s: motions.active_members(s, COMMUNITY, clock.now()),
    "a motion": lambda s: motions.motion(s, COMMUNITY, made("motion", 20), PERSON),
    "motions": lambda s: motions.motions_before(s, COMMUNITY, PERSON, None, (None, 20)),
    "open motions": lambda s: motions.motions_before(s, COMMUNITY, PERSON, State.OPEN, (None, 20)),
    "motions for me": lambda s: motions.open_to(s, PERSON, clock.now(), 20),
    "open at once": lambda s: motions.open_in(s, COMMUNITY),
    "motions due": lambda s: motions.due(s, clock.now(), 100),
    "a tally": lambda s: motions.tally(s, a_motion()),
    "stewards": lambda s: motions.stewards_of(s, COMMUNITY),
    "standings": lambda s: motions.standings_of(s, COMMUNITY),
    "wishes": lambda s: wishes.wishes_of(s, COMMUNITY, PERSON, Part(20)),
    "wishes pledged": lambda s: wishes.wishes_pledged(s, PERSON, Part(20)),
    "open wishes": lambda s: wishes.open_wishes(s, PERSON, Part(20), clock.now()),
    "open wishes of a topic": lambda s: wishes.open_wishes(s, PERSON, Part(20, None, "goal:t7"), clock.now()),
    "wishes answered": lambda s: wishes.wishes_answered(s, PERSON, made("business", 7), Part(20)),
    "wishes to judge": lambda s: wishing.judge(s, clock.now()),
    "whom an offer may reach": lambda s: estimates.counted(
        s, [7, 8, 9], [TOPIC], estimates.Period(clock.now().date() - timedelta(days=7), clock.now(), 1)
    ),
    "the inbox": lambda s: offers.inbox(s, PERSON, None, 20, clock.now()),
    "events by time": listed(),
    "events by place and time": listed(around=AROUND),
    "events of a person": listed(person=PERSON),
    "events of a community": listed(community=COMMUNITY),
    "events at a place": listed(place=made("place", 7)),
    "events on a topic": listed(topic=TOPIC),
    "events of mine": listed(goer=PERSON),
    "the next events": lambda s: listed(after=_a_date(s))(s),
    "events to choose": chosen(),
    "events to choose around": chosen(around=AROUND),
    "who goes": lambda s: events.going_after(s, _a_date(s), PERSON, None, 20),
    "words": sought("relevant", "canal"),
    "rare words": sought("relevant", "submarine"),
    "words around": sought("near", "canal", around=AROUND),
    "a topic": sought("recent", topic_id=TOPIC),
    **{
        f"words of {kind}": sought("relevant", "canal 7", kind=kind)
        for kind in ("check-in", "community", "place", "event", "wish", "offer")
    },
    "saved searches": lambda s: search.saved_by(s, PERSON),
    "the mesh": lambda s: search.mesh_around(s, PERSON, 3),
    "what is shared": lambda s: statistics.shared(s, COMMUNITY, ["overlap", "traffic"], *_year()),
    "the queue": queued(),
    "the open queue": queued(CaseState.OPEN),
    "the queue of a reason": queued(CaseState.OPEN, Reason.SPAM),
    "replies": lambda s: conversation.replies(s, Answers(_newest(s), None, 20), PERSON, clock.now()),
    "reactions": lambda s: conversation.reactions(s, _newest(s), PERSON, clock.now()),
    "mentions": lambda s: conversation.mentions(s, PERSON, None, 20, clock.now()),
    "a community's feed": fed(communities=(COMMUNITY,)),
    "a topic's feed": fed(topics=(TOPIC,)),
    "near": fed(area=AROUND),
}
#: What is done once a day reads what was said in a while as a whole, and nothing before it.
CHORES: dict[str, Ask] = {
    "people together": lambda s: noticing.people_together(s, clock.now()),
    "communities that may be two": lambda s: together.due(s, clock.now()),
}


def _year() -> tuple[Any, Any]:
    today = clock.now().date()
    return today - timedelta(days=365), today


def _a_date(session: Session) -> UUID:
    asked = text("SELECT id FROM event_dates WHERE starts_at > now() ORDER BY starts_at LIMIT 1")
    return session.execute(asked).scalar_one()


def _newest(session: Session) -> UUID:
    return session.execute(text("SELECT id FROM check_ins ORDER BY id DESC LIMIT 1")).scalar_one()


@pytest.fixture(scope="module")
def town(app: Flask) -> Iterator[Session]:
    """A session on a town that stays as it is."""
    engine = app.extensions["hereabouts"].database.engine
    with engine.begin() as connection:
        make_partitions(connection, clock.now() - timedelta(days=365), months=0)
        fill(connection, clock.now())
    with pytest.MonkeyPatch.context() as patch:
        # In a town that is larger yet, of so many only the newest are read.
        patch.setattr(statements, "MOST_READ", FEW)
        yield Session(engine)


def plans(session: Session, ask: Ask) -> list[dict[str, Any]]:
    """Those of all statements that are sent, as they are planned where nothing is forbidden."""
    ask(session)  # What is prepared is planned by then.
    sent: list[tuple[str, Any]] = []
    connection = session.connection()

    def listener(*said: Any) -> None:
        sent.append((said[2], said[3]))

    event.listen(connection, "before_cursor_execute", listener)
    ask(session)
    event.remove(connection, "before_cursor_execute", listener)
    read = [connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", values) for sql, values in sent]
    found: list[dict[str, Any]] = [each.scalar_one()[0]["Plan"] for each in read]
    return found


def large(session: Session) -> set[str]:
    """The tables, and the months of them, that have grown."""
    asked = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= :few")
    return set(session.scalars(asked, {"few": FEW}))


def read_whole(plan: dict[str, Any], *, ends_early: bool = False) -> Iterator[tuple[str, str]]:
    """The tables that are read from end to end, as they lie or in the order of an index; and which."""
    kind = plan["Node Type"]
    ordered = kind in {"Index Scan", "Index Only Scan"} and not {"Index Cond", "Order By"} & plan.keys()
    if kind == "Seq Scan" or (ordered and not ends_early):
        yield plan["Relation Name"], plan.get("Index Name", "no index")
    # What sorts or counts takes all there is, whoever wants the first few of it.
    ends_early = (ends_early or kind == "Limit") and kind not in {"Sort", "Aggregate", "Hash", "Materialize"}
    for each in plan.get("Plans", ()):
        yield from read_whole(each, ends_early=ends_early)


@pytest.mark.parametrize("asked", ASKED)
def test_what_people_ask_is_found_by_keys(town: Session, asked: str) -> None:
    found = plans(town, ASKED[asked])
    assert found
    grown = large(town)
    whole = {each for plan in found for each in read_whole(plan) if each[0] in grown}
    town.rollback()
    assert whole == set()


def test_what_goes_with_somebody_who_leaves_is_found_by_keys(town: Session) -> None:
    without = """
        SELECT c.conrelid::regclass || '.' || a.attname
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.confrelid = 'people'::regclass
          AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum)"""
    found = town.connection().exec_driver_sql(without).scalars().all()
    town.rollback()
    assert found == []


@pytest.mark.parametrize("chore", CHORES)
def test_a_chore_reads_only_the_months_it_is_about(town: Session, chore: str) -> None:
    (plan,) = {json.dumps(each) for each in plans(town, CHORES[chore])}
    town.rollback()
    months = {part[:5] for part in plan.split('"Relation Name": "check_ins_20')[1:]}
    assert f"{clock.now():%y_%m}" in months
    before = clock.now() - timedelta(days=91)
    assert min(months) >= f"{before:%y_%m}"
