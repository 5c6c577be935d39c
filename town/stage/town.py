"""The location communities that a server has, as anyone may read them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely

from geo import Position
from town.api import Api
from town.reference.ground import Drawn, locations_around


@dataclass(frozen=True, slots=True)
class Town:
    """Areas and names of location communities by id."""

    areas: dict[str, Drawn] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def around(self, at: Position) -> list[str]:
        """The ids of those that a position is in, in the order of their names."""
        return self.by_name(locations_around(at, self.areas))

    def by_name(self, ids: Iterable[str]) -> list[str]:
        """In the order of their names, which is the same on every server."""
        return sorted(ids, key=lambda each: self.names[each])


def town_of(api: Api) -> Town:
    """All location communities; a page of a hundred at a time."""
    town = Town()
    for page in api.pages("/v1/communities", kind="location"):
        for feature in page["features"]:
            shape = shapely.geometry.shape(feature["geometry"])
            assert isinstance(shape, shapely.Polygon | shapely.MultiPolygon)
            shapely.prepare(shape)
            town.areas[feature["id"]] = Drawn(shape)
            town.names[feature["id"]] = feature["properties"]["name"]
    return town
