"""Who may know what of a check-in: what a contract shares of it, and the twin of that in SQL."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime, SmallInteger, Uuid

from app.trust.contract import Contract, Way
from app.trust.queries import known_sql
from app.trust.ready import READY
from app.trust.rules import Visibility, Wanted, shared
from app.trust.shares import ANYONE, MEMBERS, Share, is_open, known, still
from app.trust.terms import (
    EVERYONE,
    KEPT,
    SIGNED_IN,
    UNTIL_I_LEAVE,
    Group,
    Lasts,
    Level,
    Purpose,
    QuietPlace,
    Term,
    Who,
    disclosed_at,
)
from geo import CITY, QUARTER, SPOT, Circle, Position, cell_of, metres_between

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CAFE = Position(41.4036, 2.1561)
HERE, RIDERS, READERS, FRIEND, CIRCLE = (UUID(int=number) for number in range(11, 16))
STRANGER, SIGNED, NEIGHBOUR, FELLOW = (
    {ANYONE},
    {ANYONE, MEMBERS},
    {ANYONE, MEMBERS, HERE},
    {ANYONE, MEMBERS, RIDERS},
)

#: Under an open house, and for what its author wants of this one: what each may know.
TABLE = {
    #                             stranger   neighbour  fellow
    ("public", "exact"): ("exact", "exact", "exact"),
    ("public", "street"): ("street", "street", "exact"),
    ("public", "quarter"): ("quarter", "quarter", "exact"),
    ("public", "city"): ("city", "city", "exact"),
    ("communities", "exact"): ("nothing", "exact", "exact"),
    ("communities", "quarter"): ("nothing", "quarter", "exact"),
    ("followers", "exact"): ("nothing", "nothing", "nothing"),
    ("me", "exact"): ("nothing", "nothing", "nothing"),
}


def wanted(
    visibility: Visibility = Visibility.PUBLIC, exactness: Level = Level.EXACT, lasts_h: float | None = 2
) -> Wanted:
    until = None if lasts_h is None else NOW + timedelta(hours=lasts_h)
    return Wanted(visibility, exactness, NOW, until)


def levels(
    contract: Contract, viewer: set[UUID], wish: Wanted | None = None, at: Position = CAFE
) -> tuple[str, str]:
    """What somebody of these audiences knows of a check-in heard in all there are, following and looking around."""
    shares = shared(contract, wish or wanted(), at).of([HERE], [RIDERS, READERS])
    feed, near = known(shares, viewer.__contains__)
    return feed.word, near.word


@pytest.mark.parametrize(("wish", "row"), list(TABLE.items()))
@pytest.mark.parametrize(("place", "viewer"), [(0, STRANGER), (1, NEIGHBOUR), (2, FELLOW)])
def test_an_open_house(wish: tuple[str, str], row: tuple[str, ...], place: int, viewer: set[UUID]) -> None:
    feed, _ = levels(READY["open-house"], viewer, wanted(Visibility(wish[0]), Level.of(wish[1])))
    assert feed == row[place]


@pytest.mark.parametrize("viewer", [STRANGER, SIGNED, NEIGHBOUR, FELLOW])
def test_whoever_says_nothing_is_known_to_nobody(viewer: set[UUID]) -> None:
    assert levels(Contract(), viewer) == ("nothing", "nothing")


def opened(*terms: Term, quiet: tuple[QuietPlace, ...] = ()) -> Contract:
    return Contract(1, terms, quiet)


def feed(who: Who, level: Level, lasts: Lasts = KEPT) -> Term:
    communities = who.group in (Group.HERE, Group.COMMUNITIES, Group.COMMUNITY)
    return Term(Purpose.COMMUNITIES if communities else Purpose.FEED, who, level, lasts=lasts)


RIDERS_ONLY = Who(Group.COMMUNITY, RIDERS)
ANY_COMMUNITY = Who(Group.COMMUNITIES)
MIA = Who(Group.PERSON, FRIEND)
BAND = Who(Group.CIRCLE, CIRCLE)
COMBINED = {
    "whoever belongs to several knows the most": (
        [feed(EVERYONE, Level.CITY), feed(RIDERS_ONLY, Level.EXACT)],
        {"stranger": "city", "rider": "exact", "reader": "city"},
    ),
    "what is said of one community goes before what is said of all": (
        [feed(ANY_COMMUNITY, Level.EXACT), feed(RIDERS_ONLY, Level.QUARTER)],
        {"stranger": "nothing", "rider": "quarter", "reader": "exact"},
    ),
    "one community may be left out": (
        [feed(ANY_COMMUNITY, Level.EXACT), feed(RIDERS_ONLY, Level.NOTHING)],
        {"stranger": "nothing", "rider": "nothing", "reader": "exact"},
    ),
    "of two terms about the same people the stricter holds": (
        [feed(RIDERS_ONLY, Level.EXACT), feed(RIDERS_ONLY, Level.QUARTER)],
        {"stranger": "nothing", "rider": "quarter", "reader": "nothing"},
    ),
    "nobody outside knows more than those inside may": (
        [feed(EVERYONE, Level.EXACT), feed(RIDERS_ONLY, Level.QUARTER)],
        {"stranger": "quarter", "rider": "quarter", "reader": "quarter"},
    ),
    "nor does whoever is signed in": (
        [feed(SIGNED_IN, Level.EXACT), feed(BAND, Level.CITY)],
        {"stranger": "nothing", "signed in": "city", "band": "city"},
    ),
    "one person, and a circle": (
        [feed(MIA, Level.EXACT), feed(BAND, Level.STREET)],
        {"stranger": "nothing", "signed in": "nothing", "mia": "exact", "band": "street"},
    ),
    "people one follows back are nobody before they have a circle": (
        [feed(Who(Group.FOLLOW_BACK), Level.EXACT)],
        {"stranger": "nothing", "signed in": "nothing"},
    ),
}
VIEWERS = {
    "stranger": {ANYONE},
    "signed in": {ANYONE, MEMBERS},
    "rider": {ANYONE, MEMBERS, RIDERS},
    "reader": {ANYONE, MEMBERS, READERS},
    "mia": {ANYONE, MEMBERS, FRIEND},
    "band": {ANYONE, MEMBERS, CIRCLE},
}


@pytest.mark.parametrize("case", COMBINED)
def test_terms_together(case: str) -> None:
    terms, expected = COMBINED[case]
    assert {who: levels(opened(*terms), VIEWERS[who])[0] for who in expected} == expected


def test_looking_around_and_following_are_two_things() -> None:
    contract = opened(feed(EVERYONE, Level.EXACT), Term(Purpose.NEARBY, EVERYONE, Level.CITY))
    assert levels(contract, STRANGER) == ("exact", "city")


def test_it_is_found_where_the_least_of_all_who_may_know_it_know_it_to_be() -> None:
    contract = opened(feed(MIA, Level.EXACT), Term(Purpose.NEARBY, EVERYONE, Level.QUARTER))
    assert shared(contract, wanted(), CAFE).found_at == disclosed_at(CAFE, Level.QUARTER)
    assert shared(Contract(), wanted(), CAFE).found_at == CAFE


QUIET = opened(
    feed(EVERYONE, Level.EXACT),
    Term(Purpose.NEARBY, EVERYONE, Level.EXACT),
    quiet=(QuietPlace("home", Circle(CAFE, 200)),),
)


def test_in_a_quiet_place_nobody_knows_anything() -> None:
    assert levels(QUIET, STRANGER) == ("nothing", "nothing")
    assert shared(QUIET, wanted(), CAFE).quiet
    far = Position(CAFE.lat + 0.02, CAFE.lon)
    assert levels(QUIET, STRANGER, at=far) == ("exact", "exact")
    assert not shared(QUIET, wanted(), far).quiet


@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_where_silence_ends_is_the_border_of_a_cell_and_no_circle(north: float, east: float) -> None:
    at = Position(CAFE.lat + north, CAFE.lon + east)
    same = disclosed_at(at, Level.STREET)
    assert QUIET.is_quiet_at(at) == QUIET.is_quiet_at(same)
    if metres_between(at, CAFE) <= 200:
        assert QUIET.is_quiet_at(at)
    if metres_between(at, CAFE) > 200 + 4 * 260:
        assert not QUIET.is_quiet_at(at)


def test_what_is_known_until_one_leaves_ends_with_being_there() -> None:
    contract = opened(feed(EVERYONE, Level.EXACT, UNTIL_I_LEAVE))
    (share,) = shared(contract, wanted(), CAFE).said
    assert (share.feed_until, share.ends_with_leaving(Way.FEED)) == (NOW + timedelta(hours=2), True)
    assert shared(contract, wanted(lasts_h=None), CAFE).said == (), "it came too late to say where anybody is"


def test_what_is_known_for_days_ends_with_them() -> None:
    contract = opened(feed(EVERYONE, Level.EXACT, Lasts(7)), Term(Purpose.NEARBY, EVERYONE, Level.CITY))
    (share,) = shared(contract, wanted(), CAFE).said
    week = NOW + timedelta(days=7)
    assert (share.feed_until, share.near_until) == (week, None)
    (left,) = still([share], week)
    assert (left.level(Way.FEED), left.level(Way.NEAR)) == (Level.NOTHING, Level.CITY)
    assert left.feed_until is None, "what has ended does not end again"
    assert still([share], week - timedelta(seconds=1)) == (share,)


@pytest.mark.parametrize(("wish", "counted"), [("exact", True), ("street", False), ("quarter", False)])
def test_only_who_says_exactly_where_to_everyone_is_counted(wish: str, counted: bool) -> None:
    house = READY["open-house"]
    assert shared(house, wanted(exactness=Level.of(wish)), CAFE).counted is counted
    silent = opened(*(term for term in house.terms if term.purpose is not Purpose.STATISTICS))
    assert not shared(silent, wanted(), CAFE).counted


def test_what_is_open_is_open_in_both_ways() -> None:
    assert is_open(shared(READY["open-house"], wanted(), CAFE).said)
    assert not is_open(shared(opened(feed(EVERYONE, Level.EXACT)), wanted(), CAFE).said)


AUDIENCES = [ANYONE, MEMBERS, HERE, RIDERS, FRIEND]
SHARES = st.lists(
    st.builds(
        lambda audience, by_feed, by_near, feed_until, near_until: Share(
            audience, by_feed | by_near << 3, feed_until, near_until
        ),
        st.sampled_from(AUDIENCES),
        st.integers(0, 4),
        st.integers(0, 4),
        st.sampled_from([None, NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=1)]),
        st.sampled_from([None, NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=1)]),
    ),
    max_size=5,
    unique_by=lambda share: share.audience,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SHARES, st.sets(st.sampled_from(AUDIENCES)))
def test_the_statement_knows_what_the_rules_know(
    session: Session, shares: list[Share], mine: set[UUID]
) -> None:
    asked = text(
        f"""SELECT {known_sql(Way.FEED, ":mine", ":now")}, {known_sql(Way.NEAR, ":mine", ":now")},
                   {known_sql(Way.FEED | Way.NEAR, ":mine", ":now")}
            FROM (SELECT CAST(:audiences AS uuid[]) AS audiences, CAST(:codes AS smallint[]) AS codes,
                         CAST(:feeds AS timestamptz[]) AS feed_untils, CAST(:nears AS timestamptz[]) AS near_untils
            ) AS c"""
    ).bindparams(
        bindparam("mine", type_=ARRAY(Uuid)),
        bindparam("audiences", type_=ARRAY(Uuid)),
        bindparam("codes", type_=ARRAY(SmallInteger)),
        bindparam("feeds", type_=ARRAY(DateTime(timezone=True))),
        bindparam("nears", type_=ARRAY(DateTime(timezone=True))),
    )
    audiences, codes, feeds, nears = zip(*shares, strict=True) if shares else ((), (), (), ())
    row = session.execute(
        asked,
        {
            "mine": list(mine or {uuid4()}),
            "now": NOW,
            "audiences": list(audiences),
            "codes": list(codes),
            "feeds": list(feeds),
            "nears": list(nears),
        },
    ).one()
    by_feed, by_near = known(still(shares, NOW), mine.__contains__)
    assert tuple(row) == (by_feed, by_near, max(by_feed, by_near))


POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@given(POSITIONS)
def test_what_is_known_exactly_is_where_it_is(position: Position) -> None:
    assert disclosed_at(position, Level.EXACT) == position


@given(POSITIONS, st.sampled_from([(Level.STREET, SPOT), (Level.QUARTER, QUARTER), (Level.CITY, CITY)]))
def test_a_cell_is_the_same_for_all_who_are_in_it(position: Position, step: tuple[Level, int]) -> None:
    level, resolution = step
    found = disclosed_at(position, level)
    assert disclosed_at(found, level) == found
    assert cell_of(found, resolution) == cell_of(position, resolution)
    widths = {Level.STREET: 400, Level.QUARTER: 1_000, Level.CITY: 20_000}
    assert metres_between(found, position) < widths[level]


@given(POSITIONS)
def test_who_knows_less_knows_nothing_that_who_knows_more_does_not(position: Position) -> None:
    for finer, coarser in (
        (Level.EXACT, Level.STREET),
        (Level.STREET, Level.QUARTER),
        (Level.QUARTER, Level.CITY),
    ):
        assert disclosed_at(disclosed_at(position, finer), coarser) == disclosed_at(position, coarser)
