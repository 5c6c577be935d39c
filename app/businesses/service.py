"""Registering a business."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.businesses.models import Business, Staff
from app.businesses.recording import note
from app.businesses.rules import Act, Role
from app.ids import new_id


def register(session: Session, name: str, about: str, by: UUID, now: datetime) -> Business:
    """A new business; whoever registers it is its owner."""
    business = Business(id=new_id(), name=name, about=about, created_at=now)
    session.add(business)
    session.flush()
    session.add(Staff(business_id=business.id, person_id=by, role=Role.OWNER, since=now))
    note(session, business.id, by, Act.REGISTERED)
    session.flush()
    return business
