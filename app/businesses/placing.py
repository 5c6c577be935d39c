"""Where a business says it is to be found. Only its staff change that; that it is so, only a reading there shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.businesses import queries
from app.businesses.models import BusinessPlace
from app.businesses.recording import note
from app.businesses.rules import MOST_PLACE_M2, MOST_PLACE_REACH_M, MOST_PLACES, Act, Right
from app.errors import BadAreaGiven, Conflict, NotFound, UnknownPlace
from app.ids import new_id
from app.places import queries as places
from geo import Area, Position, metres_between


@dataclass(frozen=True, slots=True)
class Spot:
    """What a place is to be."""

    name: str
    position: Position
    area: Area
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None where it stays."""

    name: str | None = None
    position: Position | None = None
    area: Area | None = None
    #: The new link, in a tuple, as that may be None.
    link: tuple[UUID | None] | None = None


def add_place(session: Session, business_id: UUID, new: Spot, by: UUID, now: datetime) -> BusinessPlace:
    """One more place, not verified. Raises NotFound, NotAllowed, BadAreaGiven, UnknownPlace, Conflict."""
    queries.hold(session, business_id)
    queries.ensure(session, by, business_id, Right.ACT)
    if len(queries.places_of(session, business_id)) >= MOST_PLACES:
        raise Conflict(f"This business has {MOST_PLACES} places, which is the most. Delete one first.")
    _check(session, new)
    made = BusinessPlace(
        id=new_id(),
        business_id=business_id,
        place_id=new.place_id,
        name=new.name,
        position=new.position,
        area=new.area,
        created_at=now,
    )
    session.add(made)
    note(session, business_id, by, Act.ADDED_PLACE, made.id)
    session.flush()
    return made


def change_place(
    session: Session, business_id: UUID, business_place_id: UUID, change: Change, by: UUID
) -> BusinessPlace:
    """Have a place be otherwise. Elsewhere, or of another area, it is not verified any more. Raises as add_place."""
    found = _held(session, business_id, business_place_id, by)
    before = Spot(found.name, found.position, found.area, found.place_id)
    after = Spot(
        name=change.name if change.name is not None else before.name,
        position=change.position or before.position,
        area=change.area or before.area,
        place_id=change.link[0] if change.link else before.place_id,
    )
    _check(session, after)
    if not _is_where_it_was(before, after):
        found.verified_at = None
        found.position, found.area = after.position, after.area
    found.name, found.place_id = after.name, after.place_id
    note(session, business_id, by, Act.CHANGED_PLACE, found.id)
    session.flush()
    return found


def remove_place(session: Session, business_id: UUID, business_place_id: UUID, by: UUID) -> None:
    """Have a place no more. Raises NotFound, NotAllowed."""
    session.delete(_held(session, business_id, business_place_id, by))
    note(session, business_id, by, Act.REMOVED_PLACE, business_place_id)
    session.flush()


def verify_place(session: Session, business_place_id: UUID, now: datetime) -> None:
    """Write down that a business was shown to be at a place. Raises NotFound.

    Whoever calls this has judged the position and area of `queries.places_to_verify`, so that they are no others
    meanwhile.
    """
    verified = update(BusinessPlace).where(BusinessPlace.id == business_place_id).values(verified_at=now)
    if session.execute(verified.returning(BusinessPlace.id)).first() is None:
        raise NotFound("There is no such place of a business any more.")


def _held(session: Session, business_id: UUID, business_place_id: UUID, by: UUID) -> BusinessPlace:
    queries.ensure(session, by, business_id, Right.ACT)
    queries.held_place(session, business_place_id)
    return queries.place_of(session, business_id, business_place_id)


def _check(session: Session, spot: Spot) -> None:
    if spot.area.size_m2 > MOST_PLACE_M2:
        raise BadAreaGiven(
            f"This area has {spot.area.size_m2 / 1e6:,.2f} km²; a place of a business has at most "
            f"{MOST_PLACE_M2 / 1e6:,.0f} km². Draw the premises, or each of several as a place of its own."
        )
    if not spot.area.contains(spot.position):
        raise BadAreaGiven(
            "The position of a place lies in its area: move the one or draw the other around it."
        )
    if _reach_of(spot) > MOST_PLACE_REACH_M:
        raise BadAreaGiven(
            f"This area reaches further than {MOST_PLACE_REACH_M / 1000:,.0f} km from its position. Make each part "
            "of it a place of its own."
        )
    if spot.place_id is not None:
        _check_link(session, spot)


def _check_link(session: Session, spot: Spot) -> None:
    linked = places.place(session, spot.place_id) if spot.place_id else None
    if linked is None:
        raise UnknownPlace("There is no such place. Leave place_id out, or take one from GET /v1/places.")
    if not spot.area.contains(linked.position):
        raise UnknownPlace(f"{linked.name} does not lie in this area, so it is not where this business is.")


def _reach_of(spot: Spot) -> float:
    west, south, east, north = spot.area.bounds
    corners = [Position(lat, lon) for lat in (south, north) for lon in (west, east)]
    return max(metres_between(spot.position, each) for each in corners)


def _is_where_it_was(before: Spot, after: Spot) -> bool:
    same = before.area.outline().equals(after.area.outline())
    return same and before.position == after.position
