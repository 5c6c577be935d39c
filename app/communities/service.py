"""Proposing, joining and leaving; growing, or being forgotten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.communities import queries
from app.communities.models import Community, CommunityTopic, LastingMembership, Membership
from app.communities.rules import FORMING_LASTS, MOST_FORMING, MOST_LOCATION_M2, topics_fit
from app.communities.signals import Grown, Joined, Left
from app.db import announce
from app.errors import BadAreaGiven, Conflict, Invalid, JoinedByCheckingIn, NotFound
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
    #: How many different people it takes until it is listed to everybody; without any it is from the beginning.
    grows_at: int = 0


def found(session: Session, founding: Founding, by: UUID | None, now: datetime) -> Community:
    """A new community. Who proposes one of interest, goal or value is its first member, and no more than that.

    Raises Invalid, BadAreaGiven, or Conflict where too many that they proposed are forming.
    """
    check(founding)
    if by and founding.grows_at and queries.forming_by(session, by) >= MOST_FORMING:
        raise Conflict(
            f"{MOST_FORMING} communities that you proposed are forming. Help one of them to grow, or wait: what has "
            f"not grown after {FORMING_LASTS.days} days is forgotten."
        )
    community = Community(
        id=new_id(),
        kind=founding.kind,
        name=founding.name,
        purpose=founding.purpose,
        area=founding.area,
        reach_m=founding.area.reach_m if founding.area else None,
        founded_by=by,
        source_key=founding.source_key,
        grows_at=founding.grows_at,
        listed_at=None if founding.grows_at else now,
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
        raise NotFound(queries.NOT_THERE)
    if community.kind == "location":
        raise JoinedByCheckingIn(
            f"{community.name} is a location community: check in there to be part of it. While you are, you may say "
            "that you belong wherever you are."
        )
    joining = insert(Membership).values(person_id=person_id, community_id=community_id, joined_at=now)
    new = session.execute(joining.on_conflict_do_nothing().returning(Membership.community_id)).first()
    if new:
        announce(session, Joined(person_id, community_id))
        grow(session, community_id, now)


def stay(session: Session, person_id: UUID, community_id: UUID, now: datetime) -> None:
    """Belong to a location community wherever one is. Whether they are part of it now, the caller knows."""
    staying = insert(LastingMembership).values(person_id=person_id, community_id=community_id, joined_at=now)
    session.execute(staying.on_conflict_do_nothing())


def grow(session: Session, community_id: UUID, now: datetime, openly_here: Collection[UUID] = ()) -> None:
    """List a community that is forming once enough different people belong, or openly are here.

    Of several who come to belong at once one sees all of them, as each waits for the one before.
    """
    forming = select(Community).where(Community.id == community_id, Community.listed_at.is_(None))
    # As whoever belongs holds a key of it, a lock on that would have two of them wait for each other.
    found = session.scalars(forming.with_for_update(key_share=True)).one_or_none()
    if found and len(queries.who_belongs(session, community_id).union(openly_here)) >= found.grows_at:
        found.listed_at = now
        session.flush()
        announce(session, Grown(community_id))


def forget(session: Session, community_ids: Sequence[UUID]) -> None:
    """Forget communities, and with them that anybody belonged; a location must have been closed a while ago."""
    for each in community_ids:
        announce(session, *(Left(person_id, each) for person_id in queries.who_belongs(session, each)))
    session.execute(delete(Community).where(Community.id.in_(community_ids)))


def leave(session: Session, person_id: UUID, community_id: UUID) -> None:
    """Belong no more. Deliveries that came through it go with it. Nothing changes for who is no member."""
    announce(session, Left(person_id, community_id))
    for kind in (Membership, LastingMembership):
        session.execute(delete(kind).where(kind.person_id == person_id, kind.community_id == community_id))


def check(founding: Founding) -> None:
    """Whether a community could be so; raises Invalid, BadAreaGiven."""
    if not topics_fit(founding.kind, list(founding.topics)):
        raise Invalid(
            f"A community of {founding.kind} shares at least one {founding.kind}: topics must hold "
            f"one such as '{founding.kind}:…'."
        )
    check_area(founding.kind, founding.area)


def check_area(kind: str, area: Area | None) -> None:
    """Whether a community of a kind may have an area, or none; raises BadAreaGiven."""
    if kind != "location":
        return
    if area is None:
        raise BadAreaGiven("A location community needs an area: the Polygon in which people are part of it.")
    if area.size_m2 > MOST_LOCATION_M2:
        raise BadAreaGiven(
            f"This area has {area.size_m2 / 1e6:,.0f} km²; a location community has at most "
            f"{MOST_LOCATION_M2 / 1e6:,.0f} km². Draw the part where people meet."
        )
