"""What one process does, the others hear: all of it, in order, if and only if it is committed."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.accounts.signals import SessionRevoked
from app.checkins.signals import CheckedIn, CheckedInByFriend, CheckInRemoved
from app.communities.signals import Joined, Left
from app.conversation.signals import About, Mentioned, Reacted, Replied, ReplyRemoved
from app.conversation.values import Audience
from app.db import Database, announce
from app.notices.signals import NoticeGiven
from app.offers.signals import OfferDelivered, OfferPublished, OfferWithdrawn
from app.presence.signals import Faded, Moved
from app.relations.rules import MuteKind
from app.relations.signals import Blocked, CircleJoined, CircleLeft, Muted, Unblocked, Unmuted
from app.search.signals import Found, MoreFound
from app.signals import Signals
from app.tag.signals import ReadersChanged, TagRead
from app.trust.rules import Visibility
from app.trust.shares import ANYONE, Share
from app.trust.terms import Level
from realtime.bus import CARRIED, CHANNEL, PostgresBus, pieces
from tests.world import CAFE, World, eventually

ANA, RIDERS = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHECKED_IN = CheckedIn(
    id=UUID(int=3),
    person_id=ANA,
    handle="ana",
    position=CAFE,
    found_at=CAFE,
    accuracy_m=None,
    text="café 🚲",
    activity="riding",
    topic_ids=(UUID(int=4),),
    topics=("interest:cycling",),
    location_ids=(),
    community_ids=(RIDERS,),
    place_id=None,
    visibility=Visibility.COMMUNITIES,
    exactness=Level.QUARTER,
    fixed_at=NOON,
    received_at=NOON,
    present_until=NOON,
    shares=(Share(ANYONE, 18), Share(RIDERS, 36, NOON, None)),
)
REMOVED = CheckInRemoved(UUID(int=5), UUID(int=3), ANA, CAFE, (), (), (RIDERS,), (Share(ANYONE, 36),), ())
DELIVERED = OfferDelivered(
    UUID(int=6), ANA, UUID(int=7), "Shop", "Pump", "", "t", "T", RIDERS, "Riders", 3.5, None, NOON, NOON, 2
)
READ = TagRead(
    UUID(int=10), ANA, UUID(int=11), "Till", UUID(int=12), "Shop", "stamps", "pseudonym", "a name", NOON
)
ABOUT = About(UUID(int=3), ANA, CAFE, (UUID(int=4),), (RIDERS,), (), (Share(ANYONE, 36, NOON),))
KNOWN_TO = (Audience(ANA), Audience(ANYONE, NOON))
ONE_OF_EACH = [
    READ,
    ReadersChanged(UUID(int=12)),
    CHECKED_IN,
    CheckedInByFriend(ANA, UUID(int=3), "bob"),
    REMOVED,
    Replied(UUID(int=20), ABOUT, ANA, "ana", "yes", NOON, KNOWN_TO),
    ReplyRemoved(UUID(int=21), ABOUT, UUID(int=20), ANA, KNOWN_TO, (), gone=False),
    Reacted(ABOUT, (0, 2, 0, 0, 0, 1), 3),
    Mentioned(UUID(int=22), ANA, ABOUT, None, ANA, "ana", "hello @bob", NOON, KNOWN_TO),
    Moved(ANA, (RIDERS,), NOON, (RIDERS,), (), CAFE, 8.5, NOON),
    Faded((RIDERS,)),
    Joined(ANA, RIDERS),
    Left(ANA, RIDERS),
    DELIVERED,
    NoticeGiven(
        UUID(int=6), ANA, "moved_up", "Night ride", UUID(int=7), UUID(int=8), NOON, UUID(int=9), 5, "reply"
    ),
    Found(UUID(int=23), ANA, "mine", "check-in", UUID(int=3), ANA),
    MoreFound(ANA, "mine"),
    OfferPublished(UUID(int=7)),
    OfferWithdrawn(ANA, UUID(int=7)),
    SessionRevoked(ANA, UUID(int=8)),
    Blocked(ANA, "ana", UUID(int=9), "bob"),
    Unblocked(ANA, UUID(int=9)),
    CircleJoined(UUID(int=10), ANA, "ana", UUID(int=9)),
    CircleLeft(UUID(int=10), ANA, "ana", UUID(int=9)),
    Muted(ANA, MuteKind.TOPIC, UUID(int=4)),
    Unmuted(ANA, MuteKind.TOPIC, UUID(int=4)),
]
Commit = Callable[..., None]


class Process:
    """Another process: hears what comes over the bus."""

    def __init__(self, url: str) -> None:
        self.signals, self.heard, self.gaps = Signals(), list[Any](), list[bool]()
        for kind in CARRIED.values():
            self.signals.listen(kind, self.heard.extend, everywhere=True)
        self.signals.after_gap(lambda: self.gaps.append(self.bus.listening))
        self.bus = PostgresBus(url, self.signals)
        self.bus.start()


@pytest.fixture
def other(database_url: str) -> Process:
    return Process(database_url)


@pytest.fixture
def commit(app: Flask, database_url: str) -> Iterator[Commit]:
    """Has this process announce something, and commit it."""
    database: Database = app.extensions["hereabouts"].database
    database.signals.carrier = PostgresBus(database_url, database.signals)

    def commit(*told: object) -> None:
        with database.transaction() as session:
            announce(session, *told)

    yield commit
    database.signals.carrier = None


def say_by_hand(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)
    connection.close()


def test_every_kind_arrives_as_it_was_sent_and_in_order(other: Process, commit: Commit) -> None:
    assert {type(each).__name__ for each in ONE_OF_EACH} == set(CARRIED)
    commit(*ONE_OF_EACH)
    commit(CHECKED_IN)
    eventually(lambda: len(other.heard) > len(ONE_OF_EACH))
    assert other.heard == [*ONE_OF_EACH, CHECKED_IN]


def test_what_tells_of_very_much_arrives_whole(other: Process, commit: Commit) -> None:
    everywhere = Moved(ANA, tuple(UUID(int=number) for number in range(1_000)), NOON, (), ())
    commit(CHECKED_IN, everywhere, CHECKED_IN)
    eventually(lambda: len(other.heard) == 3)
    assert other.heard == [CHECKED_IN, everywhere, CHECKED_IN]


def test_what_is_not_committed_is_heard_by_nobody(other: Process, commit: Commit, app: Flask) -> None:
    with suppress(ZeroDivisionError), app.extensions["hereabouts"].database.transaction() as session:
        announce(session, REMOVED)
        session.execute(text("SELECT 1"))
        raise ZeroDivisionError
    commit(CHECKED_IN)
    eventually(lambda: other.heard)
    assert other.heard == [CHECKED_IN]


def test_a_process_does_not_hear_itself_over_the_bus(app: Flask, database_url: str, commit: Commit) -> None:
    me = Process(database_url)
    app.extensions["hereabouts"].signals.carrier = me.bus
    commit(CHECKED_IN)
    app.extensions["hereabouts"].signals.carrier = PostgresBus(database_url, Signals())
    commit(REMOVED)
    eventually(lambda: me.heard)
    assert me.heard == [REMOVED]


@pytest.mark.parametrize(
    "nonsense", ["", "hello", "me 0 [", 'me 0 [["CheckedIn",{"id":3}]]', "me 0 {}", "me 0 7"]
)
def test_what_is_not_understood_deafens_nobody(
    other: Process, commit: Commit, database_url: str, nonsense: str
) -> None:
    say_by_hand(database_url, f"NOTIFY {CHANNEL}, '{nonsense}'")
    eventually(lambda: other.gaps)
    commit(CHECKED_IN)
    eventually(lambda: other.heard)
    assert other.heard == [CHECKED_IN]


def test_of_a_kind_that_another_release_tells_nothing_is_made(
    other: Process, commit: Commit, database_url: str
) -> None:
    say_by_hand(database_url, f"""NOTIFY {CHANNEL}, 'me 0 [["Teleported",{{}}]]'""")
    commit(CHECKED_IN)
    eventually(lambda: other.heard)
    assert (other.heard, other.gaps) == ([CHECKED_IN], [])


def test_a_lost_connection_is_a_gap_until_there_is_another(
    other: Process, commit: Commit, database_url: str
) -> None:
    """Whoever connects to a process that is deaf must be told as well, once it hears again."""
    say_by_hand(
        database_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    eventually(lambda: len(other.gaps) == 2)
    assert other.gaps == [False, True]
    commit(CHECKED_IN)
    eventually(lambda: other.heard)
    assert other.heard == [CHECKED_IN]


def test_a_revocation_that_fell_into_a_gap_holds_after_it(world: World, app: Flask) -> None:
    ana = world.person("Ana")
    assert ana.gets("/me")["id"] == ana.id
    with app.extensions["hereabouts"].database.transaction() as session:
        session.execute(text("DELETE FROM sessions WHERE person_id = :id"), {"id": ana.id})
    app.extensions["hereabouts"].signals.gap()
    assert ana.is_refused("GET", "/me")["status"] == 401


@given(st.lists(st.text(min_size=1).map(lambda said: said * 1_000), max_size=3))
def test_pieces_are_small_enough_all_different_and_together_everything(said: list[str]) -> None:
    told = [replace(DELIVERED, text=each) for each in said]
    cut = pieces("f" * 16, told)
    assert all(len(each.encode()) < 8_000 for each in cut)
    assert len(set(cut)) == len(cut)
    assert [each.split(" ", 2)[1] for each in cut] == [str(left) for left in reversed(range(len(cut)))]
    together = "".join(each.split(" ", 2)[2] for each in cut)
    assert together == (
        msgspec.json.encode([("OfferDelivered", each) for each in told]).decode() if told else ""
    )
