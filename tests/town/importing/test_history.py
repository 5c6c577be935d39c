"""Check-ins of a file become history: once, at their own time, and nobody is present because of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely

from geo import Polygon, Position
from tests.world import World
from town.files import AreaRow, CheckInRow, PlaceRow
from town.importing.areas import import_areas
from town.importing.history import import_check_ins
from town.importing.house import CannotImport, House
from town.importing.outcome import Outcome
from town.importing.places import import_places

Rows = Callable[[str], list[Any]]
CAFE = Position(41.4036, 2.1561)
THEN = datetime(2012, 5, 5, 0, 0, 4, tzinfo=UTC)
ROW = CheckInRow(2, "7", CAFE, THEN, venue="v1", category="Coffee Shop", hood="Gràcia")
HOME = replace(ROW, line=3, category="Home (private)", fixed_at=THEN + timedelta(hours=2))


def imported(house: House, check_ins: Sequence[CheckInRow], source: str) -> Outcome:
    outcome = Outcome("a.csv", "check-ins")
    import_check_ins(house, check_ins, source, outcome)
    return outcome


@pytest.fixture(scope="module", autouse=True)
def _gracia(house: House) -> None:
    area = AreaRow(1, "Gràcia", "", Polygon(shapely.box(2.15, 41.40, 2.16, 41.41)))
    import_areas(house, [area], "town", Outcome("a", "areas"))


def test_a_row_keeps_its_time_its_topic_and_where_it_was(house: House, rows: Rows, world: World) -> None:
    imported(house, [ROW], "keeps")

    (shown,) = world.person("Bob").reads("person=keeps-7")
    assert shown["fixed_at"] == "2012-05-05T00:00:04Z"
    assert shown["received_at"] > "2026"
    assert (shown["topics"], shown["activity"]) == (["interest:coffee-shop"], "drinking")
    assert len(shown["communities"]) == 1


def test_history_makes_nobody_present(house: House, rows: Rows) -> None:
    imported(house, [ROW, HOME], "absent")

    assert rows("SELECT count(*) FROM presences") == [(0,)]
    assert rows("SELECT count(*) FROM location_memberships") == [(0,)]


def test_home_is_for_themselves_alone(house: House, world: World, rows: Rows) -> None:
    imported(house, [ROW, HOME], "private")

    assert len(world.person("Bob").reads("person=private-7")) == 1
    of_them = "SELECT visibility FROM check_ins JOIN people p ON p.id = person_id WHERE handle = 'private-7'"
    assert sorted(rows(of_them)) == [("me",), ("public",)]


def test_importing_again_adds_only_what_is_new(house: House) -> None:
    later = replace(ROW, fixed_at=THEN + timedelta(hours=1))

    first = imported(house, [ROW, HOME], "twice")
    second = imported(house, [ROW, later, HOME, replace(ROW, user="8")], "twice")
    third = imported(house, [ROW, later, HOME], "twice")

    assert (first.new, first.there_already) == (2, 0)
    assert (second.new, second.there_already) == (2, 2)
    assert (third.new, third.there_already) == (0, 3)


def test_a_row_that_stands_twice_in_a_file_is_there_twice_however_often_it_is_imported(house: House) -> None:
    assert imported(house, [ROW, ROW], "double").new == 2
    assert imported(house, [ROW, ROW], "double").new == 0
    assert imported(house, [ROW, ROW, ROW], "double").new == 1


def test_sources_are_told_apart(house: House) -> None:
    assert imported(house, [ROW], "here").new == 1
    assert imported(house, [ROW], "there").new == 1


def test_a_check_in_is_at_the_place_that_was_imported(house: House, world: World) -> None:
    import_places(house, [PlaceRow(2, "v1", "Roast", None, CAFE)], "venues", Outcome("a", "places"))
    imported(house, [ROW], "venues")

    (shown,) = world.person("Bob").reads("person=venues-7")

    assert world.person("Bob").gets(f"/places/{shown['place_id']}")["properties"]["name"] == "Roast"


def test_a_time_in_the_future_is_refused(house: House) -> None:
    with pytest.raises(Exception, match="ahead of our clock"):
        imported(house, [replace(ROW, fixed_at=datetime.now(UTC) + timedelta(days=1))], "future")


def test_nobody_can_sign_in_as_somebody_imported(house: House, world: World) -> None:
    imported(house, [ROW], "locked")

    for password in ("!", "", "locked-7"):
        answer = world.client.post("/v1/sessions", json={"handle": "locked-7", "password": password})
        assert answer.status_code == 401


def test_somebodys_own_account_is_never_written_to(house: House, world: World) -> None:
    handle = world.person("Eve").handle
    source, _, user = handle.rpartition("-")

    with pytest.raises(CannotImport, match=f"{handle} is somebody's own account"):
        imported(house, [replace(ROW, user=user)], source)
