"""The record of what was done in a business's name, and by whom."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.businesses.models import BusinessAct
from app.businesses.rules import Act
from app.ids import new_id


def note(session: Session, business_id: UUID, by: UUID, act: Act, about: UUID | None = None) -> None:
    """Write down that somebody did something for a business, in the transaction in which they do; `about` is its id.

    Never the id of a person: whoever leaves for good could be found by it. For those there is `note_of_person`.
    """
    session.add(BusinessAct(business_id=business_id, id=new_id(), done_by=by, kind=act, about=about))


def note_of_person(session: Session, business_id: UUID, by: UUID, act: Act, whom: UUID) -> None:
    """Write down that somebody did something with a person, who is forgotten in it when they leave for good."""
    session.add(BusinessAct(business_id=business_id, id=new_id(), done_by=by, kind=act, whom_id=whom))
