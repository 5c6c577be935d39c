"""Areas become location communities, once, and people are part of them by checking in."""

from collections.abc import Callable
from typing import Any

import shapely

from geo import Circle, Polygon, Position
from tests.world import World
from town.files import AreaRow
from town.importing.areas import import_areas
from town.importing.house import House
from town.importing.outcome import Outcome

Rows = Callable[[str], list[Any]]


def square(west: float, south: float, size: float = 0.01) -> Polygon:
    return Polygon(shapely.box(west, south, west + size, south + size))


def imported(house: House, *areas: AreaRow, source: str) -> Outcome:
    outcome = Outcome("a.geojson", "areas")
    import_areas(house, areas, source, outcome)
    return outcome


def test_importing_again_changes_nothing(house: House, rows: Rows) -> None:
    area = AreaRow(1, "Gràcia", "Barcelona", square(2.15, 41.40))

    first = imported(house, area, source="again")
    before = rows("SELECT * FROM communities ORDER BY id")
    second = imported(house, area, source="again")

    assert (first.new, first.there_already) == (1, 0)
    assert (second.new, second.there_already) == (0, 1)
    assert rows("SELECT * FROM communities ORDER BY id") == before


def test_parts_of_one_name_are_one_community(house: House, rows: Rows) -> None:
    outcome = imported(
        house,
        AreaRow(1, "Islands", "Bay", square(2.0, 41.0)),
        AreaRow(2, "Islands", "Bay", square(2.1, 41.0)),
        AreaRow(3, "Islands", "Elsewhere", square(3.0, 41.0)),
        source="parts",
    )

    assert (outcome.read, outcome.new) == (3, 2)
    assert outcome.remarks == ["Islands is one community of 2 parts."]
    assert rows("SELECT ST_NumGeometries(area) FROM communities WHERE name = 'Islands' ORDER BY id") == [
        (2,),
        (1,),
    ]


def test_parts_that_share_a_side_are_merged(house: House, rows: Rows) -> None:
    imported(
        house,
        AreaRow(1, "Halves", "", square(2.0, 42.0)),
        AreaRow(2, "Halves", "", square(2.01, 42.0)),
        source="sides",
    )

    assert rows("SELECT ST_NumGeometries(area), ST_IsValid(area) FROM communities WHERE name = 'Halves'") == [
        (1, True)
    ]


def test_what_has_too_many_vertices_is_drawn_coarser(house: House, rows: Rows) -> None:
    round_one = Polygon(shapely.Point(2.5, 42.5).buffer(0.1, quad_segs=2000))

    outcome = imported(house, AreaRow(1, "Round", "", round_one), source="coarse")

    assert outcome.remarks[0].startswith("Round is drawn coarser, by at most ")
    ((vertices, size),) = rows("SELECT ST_NPoints(area), ST_Area(area) FROM communities WHERE name = 'Round'")
    assert vertices <= 2000
    assert abs(size / round_one.outline().area - 1) < 0.001


def test_an_area_larger_than_a_city_is_refused_alone(house: House) -> None:
    whole_sea = Polygon(Circle(Position(50, -40), 200_000).outline())

    outcome = imported(
        house, AreaRow(1, "Sea", "", whole_sea), AreaRow(2, "Bay", "", square(2.2, 42.2)), source="large"
    )

    assert outcome.new == 1
    assert [why.partition(":")[0] for why in outcome.refused] == ["Sea"]


def test_people_are_part_of_an_imported_area_by_checking_in(house: House, world: World) -> None:
    imported(house, AreaRow(1, "Vila", "", square(2.3, 41.3)), source="people")

    made = world.person("Ana").checks_in(at=Position(41.305, 2.305))

    assert [each["name"] for each in made["memberships"]] == ["Vila"]
