"""What cannot be true stands as what it is: said, doubted, and worth nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.factory import create_app
from app.presence.models import Presence
from app.presence.moving import DOUBT
from app.presence.plausibility import Fixed, judge
from app.settings import Settings
from geo import Position, destination
from tests.app.rows import rows_in
from tests.world import CAFE, FAR_AWAY, Json, World, eventually


@pytest.fixture(scope="module")
def careful(database_url: str) -> Iterator[Flask]:
    """The application as it is outside of tests: it doubts."""
    app = create_app(Settings(database_url=database_url, limits=False))
    yield app
    app.extensions["hereabouts"].database.dispose()


@pytest.fixture
def town(careful: Flask) -> World:
    return World(careful.test_client(use_cookies=False))


def doubts(made: Json) -> list[str]:
    found: list[str] = made["properties"]["unverified"]
    return found


def test_whoever_walks_is_believed(town: World) -> None:
    ana = town.person("Ana")
    town.location(CAFE, "The corner", 0.005)
    assert doubts(ana.checks_in(CAFE)) == []
    made = ana.checks_in(destination(CAFE, 90, 300))
    assert doubts(made) == []
    assert [each["name"] for each in made["memberships"]] == ["The corner"]


def test_whoever_teleports_is_heard_and_is_part_of_nothing(town: World) -> None:
    ana, bob, topic = town.person("Ana"), town.person("Bob"), town.topic()
    ana.joins(town.community(topics=[topic]))
    ana.welcomes_offers()
    vienna = town.location(FAR_AWAY, "The ring", 0.005)
    town.offer([topic], FAR_AWAY)
    ana.checks_in(CAFE)
    made = ana.checks_in(FAR_AWAY, "suddenly here")
    assert (doubts(made), made["memberships"]) == (["two-places"], [])
    (seen,) = [each for each in bob.reads(f"person={ana.handle}") if each["text"] == "suddenly here"]
    assert seen["unverified"] == ["two-places"]
    assert bob.gets(f"/communities/{vienna['id']}/presence")["here"] == 0
    assert ana.presence["position"]["coordinates"] == [CAFE.lon, CAFE.lat]
    bob.joins(town.community("Others", topics=[topic]))
    bob.welcomes_offers()
    bob.moves(FAR_AWAY)
    eventually(lambda: bob.inbox)
    assert ana.inbox == [], "no offer comes of where she was not"
    counted = [each for each in ana.gets("/me/disclosures/days")["items"] if each["community"] is None]
    assert [each["check_ins"] for each in counted] in ([], [1])


def test_impossible_speed_is_doubted_and_an_airliner_is_not(town: World) -> None:
    ana = town.person("Ana")
    ana.checks_in(CAFE)
    with clock.travelling(timedelta(minutes=10)):
        assert doubts(ana.checks_in(FAR_AWAY)) == ["too-fast"]
    with clock.travelling(timedelta(minutes=100)):
        assert doubts(ana.checks_in(FAR_AWAY)) == []


def test_who_checked_out_may_be_anywhere_next(town: World) -> None:
    ana = town.person("Ana")
    ana.checks_in(CAFE)
    ana.checks_out()
    with clock.travelling(timedelta(seconds=30)):
        assert doubts(ana.checks_in(FAR_AWAY)) == []


def test_what_the_phone_says_was_made_up_is_doubted(town: World) -> None:
    ana = town.person("Ana")
    assert doubts(ana.checks_in(CAFE, mocked=True)) == ["mocked"]
    assert ana.presence["position"] is None
    assert ana.moves(CAFE, mocked=True)["position"] is None


def test_a_fix_from_the_future_stands_and_moves_nobody(town: World) -> None:
    ana = town.person("Ana")
    ahead = (clock.now() + timedelta(minutes=30)).isoformat()
    assert doubts(ana.checks_in(CAFE, "a wrong clock", fixed_at=ahead)) == ["future"]
    assert ana.presence["position"] is None


def test_a_position_that_cannot_be_moves_nobody(town: World) -> None:
    ana = town.person("Ana")
    ana.moves(CAFE)
    assert ana.moves(FAR_AWAY)["position"]["coordinates"] == [CAFE.lon, CAFE.lat]


NOW = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
ACCURACIES = st.none() | st.sampled_from([5.0, 50.0, 2_000.0])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    metres=st.sampled_from([0.0, 100.0, 340.0, 1_000.0, 5_000.0, 100_000.0]),
    seconds=st.sampled_from([-300.0, -10.0, -1.0, 0.0, 1.0, 9.5, 10.0, 10.5, 60.0, 300.0]),
    before=ACCURACIES,
    after=ACCURACIES,
)
def test_the_statement_doubts_what_the_rule_doubts(
    session: Session, metres: float, seconds: float, before: float | None, after: float | None
) -> None:
    there: Position = destination(CAFE, 45, metres)
    person, then = rows_in(session).person(), NOW - timedelta(seconds=seconds)
    until = then + timedelta(hours=2)
    session.add(Presence(person_id=person, position=CAFE, accuracy_m=before, fixed_at=then, expires_at=until))
    session.flush()
    new = Fixed(there, after, NOW)
    asked = text(
        f"""SELECT ({DOUBT}) FROM (
            SELECT CAST(:person AS uuid) AS person_id, CAST(:now AS timestamptz) AS fixed_at, true AS judged,
                   ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS position, CAST(:sure AS float8) AS sure_to_m) AS g"""
    )
    values = {"person": person, "now": NOW, "lon": there.lon, "lat": there.lat, "sure": new.sure_to_m}
    found = session.scalar(asked, values)
    wanted = judge(Fixed(CAFE, before, then), new, NOW).doubts
    assert ((found,) if found else ()) == tuple(map(str, wanted))
    session.rollback()
