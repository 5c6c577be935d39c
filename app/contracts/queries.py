"""Reading what contracts speak of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.relations import queries as relations
from app.relations.models import Circle
from app.tag.models import Reader, Reading
from app.trust.contract import Contract
from app.trust.models import ContractVersion, DisclosureMade
from app.trust.terms import Group, Identity


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


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was disclosed, and what whoever learnt it is called, if it is still there."""

    made: DisclosureMade
    name: str | None
    business: str | None


def disclosures(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int, purpose: str | None
) -> Sequence[Told]:
    """What reached businesses, readers and statistics of a person, newest first; one statement."""
    asked = (
        select(DisclosureMade, func.coalesce(Reader.name, Business.name), Business.name)
        .outerjoin(Reader, Reader.id == DisclosureMade.to_id)
        .outerjoin(Business, Business.id == func.coalesce(Reader.business_id, DisclosureMade.to_id))
        .where(DisclosureMade.person_id == person_id)
    )
    if cursor:
        asked = asked.where(DisclosureMade.id < cursor)
    if purpose:
        asked = asked.where(DisclosureMade.purpose == purpose)
    return [Told(*row) for row in session.execute(asked.order_by(DisclosureMade.id.desc()).limit(limit))]


@dataclass(frozen=True, slots=True)
class Day:
    """How many of a person's check-ins of a day some audience could know of, and how many of these it still may."""

    day: date
    community_id: UUID | None
    community: str | None
    check_ins: int
    still: int


def days(session: Session, person_id: UUID, time_zone: str, before: date, count: int) -> Sequence[Day]:
    """What members of each community could know of each of so many days before one, newest first, by the clock of a
    time zone; without a community, by how much a person was counted. Days of which that is nothing are left out, and so
    is what was taken back.
    """
    values = {
        "person": person_id,
        "zone": time_zone,
        "before": before,
        "since": before - timedelta(days=count),
    }
    return [Day(*row) for row in session.execute(_DAYS, values)]


_DAYS = text("""
WITH said AS (
    SELECT c.*, CAST(c.received_at AT TIME ZONE :zone AS date) AS day FROM check_ins c
    WHERE c.person_id = :person AND c.received_at >= CAST(:since AS timestamp) AT TIME ZONE :zone
      AND c.received_at < CAST(:before AS timestamp) AT TIME ZONE :zone
)
SELECT day, m.id, m.name, count(*), count(*) FILTER (WHERE m.id = ANY (audiences))
FROM said CROSS JOIN LATERAL (SELECT DISTINCT unnest(audiences || told_before)) AS told (id)
JOIN communities m ON m.id = told.id GROUP BY day, m.id, m.name
UNION ALL
SELECT day, NULL, NULL, count(*), count(*) FILTER (WHERE counted)
FROM said WHERE (counted OR counted_before) AND location_ids || community_ids <> '{}' GROUP BY day
ORDER BY 1 DESC, 3 NULLS LAST, 2
""")


def known_as(session: Session, business_id: UUID, name: str) -> UUID | None:
    """Whom a business has met under this pseudonym or handle; None where it has not, or they erased it."""
    by_handle = and_(Reading.disclosed == Identity.HANDLE, Person.handle == name)
    asked = select(Reading.person_id).join(Person, Person.id == Reading.person_id)
    asked = asked.where(Reading.business_id == business_id, or_(Reading.pseudonym == name, by_handle))
    return session.scalars(asked.limit(1)).one_or_none()
