"""Reading who is where."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.communities.models import Community
from app.presence.models import LocationMembership, Presence


def presence_of(session: Session, person_id: UUID, now: datetime) -> Presence | None:
    """Where a person is, as far as known."""
    found = session.get(Presence, person_id)
    return found if found and found.expires_at > now else None


def last_known(session: Session, person_id: UUID) -> Presence | None:
    """Where a person last was, whether or not that still says where they are."""
    return session.get(Presence, person_id)


def here(session: Session, community_ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """How many people have openly said that they are in each location community now; nought where nobody has.

    Nobody else is counted: or who founds small communities, and counts, finds out where somebody is who did not say.
    """
    asked = (
        select(LocationMembership.community_id, func.count())
        .where(
            LocationMembership.community_id.in_(community_ids),
            _openly_here(now),
        )
        .group_by(LocationMembership.community_id)
    )
    return dict.fromkeys(community_ids, 0) | dict(session.execute(asked).all())


def openly_in_forming(session: Session, now: datetime) -> dict[UUID, Sequence[UUID]]:
    """Who has openly said that they are in a location community that is forming, by community."""
    asked = (
        select(LocationMembership.community_id, func.array_agg(LocationMembership.person_id))
        .join(Community, Community.id == LocationMembership.community_id)
        .where(Community.listed_at.is_(None), _openly_here(now))
        .group_by(LocationMembership.community_id)
    )
    return dict(session.execute(asked).all())


def location_memberships_of(
    session: Session, person_id: UUID, now: datetime
) -> Sequence[tuple[Community, LocationMembership]]:
    """The location communities a person is part of now, the smallest first."""
    asked = (
        select(Community, LocationMembership)
        .join(LocationMembership, LocationMembership.community_id == Community.id)
        .where(LocationMembership.person_id == person_id, LocationMembership.expires_at > now)
        .order_by(Community.reach_m, Community.id)
    )
    return [(community, membership) for community, membership in session.execute(asked)]


def location_ids_of(session: Session, person_id: UUID, now: datetime) -> dict[UUID, datetime]:
    """The location communities a person is part of now, and until when."""
    asked = select(LocationMembership.community_id, LocationMembership.expires_at)
    asked = asked.where(LocationMembership.person_id == person_id, LocationMembership.expires_at > now)
    return dict(session.execute(asked).all())


def _openly_here(now: datetime) -> ColumnElement[bool]:
    return and_(LocationMembership.expires_at > now, LocationMembership.counted_until > now)
