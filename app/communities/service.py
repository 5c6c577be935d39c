"""Founding, joining and leaving."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.communities.models import Community, CommunityTopic, Membership
from app.communities.rules import MOST_LOCATION_M2, topics_fit
from app.communities.signals import Joined, Left
from app.db import announce
from app.errors import BadAreaGiven, Invalid, JoinedByCheckingIn, NotFound
from app.ids import new_id
from geo import Area


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new community is to be."""

    kind: str
    name: str
    purpose: str
    topics: dict[str, UUID]
    area: Area | None
    source_key: str | None = None


def found(session: Session, founding: Founding, by: UUID | None, now: datetime) -> Community:
    """A new community. Who founds one of interest, goal or value is its first member, and no more than that."""
    _check(founding)
    community = Community(
        id=new_id(),
        kind=founding.kind,
        name=founding.name,
        purpose=founding.purpose,
        area=founding.area,
        reach_m=founding.area.reach_m if founding.area else None,
        founded_by=by,
        source_key=founding.source_key,
        created_at=now,
    )
    session.add(community)
    session.flush()
    session.add_all(
        CommunityTopic(community_id=community.id, topic_id=each) for each in founding.topics.values()
    )
    session.flush()
    if by and founding.kind != "location":
        join(session, by, community.id, now)
    return community


def join(session: Session, person_id: UUID, community_id: UUID, now: datetime) -> None:
    """Belong from now on; nothing changes for a member. NotFound, or JoinedByCheckingIn for a location."""
    community = session.get(Community, community_id)
    if community is None:
        raise NotFound("There is no such community.")
    if community.kind == "location":
        raise JoinedByCheckingIn(
            f"{community.name} is a location community: check in there to be part of it."
        )
    joining = insert(Membership).values(person_id=person_id, community_id=community_id, joined_at=now)
    new = session.execute(joining.on_conflict_do_nothing().returning(Membership.community_id)).first()
    if new:
        announce(session, Joined(person_id, community_id))


def leave(session: Session, person_id: UUID, community_id: UUID) -> None:
    """Belong no more. Deliveries that came through it go with it. Nothing changes for who is no member."""
    announce(session, Left(person_id, community_id))
    session.execute(
        delete(Membership).where(Membership.person_id == person_id, Membership.community_id == community_id)
    )


def _check(founding: Founding) -> None:
    if not topics_fit(founding.kind, list(founding.topics)):
        raise Invalid(
            f"A community of {founding.kind} shares at least one {founding.kind}: topics must hold "
            f"one such as '{founding.kind}:…'."
        )
    if founding.kind != "location":
        return
    if founding.area is None:
        raise BadAreaGiven("A location community needs an area: the Polygon in which people are part of it.")
    if founding.area.size_m2 > MOST_LOCATION_M2:
        raise BadAreaGiven(
            f"This area has {founding.area.size_m2 / 1e6:,.0f} km²; a location community has at most "
            f"{MOST_LOCATION_M2 / 1e6:,.0f} km². Draw the part where people meet."
        )
