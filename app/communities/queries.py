"""Reading communities and memberships."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.communities.models import Community, CommunityTopic, Membership
from app.relations import queries as relations
from app.topics.models import Topic
from geo import Area, Position


@dataclass(frozen=True, slots=True)
class Listed:
    """A community with what a list shows of it."""

    community: Community
    topic_keys: list[str]
    members: int


def community(session: Session, community_id: UUID) -> Listed | None:
    """By id."""
    return next(iter(_listed(session, _shown().where(Community.id == community_id))), None)


def communities_after(
    session: Session, cursor: UUID | None, limit: int, kind: str | None, topic: str | None
) -> Sequence[Listed]:
    """Communities, oldest first, of a kind or topic."""
    asked = _shown().order_by(Community.id).limit(limit)
    if cursor:
        asked = asked.where(Community.id > cursor)
    if kind:
        asked = asked.where(Community.kind == kind)
    if topic:
        sharing = select(CommunityTopic.community_id).join(Topic).where(Topic.key == topic)
        asked = asked.where(Community.id.in_(sharing))
    return _listed(session, asked)


def communities_near(session: Session, here: Position, reach_m: float, limit: int) -> Sequence[Listed]:
    """Communities whose area is within reach, nearest first; those around `here` come before all."""
    asked = _shown().where(Community.area.within(reach_m, of=here))
    nearest = asked.order_by(Community.area.metres_to(here), Community.reach_m, Community.id)
    return _listed(session, nearest.limit(limit))


def communities_covering(session: Session, here: Position, limit: int) -> Sequence[Listed]:
    """Communities whose area contains the position, the smallest first."""
    asked = _shown().where(Community.area.covers(here))
    return _listed(session, asked.order_by(Community.reach_m, Community.id).limit(limit))


def communities_of(session: Session, person_id: UUID) -> Sequence[Listed]:
    """Those a person chose, oldest membership first."""
    mine = _shown().join(Membership, Membership.community_id == Community.id)
    return _listed(
        session, mine.where(Membership.person_id == person_id).order_by(Membership.joined_at, Community.id)
    )


def is_member(session: Session, person_id: UUID, community_id: UUID) -> bool:
    """Whether a person chose to belong."""
    return session.get(Membership, (person_id, community_id)) is not None


def community_ids_of(session: Session, person_id: UUID) -> list[UUID]:
    """The ids of those a person chose."""
    asked = select(Membership.community_id).where(Membership.person_id == person_id)
    return list(session.scalars(asked))


def kinds_of(session: Session, community_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The kinds of those that exist."""
    rows = session.execute(select(Community.id, Community.kind).where(Community.id.in_(community_ids)))
    return dict(rows.all())


def areas_of(session: Session, community_ids: Sequence[UUID]) -> list[Area]:
    """The areas of those that have one."""
    asked = select(Community.area).where(Community.id.in_(community_ids), Community.area.is_not(None))
    return [each for each in session.scalars(asked) if each is not None]


def members_after(
    session: Session, community_id: UUID, viewer: UUID, cursor: UUID | None, limit: int
) -> Sequence[Person]:
    """Members in the order of their ids, without those apart from the viewer."""
    asked = select(Person).join(Membership).where(Membership.community_id == community_id)
    if apart := relations.apart_of(session, viewer):
        asked = asked.where(Person.id.not_in(apart))
    if cursor:
        asked = asked.where(Person.id > cursor)
    return session.scalars(asked.order_by(Person.id).limit(limit)).all()


def _shown() -> Select[*tuple[Any, ...]]:
    topics = (
        select(func.array_agg(aggregate_order_by(Topic.key, Topic.key)))
        .join(CommunityTopic, CommunityTopic.topic_id == Topic.id)
        .where(CommunityTopic.community_id == Community.id)
        .scalar_subquery()
    )
    members = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.community_id == Community.id)
        .correlate(Community)
        .scalar_subquery()
    )
    return select(Community, topics, members)


def _listed(session: Session, asked: Select[*tuple[Any, ...]]) -> Sequence[Listed]:
    rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(asked).all()
    return [Listed(community, list(topic_keys or ()), members) for community, topic_keys, members in rows]
