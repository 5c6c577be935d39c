"""Reading businesses."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.businesses.models import Business, BusinessAct, BusinessPlace, Staff, StaffInvitation
from app.businesses.rules import Right, Role, may
from app.errors import NotAllowed, NotFound
from app.ids import LAST
from app.relations import queries as relations
from geo import Position


def business(session: Session, business_id: UUID) -> Business | None:
    """By id."""
    return session.get(Business, business_id)


def existing(session: Session, business_id: UUID) -> Business:
    """One that is there. Raises NotFound."""
    found = business(session, business_id)
    if found is None:
        raise NotFound("There is no such business.")
    return found


def hold(session: Session, business_id: UUID) -> None:
    """That nobody else changes a business until the commit. Raises NotFound."""
    # Others refer to it meanwhile, which takes a key of it.
    held = select(Business.id).where(Business.id == business_id).with_for_update(key_share=True)
    if session.scalar(held) is None:
        existing(session, business_id)


def businesses_of(session: Session, person_id: UUID) -> Sequence[Business]:
    """Those a person may act for, oldest first."""
    asked = select(Business).join(Staff).where(Staff.person_id == person_id).order_by(Business.id)
    return session.scalars(asked).all()


def role_of(session: Session, person_id: UUID, business_id: UUID) -> Role | None:
    """What a person is to a business; None where they are not on its staff."""
    asked = select(Staff.role).where(Staff.business_id == business_id, Staff.person_id == person_id)
    role = session.scalar(asked)
    return None if role is None else Role(role)


def may_act_for(session: Session, person_id: UUID, business_id: UUID) -> bool:
    """Whether a person may do what a business does: its offers, readers, events, places and topics."""
    return may(role_of(session, person_id, business_id), Right.ACT)


def ensure(session: Session, person_id: UUID, business_id: UUID, right: Right) -> None:
    """That a person has a right. Raises NotFound where there is no such business, or NotAllowed."""
    role = role_of(session, person_id, business_id)
    if may(role, right):
        return
    existing(session, business_id)
    if role is None:
        raise NotAllowed("Only the staff of a business may do this.")
    raise NotAllowed("Only an owner of the business may do this. Ask one; GET …/staff says who they are.")


def staff_of(session: Session, business_id: UUID) -> Sequence[tuple[Person, Staff]]:
    """Who acts for a business, whoever served longest first; all of them, as they answer for one another's acts."""
    asked = select(Person, Staff).join(Staff, Staff.person_id == Person.id)
    asked = asked.where(Staff.business_id == business_id).order_by(Staff.since, Staff.person_id)
    return [(person, staff) for person, staff in session.execute(asked)]


class Acted(NamedTuple):
    """Something done in a business's name, by whom, and with whom if with a person."""

    act: BusinessAct
    #: None where they left for good.
    by: Person | None
    whom: Person | None


def acts_before(session: Session, business_id: UUID, cursor: UUID | None, limit: int) -> Sequence[Acted]:
    """What was done in a business's name before one such act, newest first."""
    by, whom = aliased(Person), aliased(Person)
    asked = (
        select(BusinessAct, by, whom)
        .outerjoin(by, by.id == BusinessAct.done_by)
        .outerjoin(whom, whom.id == BusinessAct.whom_id)
        .where(BusinessAct.business_id == business_id, BusinessAct.id < (cursor or LAST))
        .order_by(BusinessAct.id.desc())
    )
    return [Acted(*row) for row in session.execute(asked.limit(limit))]


def acts_of(session: Session, person_id: UUID) -> Sequence[tuple[BusinessAct, str]]:
    """What a person did for businesses, or was done with them, oldest first, and what each business is called."""
    asked = select(BusinessAct, Business.name).join(Business, Business.id == BusinessAct.business_id)
    theirs = or_(BusinessAct.done_by == person_id, BusinessAct.whom_id == person_id)
    asked = asked.where(theirs).order_by(BusinessAct.id)
    return [(act, name) for act, name in session.execute(asked)]


class Invited(NamedTuple):
    """An invitation that stands, and whom and what it is about."""

    invitation: StaffInvitation
    person: Person
    business: Business
    #: None where they left, or are apart from the invited.
    by: Person | None


def invitations_of(session: Session, business_id: UUID, now: datetime) -> Sequence[Invited]:
    """Who is invited to a business, oldest first."""
    return _invited(session, now, business_id=business_id)


def invitations_for(session: Session, person_id: UUID, now: datetime) -> Sequence[Invited]:
    """To which businesses a person is invited, oldest first; by nobody where the two are apart."""
    apart = relations.apart_of(session, person_id)
    found = _invited(session, now, person_id=person_id)
    return [each._replace(by=None) if each.by and each.by.id in apart else each for each in found]


def _invited(session: Session, now: datetime, **whose: UUID) -> Sequence[Invited]:
    by = aliased(Person)
    asked = (
        select(StaffInvitation, Person, Business, by)
        .join(Person, Person.id == StaffInvitation.person_id)
        .join(Business, Business.id == StaffInvitation.business_id)
        .outerjoin(by, by.id == StaffInvitation.invited_by)
        .filter_by(**whose)
        .where(StaffInvitation.expires_at > now)
        .order_by(StaffInvitation.invited_at, StaffInvitation.person_id, StaffInvitation.business_id)
    )
    return [Invited(*row) for row in session.execute(asked)]


def places_of(session: Session, business_id: UUID) -> Sequence[BusinessPlace]:
    """The places of a business, oldest first."""
    asked = select(BusinessPlace).where(BusinessPlace.business_id == business_id)
    return session.scalars(asked.order_by(BusinessPlace.id)).all()


def place_of(session: Session, business_id: UUID, business_place_id: UUID) -> BusinessPlace:
    """A place, if it is that business's. Raises NotFound."""
    found = session.get(BusinessPlace, business_place_id)
    if found is None or found.business_id != business_id:
        raise NotFound("This business has no such place; GET …/places lists them.")
    return found


def held_place(session: Session, business_place_id: UUID) -> BusinessPlace | None:
    """A place as it stands, which nobody else changes until the commit; None where it is gone."""
    return session.get(BusinessPlace, business_place_id, with_for_update=True, populate_existing=True)


def places_to_verify(session: Session, business_id: UUID) -> Sequence[BusinessPlace]:
    """Places not verified yet, which nobody else changes until the commit; without those that somebody just changes."""
    asked = select(BusinessPlace).where(
        BusinessPlace.business_id == business_id, BusinessPlace.verified_at.is_(None)
    )
    held = asked.order_by(BusinessPlace.id).with_for_update(skip_locked=True)
    return session.scalars(held.execution_options(populate_existing=True)).all()


def places_covering(session: Session, here: Position, limit: int) -> Sequence[tuple[BusinessPlace, Business]]:
    """Whose places are here: those whose area contains the position, oldest first; by the index of areas."""
    asked = select(BusinessPlace, Business).join(Business, Business.id == BusinessPlace.business_id)
    asked = asked.where(BusinessPlace.area.covers(here)).order_by(BusinessPlace.id).limit(limit)
    return [(place, business) for place, business in session.execute(asked)]
