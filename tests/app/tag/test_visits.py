"""When somebody has come into an area: held to a slow and obvious answer, in plain values and in the tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import gevent
import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.signals import Signals
from app.tag import visiting
from app.tag.crossing import Crossings
from app.tag.models import AreaVisit, Reader, Reading
from app.tag.visiting import visit
from app.tag.visits import AGAIN, LONGEST_WAY, Fix, Visit, visited
from app.trust.terms import Identity
from geo import Area, Circle, Crossing, Position, destination, metres_between
from tests.app.tag.tags import a_till, lets_know
from tests.world import CAFE, Someone, World, square

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SQUARE = Circle(CAFE, 120.0)
LASTS = timedelta(minutes=20)


def fix_at(minutes: float, metres: float, direction: float = 90.0, accuracy_m: float = 5.0) -> Fix:
    at = NOON + timedelta(minutes=minutes)
    return Fix(destination(CAFE, direction, metres), accuracy_m, at, at + LASTS)


def walked(area: Area, fixes: Sequence[Fix]) -> tuple[list[bool], Visit | None]:
    """Whether each fix was a coming in, and how somebody stands after the last."""
    stands, before, came = None, None, []
    for fix in fixes:
        stands, is_new = visited(area, stands, before, fix)
        came.append(is_new)
        before = fix
    return came, stands


def obviously(area: Circle, fixes: Sequence[Fix]) -> list[bool]:
    """The same by the words of the page alone."""
    came, is_in, read_at, known_until = [], False, None, NOON
    for place, fix in enumerate(fixes):
        if known_until <= fix.fixed_at:
            is_in, read_at = False, None
        is_new = False
        if fix.accuracy_m <= area.radius_m:
            away_m = metres_between(area.centre, fix.position)
            if is_in:
                is_in = away_m <= area.radius_m + 50
            elif away_m <= area.radius_m:
                is_in = is_new = True
            elif place and passed(area, fixes[place - 1], fix):
                is_new = read_at is None or fix.fixed_at - read_at >= timedelta(minutes=10)
            read_at = fix.fixed_at if is_new else read_at
            known_until = fix.until
        came.append(is_new)
    return came


def passed(area: Circle, before: Fix, fix: Fix) -> bool:
    """By walking from one to the other in a thousand steps."""
    soon = fix.fixed_at < before.until and fix.fixed_at - before.fixed_at <= timedelta(minutes=30)
    return soon and before.accuracy_m <= area.radius_m and nearest_m(area, before, fix) <= area.radius_m


def nearest_m(area: Circle, before: Fix, fix: Fix) -> float:
    one, other = before.position, fix.position
    return min(
        metres_between(
            area.centre,
            Position(
                one.lat + (other.lat - one.lat) * step / 1_000, one.lon + (other.lon - one.lon) * step / 1_000
            ),
        )
        for step in range(1_001)
    )


steps = st.tuples(
    st.sampled_from([1, 4, 9, 11, 21, 31]),
    st.sampled_from([0, 60, 115, 125, 150, 165, 175, 300, 900]),
    st.sampled_from([0, 45, 90, 180, 270]),
    st.sampled_from([5.0, 5.0, 5.0, 119.0, 121.0, 900.0]),
)


def fixes_of(walk: Sequence[tuple[int, int, int, float]]) -> list[Fix]:
    minutes, fixes = 0, []
    for gap, metres, direction, accuracy_m in walk:
        minutes += gap
        fixes.append(fix_at(minutes, metres, direction, accuracy_m))
    return fixes


def is_clear(fixes: Sequence[Fix]) -> bool:
    """Whether no way only just touches the area: straight lines on a map and on the globe differ by some decimetres."""
    return all(abs(nearest_m(SQUARE, one, other) - SQUARE.radius_m) > 2 for one, other in pairwise(fixes))


@settings(max_examples=150, deadline=None)
@given(walk=st.lists(steps, max_size=10))
def test_people_come_in_when_the_page_says_so(walk: list[tuple[int, int, int, float]]) -> None:
    fixes = fixes_of(walk)
    assume(is_clear(fixes))
    assert walked(SQUARE, fixes)[0] == obviously(SQUARE, fixes)


@pytest.mark.parametrize(
    ("fixes", "came"),
    [
        ([fix_at(0, 0)], [True]),
        ([fix_at(0, 0), fix_at(1, 30)], [True, False]),
        # A phone that lies at the border is not seen to leave and come.
        ([fix_at(0, 110), fix_at(1, 160), fix_at(2, 110)], [True, False, False]),
        ([fix_at(0, 110), fix_at(1, 300), fix_at(2, 110)], [True, False, True]),
        # Nobody waits for an exit: after the presence has ended one comes anew.
        ([fix_at(0, 0), fix_at(19, 0), fix_at(38, 0), fix_at(59, 0)], [True, False, False, True]),
        # Seen before it and behind it.
        ([fix_at(0, 500), fix_at(5, 500, 270)], [False, True]),
        ([fix_at(0, 500), fix_at(5, 500)], [False, False]),
        ([fix_at(0, 500), fix_at(21, 500, 270)], [False, False]),
        # Back and forth along it.
        ([fix_at(0, 500), fix_at(5, 500, 270), fix_at(10, 500)], [False, True, False]),
        ([fix_at(0, 500), fix_at(5, 500, 270), fix_at(16, 500)], [False, True, True]),
        # Too unsure to say anything.
        ([fix_at(0, 0, accuracy_m=300)], [False]),
        ([fix_at(0, 0), fix_at(1, 900, accuracy_m=300), fix_at(2, 0)], [True, False, False]),
        ([fix_at(0, 500, accuracy_m=300), fix_at(5, 500, 270)], [False, False]),
    ],
)
def test_coming_and_going(fixes: list[Fix], came: list[bool]) -> None:
    assert walked(SQUARE, fixes)[0] == came


def test_who_stays_for_three_minutes_dwells_and_who_passes_does_not() -> None:
    def crossing(*minutes: float) -> Crossing | None:
        stands = walked(SQUARE, [fix_at(each, 0) for each in minutes])[1]
        return stands.standing.crossing if stands else None

    assert [crossing(0), crossing(0, 2), crossing(0, 2, 3)] == [
        Crossing.ENTER,
        Crossing.INSIDE,
        Crossing.DWELL,
    ]
    passing = walked(SQUARE, [fix_at(0, 500), fix_at(5, 500, 270)])[1]
    assert passing is not None
    assert passing.standing.crossing is Crossing.OUTSIDE


def test_nothing_is_remembered_of_who_was_never_in() -> None:
    assert walked(SQUARE, [fix_at(0, 500), fix_at(5, 500)])[1] is None


def test_the_page_and_the_rules_mean_the_same_times() -> None:
    assert (timedelta(minutes=10), timedelta(minutes=30)) == (AGAIN, LONGEST_WAY)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    walks=st.lists(st.lists(steps, min_size=1, max_size=6), min_size=1, max_size=4),
    cuts=st.sets(st.integers(1, 20)),
)
def test_in_the_tables_it_is_the_same_however_fixes_come_in_batches(
    app: Flask,
    world: World,
    database: Database,
    session: Session,
    walks: list[list[tuple[int, int, int, float]]],
    cuts: set[int],
) -> None:
    people = []
    for _ in walks:
        person = world.person()
        lets_know(app, person, Identity.PSEUDONYM)
        people.append(UUID(person.id))
    area = Circle(CAFE, 120.0)
    till = a_till(world, kind="area", area={"type": "Polygon", "coordinates": ring(area)})
    kept = session.get_one(Reader, UUID(till.id))
    assert kept.area is not None
    wanted = {
        person: sum(walked(kept.area, fixes_of(walk))[0]) for person, walk in zip(people, walks, strict=True)
    }
    told = sorted(
        ((fix, person) for person, walk in zip(people, walks, strict=True) for fix in fixes_of(walk)),
        key=lambda each: each[0].fixed_at,
    )
    ends = [0, *sorted(each for each in cuts if each < len(told)), len(told)]
    for start, end in pairwise(ends):
        batch: dict[UUID, list[Fix]] = {}
        for fix, person in told[start:end]:
            batch.setdefault(person, []).append(fix)
        with database.transaction() as another:
            visit(another, batch, told[-1][0].fixed_at)
    session.rollback()
    found = session.scalars(select(Reading.person_id).where(Reading.reader_id == kept.id)).all()
    assert {person: list(found).count(person) for person in people} == wanted
    # So that the next walk meets no area of this one.
    world.founder.deletes(f"/readers/{till.id}")
    assert session.scalars(select(AreaVisit).where(AreaVisit.reader_id == kept.id)).all() == []


def ring(area: Circle) -> list[list[list[float]]]:
    return [[list(corner) for corner in area.outline().geoms[0].exterior.coords]]


def test_people_who_are_not_there_are_nowhere(database: Database) -> None:
    with database.transaction() as session:
        assert visit(session, {uuid4(): [fix_at(0, 0)]}, NOON) == 0


def test_an_area_that_opens_while_it_is_asked_for_is_not_overlooked(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crossings, answers = Crossings(Database(database_url, Signals(), 1)), [True, False]

    def asked(session: Session) -> bool:
        answer = answers.pop()
        if answers:
            crossings._changed([])
        return answer

    monkeypatch.setattr("app.tag.crossing.queries.is_open_anywhere", asked)
    assert crossings._is_needed()
    assert answers == []


def test_two_processes_with_fixes_of_one_person_read_them_once(
    world: World, ana: Someone, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terrace = a_till(world, kind="area", area=square(CAFE, 0.001))
    kept = visiting._keep_fixes

    def slowly(*asked: Any) -> None:
        gevent.sleep(0.1)
        kept(*asked)

    monkeypatch.setattr(visiting, "_keep_fixes", slowly)
    now = clock.now()

    def process(seconds: int) -> None:
        database = Database(database_url, Signals(), 1)
        fixed_at = now + timedelta(seconds=seconds)
        with database.transaction() as session:
            fix = Fix(CAFE, 5.0, fixed_at, fixed_at + timedelta(hours=1))
            visiting.visit(session, {UUID(ana.id): [fix]}, now)
        database.dispose()

    gevent.joinall([gevent.spawn(process, each) for each in range(3)], raise_error=True)
    assert len(terrace.learnt) == 1
    world.founder.deletes(f"/readers/{terrace.id}")
