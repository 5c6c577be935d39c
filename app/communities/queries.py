"""Reading communities and memberships."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.communities.models import Community, CommunityTopic, LastingMembership, Membership
from app.errors import NotAMember, NotFound
from app.relations import queries as relations
from app.topics.models import Topic
from geo import Area, Position

NOT_THERE = "There is no such community."
#: Who belongs where, and since when: what was chosen, and locations that are lasting.
BELONGING = union_all(
    *(select(kind.person_id, kind.community_id, kind.joined_at) for kind in (Membership, LastingMembership))
).subquery("belonging")


@dataclass(frozen=True, slots=True)
class Listed:
    """A community with what a list shows of it."""

    community: Community
    topic_keys: list[str]
    members: int


class Wanted(NamedTuple):
    """Which communities: of a kind, and sharing a topic, if either is said."""

    kind: str | None = None
    topic: str | None = None


def community(session: Session, community_id: UUID) -> Listed | None:
    """By id."""
    return next(iter(_listed(session, _shown().where(Community.id == community_id))), None)


def existing(session: Session, community_id: UUID) -> Listed:
    """One that is there. Raises NotFound."""
    found = community(session, community_id)
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def communities_with(session: Session, ids: Sequence[UUID]) -> Sequence[Listed]:
    """Those of these that are there, in no order."""
    return _listed(session, _shown().where(Community.id.in_(ids))) if ids else []


def communities_after(
    session: Session, wanted: Wanted, viewer: UUID | None, cursor: UUID | None, limit: int
) -> Sequence[Listed]:
    """Communities that are listed to a viewer, oldest first."""
    asked = _shown().where(_is_listed_to(viewer)).order_by(Community.id).limit(limit)
    if cursor:
        asked = asked.where(Community.id > cursor)
    if wanted.kind:
        asked = asked.where(Community.kind == wanted.kind)
    if wanted.topic:
        sharing = select(CommunityTopic.community_id).join(Topic).where(Topic.key == wanted.topic)
        asked = asked.where(Community.id.in_(sharing))
    return _listed(session, asked)


def communities_near(
    session: Session, here: Position, reach_m: float, limit: int, viewer: UUID | None = None
) -> Sequence[Listed]:
    """Communities listed to a viewer whose area is within reach, nearest first; those around `here` come before all."""
    asked = _shown().where(Community.area.within(reach_m, of=here), _is_listed_to(viewer))
    nearest = asked.order_by(Community.area.metres_to(here), Community.reach_m, Community.id)
    return _listed(session, nearest.limit(limit))


def communities_covering(
    session: Session, here: Position, limit: int, viewer: UUID | None = None
) -> Sequence[Listed]:
    """Communities listed to a viewer whose area contains the position, the smallest first."""
    asked = _shown().where(Community.area.covers(here), _is_listed_to(viewer))
    return _listed(session, asked.order_by(Community.reach_m, Community.id).limit(limit))


def communities_of(session: Session, person_id: UUID) -> Sequence[Listed]:
    """Those a person said they belong to, locations as well, oldest membership first."""
    mine = _shown().join(BELONGING, BELONGING.c.community_id == Community.id)
    mine = mine.where(BELONGING.c.person_id == person_id)
    return _listed(session, mine.order_by(BELONGING.c.joined_at, Community.id))


def is_member(session: Session, person_id: UUID, community_id: UUID) -> bool:
    """Whether a person said that they belong, to a location as well."""
    return member_since(session, person_id, community_id) is not None


def member_since(session: Session, person_id: UUID, community_id: UUID) -> datetime | None:
    """Since when a person belongs who said so, to a location as well."""
    asked = select(BELONGING.c.joined_at)
    return session.scalar(
        asked.where(BELONGING.c.person_id == person_id, BELONGING.c.community_id == community_id)
    )


def belonging_since(session: Session, person_id: UUID, community_id: UUID, otherwise: str) -> datetime:
    """Since when a person belongs. Raises NotAMember, which says `otherwise`; or NotFound where there is nothing."""
    since = member_since(session, person_id, community_id)
    if since is None:
        existing(session, community_id)
        raise NotAMember(otherwise)
    return since


def forming_by(session: Session, person_id: UUID) -> int:
    """How many communities are forming that a person proposed."""
    asked = select(func.count()).where(Community.listed_at.is_(None), Community.founded_by == person_id)
    return session.scalar(asked) or 0


def never_grown(session: Session, before: datetime) -> Sequence[Community]:
    """Those that were proposed by then and are forming still, held until the commit."""
    asked = select(Community).where(Community.listed_at.is_(None), Community.created_at <= before)
    return session.scalars(asked.with_for_update()).all()


def who_belongs(session: Session, community_id: UUID) -> set[UUID]:
    """All who said that they belong."""
    asked = select(BELONGING.c.person_id).where(BELONGING.c.community_id == community_id)
    return set(session.scalars(asked))


def community_ids_of(session: Session, person_id: UUID) -> list[UUID]:
    """The ids of those a person chose: of interest, goal or value, no locations."""
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
    asked = select(Person).join(BELONGING, BELONGING.c.person_id == Person.id)
    asked = asked.where(BELONGING.c.community_id == community_id)
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
        .select_from(BELONGING)
        .where(BELONGING.c.community_id == Community.id)
        .correlate(Community)
        .scalar_subquery()
    )
    return select(Community, topics, members)


def _is_listed_to(viewer: UUID | None) -> ColumnElement[bool]:
    """Those that have grown are for everybody; those that are forming for who proposed them or belongs."""
    grown = Community.listed_at.is_not(None)
    if viewer is None:
        return grown
    mine = select(BELONGING.c.community_id).where(BELONGING.c.person_id == viewer)
    return or_(grown, Community.founded_by == viewer, Community.id.in_(mine))


def _listed(session: Session, asked: Select[*tuple[Any, ...]]) -> Sequence[Listed]:
    rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(asked).all()
    return [Listed(community, list(topic_keys or ()), members) for community, topic_keys, members in rows]
