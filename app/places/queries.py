"""Reading places."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.places.models import Place
from geo import Position


def place(session: Session, place_id: UUID) -> Place | None:
    """By id."""
    return session.get(Place, place_id)


def places_near(session: Session, here: Position, reach_m: float, limit: int) -> Sequence[Place]:
    """The nearest places within reach, nearest first."""
    asked = select(Place).where(Place.position.within(reach_m, of=here))
    nearest = asked.order_by(Place.position.metres_to(here), Place.id)
    return session.scalars(nearest.limit(limit)).all()
