"""Reading businesses."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.businesses.models import Business, Staff
from app.errors import NotFound


def business(session: Session, business_id: UUID) -> Business | None:
    """By id."""
    return session.get(Business, business_id)


def existing(session: Session, business_id: UUID) -> Business:
    """One that is there. Raises NotFound."""
    found = business(session, business_id)
    if found is None:
        raise NotFound("There is no such business.")
    return found


def may_act_for(session: Session, person_id: UUID, business_id: UUID) -> bool:
    """Whether a person is on the staff."""
    return session.get(Staff, (business_id, person_id)) is not None


def businesses_of(session: Session, person_id: UUID) -> Sequence[Business]:
    """Those a person may act for, oldest first."""
    asked = select(Business).join(Staff).where(Staff.person_id == person_id).order_by(Business.id)
    return session.scalars(asked).all()
