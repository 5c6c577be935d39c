"""Areas of a file as location communities."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.communities.models import Community
from app.communities.service import Founding, found
from app.errors import Refusal
from geo import BadArea, Polygon
from geo.area import MOST_VERTICES
from town.files import AreaRow
from town.importing.house import House
from town.importing.outcome import Outcome

LONGEST_NAME = 80
#: Degrees: about a metre at first, and then twice as coarse until it fits.
_FINEST = 1e-5


def import_areas(house: House, rows: Iterable[AreaRow], source: str, outcome: Outcome) -> None:
    """Found a location community for every name (and larger area it lies in) that was not imported before.

    Parts that share a name become one community: to their people the islands of Jamaica Bay are one place, and a
    membership of each of sixteen would be sixteen times the same.
    """
    together: dict[tuple[str, str], list[AreaRow]] = defaultdict(list)
    for row in rows:
        outcome.read += 1
        together[row.within, row.name].append(row)
    with house.database.transaction() as session:
        known = _keys(session, source)
        for (within, name), parts in together.items():
            key = f"{source}/{within}/{name}"
            if key in known:
                outcome.there_already += 1
                continue
            _found(session, parts, key, outcome)


def _found(session: Session, parts: Sequence[AreaRow], key: str, outcome: Outcome) -> None:
    name = parts[0].name[:LONGEST_NAME]
    try:
        area = _fitting(_united([part.area for part in parts]), name, outcome)
        found(session, Founding("location", name, parts[0].within, {}, area, key), None, clock.now())
    except (Refusal, BadArea) as error:
        outcome.refused[f"{name}: {error}"] += 1
        return
    outcome.new += 1
    if any(part.mended for part in parts):
        outcome.remarks.append(f"The border of {name} touched or crossed itself and was mended.")
    if len(parts) > 1:
        outcome.remarks.append(f"{name} is one community of {len(parts)} parts.")


def _keys(session: Session, source: str) -> set[str]:
    keys = session.scalars(select(Community.source_key).where(Community.source_key.startswith(f"{source}/")))
    return {key for key in keys if key}


def _united(areas: Sequence[Polygon]) -> Polygon:
    """All parts as one. What only touches stays as drawn; what overlaps or shares a side is merged."""
    shape = shapely.MultiPolygon([part for area in areas for part in area.outline().geoms])
    if shape.is_valid:
        return Polygon(shape)
    merged = shapely.union_all(list(shape.geoms))
    assert isinstance(merged, shapely.Polygon | shapely.MultiPolygon)
    return Polygon(merged)


def _fitting(area: Polygon, name: str, outcome: Outcome) -> Polygon:
    """The area with no more vertices than one may have, drawn coarser where needed."""
    drawn, tolerance = area, _FINEST
    while shapely.get_num_coordinates(drawn.shape) > MOST_VERTICES:
        drawn = Polygon(shapely.simplify(area.outline(), tolerance))
        tolerance *= 2
    if drawn is not area:
        metres = tolerance / 2 * 111_195
        outcome.remarks.append(
            f"{name} is drawn coarser, by at most {metres:.0f} m, to have {MOST_VERTICES} vertices."
        )
    return drawn
