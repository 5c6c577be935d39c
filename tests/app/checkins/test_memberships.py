"""Check-in → membership: what a check-in makes its author part of, and for how long."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from geo import Position
from tests.app.checkins.counts import counted
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, Someone, World

HOUR = timedelta(hours=1)


def named(community: Json) -> str:
    return str(community["properties"]["name"])


def moment(said: str) -> datetime:
    return datetime.fromisoformat(said)


def at(ago: timedelta) -> str:
    return (clock.now() - ago).isoformat()


def test_it_opens_a_membership_of_every_location_around_it_the_smallest_first(world: World) -> None:
    world.location(CAFE, "the city", degrees=0.05)
    world.location(CAFE, "the square", degrees=0.002)
    world.location(FAR_AWAY, "elsewhere")
    ana = world.person("Ana")
    made = ana.checks_in(CAFE)
    assert made["memberships"][0]["name"] == "the square"
    assert {"the city", "the square"} <= {each["name"] for each in made["memberships"]}
    assert "elsewhere" not in ana.is_part_of
    assert ana.is_part_of == [each["name"] for each in made["memberships"]]


@pytest.fixture
def spot(world: World) -> tuple[Someone, Json]:
    """Ana, checked in at a place of her own."""
    world.location(FAR_AWAY, f"Wien {world.seed}", degrees=0.004)
    square = world.location(FAR_AWAY, f"Stephansplatz {world.seed}", degrees=0.002)
    ana = world.person("Ana")
    ana.checks_in(FAR_AWAY)
    return ana, square


def test_it_lasts_two_hours(world: World, spot: tuple[Someone, Json]) -> None:
    ana, square = spot
    until = moment(ana.presence["until"])
    assert timedelta(hours=1, minutes=59) < until - clock.now() <= 2 * HOUR
    before = counted(world, square)
    with clock.travelling(2 * HOUR - timedelta(seconds=20)):
        assert named(square) in ana.is_part_of
    with clock.travelling(2 * HOUR):
        assert (ana.is_part_of, ana.presence["position"]) == ([], None)
        assert counted(world, square) == before - 1


@pytest.mark.parametrize("how", ["checks_in", "moves"])
def test_a_further_check_in_or_position_prolongs_it(
    world: World, spot: tuple[Someone, Json], how: str
) -> None:
    ana, square = spot
    before = counted(world, square)
    with clock.travelling(1.5 * HOUR):
        getattr(ana, how)(FAR_AWAY)
    with clock.travelling(3 * HOUR):
        assert named(square) in ana.is_part_of
        # What came without a word prolongs what one is part of, and tells nobody.
        assert counted(world, square) == (1 if how == "checks_in" else 0)
    with clock.travelling(3.5 * HOUR):
        assert ana.is_part_of == []
    assert counted(world, square) == before


def test_checking_out_ends_it_at_once(world: World, spot: tuple[Someone, Json]) -> None:
    ana, square = spot
    before = counted(world, square)
    assert ana.checks_out() == ana.presence
    assert (ana.is_part_of, ana.presence["position"]) == ([], None)
    assert counted(world, square) == before - 1


@pytest.mark.parametrize("how", ["checks_in", "moves"])
def test_being_elsewhere_ends_it(world: World, spot: tuple[Someone, Json], how: str) -> None:
    ana, square = spot
    before = counted(world, square)
    getattr(ana, how)(CAFE)
    assert named(square) not in ana.is_part_of
    assert counted(world, square) == before - 1


def test_leaving_ends_that_one_only(world: World, spot: tuple[Someone, Json]) -> None:
    ana, square = spot
    ana.leaves(square)
    assert named(square) not in ana.is_part_of
    assert f"Wien {world.seed}" in ana.is_part_of
    ana.checks_in(FAR_AWAY)
    assert named(square) in ana.is_part_of


def test_a_position_on_the_border_is_inside(world: World) -> None:
    world.location(CAFE, "the border", degrees=0.01)
    ana = world.person("Ana")
    ana.checks_in(Position(CAFE.lat, CAFE.lon + 0.01))
    assert "the border" in ana.is_part_of


@pytest.mark.parametrize(
    ("accuracy_m", "part"),
    # The circle as large as a square of 0.002° each way around the café has a radius of some 217 m.
    [(None, True), (0, True), (200, True), (230, False), (99_999, False)],
)
def test_a_fix_less_certain_than_the_area_is_large_opens_nothing(
    world: World, accuracy_m: float | None, part: bool
) -> None:
    world.location(CAFE, f"corner {accuracy_m}", degrees=0.002)
    ana = world.person("Ana")
    made = ana.checks_in(CAFE, accuracy_m=accuracy_m)
    assert (f"corner {accuracy_m}" in [each["name"] for each in made["memberships"]]) is part
    assert (f"corner {accuracy_m}" in ana.is_part_of) is part


def test_a_phone_that_does_not_say_how_sure_it_is_opens_no_tiny_area(world: World) -> None:
    world.location(CAFE, "a table", degrees=0.0001)
    ana = world.person("Ana")
    ana.checks_in(CAFE)
    assert "a table" not in ana.is_part_of
    ana.checks_in(CAFE, accuracy_m=5)
    assert "a table" in ana.is_part_of


def test_an_unsure_fix_ends_what_it_does_not_prolong(world: World) -> None:
    """Nobody knows that they are still there."""
    world.location(CAFE, "the terrace", degrees=0.002)
    ana = world.person("Ana")
    ana.checks_in(CAFE, accuracy_m=10)
    ana.moves(CAFE, accuracy_m=5000)
    assert "the terrace" not in ana.is_part_of


def test_a_late_upload_keeps_its_own_time_and_opens_nothing(world: World) -> None:
    quarter = world.location(CAFE, "yesterday's quarter", degrees=0.003)
    ana = world.person("Ana")
    fixed_at = at(timedelta(days=1))
    made = ana.checks_in(CAFE, "kept while offline", fixed_at=fixed_at)
    assert moment(made["properties"]["fixed_at"]) == moment(fixed_at)
    assert moment(made["properties"]["received_at"]) > moment(fixed_at) + timedelta(hours=23)
    assert made["memberships"] == []
    assert (ana.is_part_of, ana.presence["position"]) == ([], None)
    assert ana.hears(f"community={quarter['id']}") == ["kept while offline"]


def test_a_fix_of_an_hour_ago_opens_for_the_hour_that_is_left(world: World) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    ana.checks_in(CAFE, fixed_at=at(HOUR))
    assert timedelta(minutes=59) < moment(ana.presence["until"]) - clock.now() <= HOUR


@pytest.mark.parametrize("how", ["checks_in", "moves"])
def test_an_older_fix_that_arrives_later_moves_nobody(world: World, how: str) -> None:
    world.location(CAFE, "where she was", degrees=0.004)
    ana = world.person("Ana")
    ana.moves(FAR_AWAY)
    getattr(ana, how)(CAFE, fixed_at=at(timedelta(minutes=5)))
    assert ana.presence["position"]["coordinates"] == [FAR_AWAY.lon, FAR_AWAY.lat]
    assert "where she was" not in ana.is_part_of


def test_a_fix_taken_before_the_check_out_brings_nobody_back(world: World) -> None:
    world.location(CAFE)
    ana = world.person("Ana")
    ana.checks_in(CAFE)
    ana.checks_out()
    ana.checks_in(CAFE, fixed_at=at(timedelta(minutes=1)))
    assert ana.presence["position"] is None
    ana.checks_in(CAFE)
    assert ana.presence["position"] is not None


def test_all_three_times_are_kept(world: World, session: Session) -> None:
    ana = world.person("Ana")
    fixed_at, sent_at = at(timedelta(minutes=30)), at(timedelta(minutes=2))
    made = ana.checks_in(CAFE, fixed_at=fixed_at, sent_at=sent_at)
    asked = text("SELECT fixed_at, sent_at, received_at FROM check_ins WHERE id = :id")
    kept = session.execute(asked, {"id": made["id"]}).one()
    assert list(kept[:2]) == [moment(fixed_at), moment(sent_at)]
    assert kept.received_at == moment(made["properties"]["received_at"])
    assert kept.received_at.utcoffset() == UTC.utcoffset(None)


def test_times_are_understood_in_any_zone_and_told_in_utc(world: World) -> None:
    ana = world.person("Ana")
    an_hour_ago = datetime.fromisoformat(at(HOUR))
    said = an_hour_ago.astimezone(timezone(timedelta(hours=5, minutes=45))).isoformat()
    assert ana.checks_in(CAFE, fixed_at=said)["properties"]["fixed_at"].endswith("Z")
    assert moment(ana.reads(f"person={ana.handle}")[0]["fixed_at"]) == an_hour_ago


def test_the_activity_stays_while_the_presence_does(world: World) -> None:
    ana = world.person("Ana")
    ana.checks_in(CAFE, activity="riding")
    ana.moves(NEAR_CAFE)
    assert ana.presence["activity"] == "riding"
    ana.moves(NEAR_CAFE, activity="eating")
    assert ana.presence["activity"] == "eating"


@pytest.mark.parametrize("ended", ["checked out", "expired"])
def test_a_new_presence_does_not_begin_with_the_activity_of_the_last(world: World, ended: str) -> None:
    """Or an offer for riders reaches somebody who sat down at home hours ago."""
    ana = world.person("Ana")
    ana.checks_in(CAFE, activity="riding")
    if ended == "checked out":
        ana.checks_out()
    with clock.travelling(3 * HOUR if ended == "expired" else timedelta()):
        ana.checks_in(CAFE)
        assert ana.presence["activity"] is None


def test_the_presence_is_the_persons_own_business(world: World) -> None:
    assert world.client.get("/v1/me/presence").status_code == 401


def test_a_location_drawn_around_somebody_takes_them_in_with_their_next_word(world: World) -> None:
    ana = world.person("Ana")
    ana.checks_in(CAFE)
    world.location(CAFE, "drawn later", degrees=0.003)
    assert "drawn later" not in ana.is_part_of
    ana.moves(CAFE)
    assert "drawn later" in ana.is_part_of
