"""Reading what contracts speak of."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.relations import queries as relations
from app.relations.models import Circle
from app.trust.contract import Contract
from app.trust.models import ContractVersion
from app.trust.terms import Group


def names_in(session: Session, owner_id: UUID, contract: Contract) -> Mapping[UUID, str]:
    """What those are called that somebody's contract speaks of, as far as they are there; one statement."""
    ids = {term.who.id for term in contract.terms if term.who.id}
    if not ids:
        return {}
    named = (
        select(Community.id, Community.name).where(Community.id.in_(ids)),
        select(Business.id, Business.name).where(Business.id.in_(ids)),
        select(Person.id, Person.handle).where(Person.id.in_(ids)),
        select(Circle.id, Circle.name).where(Circle.id.in_(ids), Circle.owner_id == owner_id),
    )
    return dict(session.execute(union_all(*named)).all())


def people_called(session: Session, handles: Collection[str], viewer: UUID) -> Mapping[str, UUID]:
    """The people of these handles, in small letters, who are there for a viewer."""
    found = {}
    for handle in {each.lower() for each in handles}:
        person = relations.person_seen(session, handle, viewer)
        if person is not None and person.id != viewer:
            found[handle] = person.id
    return found


def missing_from(contract: Contract, names: Mapping[UUID, str]) -> Group | None:
    """A kind of which the contract speaks of one that is not there; None where all are."""
    for term in contract.terms:
        if term.who.id and term.who.group is not Group.FOLLOW_BACK and term.who.id not in names:
            return term.who.group
    return None


def made_at(session: Session, person_id: UUID, version: int) -> datetime | None:
    """Since when a version holds; None for that which everybody begins with."""
    asked = select(ContractVersion.made_at)
    asked = asked.where(ContractVersion.person_id == person_id, ContractVersion.version == version)
    return session.scalars(asked).one_or_none()
