"""Where an event of a file takes place: at its position, or in what was imported by the name the file gives."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.communities.models import Community
from app.events.recording import Where
from app.ids import new_id
from app.places.models import Place
from geo import Area, Circle, Position, metres_between
from town.files import EventRow
from town.importing.places import LONGEST_NAME, key_of

#: A park's point is somewhere in its middle, and whoever comes to its hall is not.
AROUND_M = 150.0
#: Of two that are called alike one is the same if it is no further than a large park is wide.
SAME_WITHIN_M = 1_500.0


@dataclass(frozen=True, slots=True)
class Known:
    """A place by its id."""

    id: UUID
    position: Position


@dataclass(slots=True)
class Grounds:
    """Imported places and areas by name. What people founded is not looked at, as anybody may call it anything."""

    source: str
    asked: set[str] = field(default_factory=set)
    places: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    areas: dict[str, list[Area]] = field(default_factory=lambda: defaultdict(list))

    def look_up(self, session: Session, rows: Collection[EventRow]) -> None:
        """Find what these rows name, and add the places of those parks that have a position and are not there."""
        names = {name[:LONGEST_NAME] for row in rows for name in (row.park, row.hood) if name} - self.asked
        self.asked |= names
        there = select(Place.name, Place.id, Place.position)
        for name, place_id, position in session.execute(
            there.where(Place.name.in_(names), Place.source_key.is_not(None)).order_by(Place.id)
        ):
            self.places[name].append(Known(place_id, position))
        areas = select(Community.name, Community.area).where(
            Community.name.in_(names),
            Community.kind == "location",
            Community.source_key.is_not(None),
            ~Community.source_key.startswith("event-date:"),
        )
        for name, area in session.execute(areas):
            if area is not None:
                self.areas[name].append(area)
        for row in rows:
            if row.position and row.park and self._at(row) is None:
                self._add(session, row.park[:LONGEST_NAME], row.position)

    def of(self, row: EventRow) -> Where | None:
        """At its position; else in the area its park or else its neighbourhood has; else at the place of that name."""
        if row.position:
            at = self._at(row)
            return Where(at.id if at else None, Circle(row.position, AROUND_M), row.position)
        names = [name[:LONGEST_NAME] for name in (row.park, row.hood) if name]
        area = next((self.areas[name][0] for name in names if len(self.areas[name]) == 1), None)
        if area is not None:
            return Where(None, area, area.centre)
        place = next((found for name in names if (found := _only(self.places[name]))), None)
        return Where(place.id, Circle(place.position, AROUND_M), place.position) if place else None

    def _at(self, row: EventRow) -> Known | None:
        assert row.position
        at = row.position
        alike = self.places[row.park[:LONGEST_NAME]] if row.park else []
        near = [each for each in alike if metres_between(each.position, at) <= SAME_WITHIN_M]
        return min(near, key=lambda each: metres_between(each.position, at), default=None)

    def _add(self, session: Session, name: str, position: Position) -> None:
        key = key_of(self.source, f"{name}@{position.lat},{position.lon}")
        adding = insert(Place).values(
            id=new_id(), name=name, position=position, source_key=key, created_at=clock.now()
        )
        session.execute(adding.on_conflict_do_nothing())
        added = session.execute(select(Place.id, Place.position).where(Place.source_key == key)).one()
        self.places[name].append(Known(*added))


def _only(places: Sequence[Known]) -> Known | None:
    """The one, or one of several that lie together; None where the name says nothing, or too much."""
    spread = [metres_between(places[0].position, each.position) for each in places]
    return places[0] if places and max(spread) <= SAME_WITHIN_M else None
