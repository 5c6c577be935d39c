"""Places are added once."""

from collections.abc import Callable
from typing import Any

from geo import Position
from town.files import PlaceRow
from town.importing.house import House
from town.importing.outcome import Outcome
from town.importing.places import import_places

Rows = Callable[[str], list[Any]]
PIER = PlaceRow(2, "v1", "Pier", "Ferry", Position(41.4, 2.1))
NAMELESS = PlaceRow(3, "v2", "x" * 200, None, Position(41.5, 2.1))


def imported(house: House, *places: PlaceRow) -> Outcome:
    outcome = Outcome("a.csv", "places")
    import_places(house, places, "set", outcome)
    return outcome


def test_importing_again_adds_only_what_is_new(house: House, rows: Rows) -> None:
    first, second = imported(house, PIER), imported(house, PIER, NAMELESS, NAMELESS)

    assert (first.read, first.new, first.there_already) == (1, 1, 0)
    assert (second.read, second.new, second.there_already) == (3, 1, 2)
    assert rows("SELECT source_key, name, category, ST_Y(position) FROM places ORDER BY source_key") == [
        ("set/v1", "Pier", "Ferry", 41.4),
        ("set/v2", "x" * 100, None, 41.5),
    ]
