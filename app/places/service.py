"""Adding places."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.ids import new_id
from app.places.models import Place
from geo import Position


@dataclass(frozen=True, slots=True)
class NewPlace:
    """What a new place is to be."""

    name: str
    category: str | None
    position: Position


def add_place(session: Session, new: NewPlace, by: UUID, now: datetime) -> Place:
    """A new place."""
    place = Place(
        id=new_id(),
        name=new.name,
        category=new.category,
        position=new.position,
        added_by=by,
        created_at=now,
    )
    session.add(place)
    session.flush()
    return place
