"""What somebody proposes, read against how things stand: whether there is what it names, and it could be done."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.communities import service as communities
from app.communities.queries import Listed
from app.communities.service import Founding
from app.errors import Conflict, Invalid
from app.motions import queries
from app.motions.rules import Kind
from app.motions.schemas import (
    AreaProposed,
    BusinessProposed,
    NewMotion,
    Proposal,
    RecallProposed,
    SplitProposed,
    StewardProposed,
    TopicProposed,
)
from app.motions.service import Moved
from app.topics.known import known_topics


def moved(session: Session, listed: Listed, by: UUID, body: NewMotion) -> Moved:
    """What is to be decided. NotFound, UnknownTopic, BadAreaGiven, Invalid, Conflict for what cannot be."""
    about, person_id = _about(session, listed, by, body.proposal)
    proposal = body.proposal.model_dump(mode="json", exclude={"kind", "handle"})
    return Moved(Kind(body.proposal.kind), proposal, about, body.why, body.lasts, person_id)


def _about(session: Session, listed: Listed, by: UUID, proposal: Proposal) -> tuple[str, UUID | None]:
    """What tells it from others of its kind, and whom it is about."""
    about, person_id = "", None
    match proposal:
        case AreaProposed(area=shape):
            communities.check_area(listed.community.kind, shape.area() if shape else None)
        case BusinessProposed(business=business_id):
            businesses.existing(session, business_id)
            about = str(business_id)
        case TopicProposed(kind=kind, topic=about):
            _check_topic(session, listed, kind, about)
        case SplitProposed(name=about):
            _check_split(session, listed.community.kind, proposal)
        case StewardProposed():
            person_id = _candidate(session, listed.community.id, by)
        case RecallProposed(handle=handle):
            person_id = _steward(session, listed.community.id, handle)
    return about if person_id is None else str(person_id), person_id


def _check_topic(session: Session, listed: Listed, kind: Kind, key: str) -> None:
    known_topics().ids([key], session)
    if listed.community.kind == "location":
        raise Conflict("What is said in a place is heard there. Mute the topic for yourself, if you like.")
    if kind is Kind.MUTE_TOPIC and key in listed.topic_keys:
        raise Conflict(f"{key} is what this community is about. Move another, or leave it.")


def _candidate(session: Session, community_id: UUID, by: UUID) -> UUID:
    if queries.is_steward(session, by, community_id):
        raise Conflict("You are steward already.")
    return by


def _check_split(session: Session, kind: str, proposal: SplitProposed) -> None:
    known: dict[str, Any] = dict(
        zip(proposal.topics, known_topics().ids(proposal.topics, session), strict=False)
    )
    area = proposal.area.area() if proposal.area else None
    communities.check(Founding(kind, proposal.name, proposal.purpose, known, area))


def _steward(session: Session, community_id: UUID, handle: str) -> UUID:
    for person, _ in queries.stewards_of(session, community_id):
        if person.handle == handle:
            return person.id
    raise Invalid(f"{handle} is no steward here, so there is nothing to take back.")
