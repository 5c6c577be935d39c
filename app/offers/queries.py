"""Reading offers and inboxes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.models import Business
from app.communities.models import Community
from app.motions import models as motions
from app.offers.models import Approach, Delivery, Hold, Offer, OfferBudget, OfferTopic
from app.offers.rules import SAID_NOTHING, Budget
from app.offers.signals import OfferDelivered, OfferWithdrawn
from app.offers.standing import Awaited, Standing, Window
from app.presence.models import Presence
from app.topics.models import Topic
from app.trust.week import Week

#: An offer, the name of its business, and its topics by key.
Shown = tuple[Offer, str, list[str]]


def offer(session: Session, offer_id: UUID, viewer: UUID | None) -> Shown | None:
    """One offer; a draft for the staff of its business alone."""
    row = session.execute(_offers().where(Offer.id == offer_id)).one_or_none()
    if row is None:
        return None
    of, business, topics = row
    is_theirs = viewer is not None and businesses.may_act_for(session, viewer, of.business_id)
    return (of, business, list(topics or ())) if of.published_at or is_theirs else None


def offers_of(session: Session, business_id: UUID, cursor: UUID | None, limit: int) -> list[Shown]:
    """The offers of a business, newest first; drafts, too."""
    asked = _offers().where(Offer.business_id == business_id).order_by(Offer.id.desc()).limit(limit)
    rows = session.execute(asked.where(Offer.id < cursor) if cursor else asked)
    return [(of, business, list(topics or ())) for of, business, topics in rows]


def _offers() -> Select[*tuple[Any, ...]]:
    topics = (
        select(func.array_agg(aggregate_order_by(Topic.key, Topic.key)))
        .join(OfferTopic, OfferTopic.topic_id == Topic.id)
        .where(OfferTopic.offer_id == Offer.id)
        .scalar_subquery()
    )
    return select(Offer, Business.name, topics).join(Business)


def inbox(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int, now: datetime
) -> Sequence[OfferDelivered]:
    """What reached a person and still stands, newest first; nothing of a business that its community sent off."""
    asked = _delivered(now).where(Delivery.person_id == person_id, *_stands(now), ~sent_off())
    asked = asked.order_by(Delivery.id.desc()).limit(limit)
    if cursor:
        asked = asked.where(Delivery.id < cursor)
    return [OfferDelivered(*row) for row in session.execute(asked)]


def _stands(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Offer.ends_at > now, Offer.withdrawn_at.is_(None)


def sent_off() -> Exists:
    """Whether the community through which a delivery came sent its business off: it is in no inbox then."""
    return exists().where(
        motions.Standing.community_id == Delivery.community_id,
        motions.Standing.business_id == Offer.business_id,
        motions.Standing.is_welcome.is_(False),
    )


def is_in_inbox(session: Session, person_id: UUID, offer_id: UUID, now: datetime) -> bool:
    """Whether an offer reached somebody and still stands."""
    asked = select(Delivery.id).join(Offer, Offer.id == Delivery.offer_id)
    mine = asked.where(Delivery.person_id == person_id, Delivery.offer_id == offer_id)
    return session.scalar(mine.where(*_stands(now), ~sent_off())) is not None


def budget_of(session: Session, person_id: UUID) -> Budget:
    """How many offers may reach somebody."""
    row = session.get(OfferBudget, person_id)
    return Budget(row.an_hour, row.a_day, row.a_community, row.a_business) if row else SAID_NOTHING


def withdrawn_from(
    session: Session, person_id: UUID, community_id: UUID | None, now: datetime
) -> list[OfferWithdrawn]:
    """Offers that reached a person (through that community) and whose delivery is gone, though they still run."""
    asked = _gone(person_id, now)
    if community_id:
        asked = asked.where(Approach.community_id == community_id)
    return [OfferWithdrawn(person_id, offer_id) for offer_id in session.scalars(asked)]


def withdrawn_with(session: Session, person_id: UUID, wish_id: UUID, now: datetime) -> list[OfferWithdrawn]:
    """The offer that reached a person because they pledged, and whose delivery is gone, if there is one."""
    asked = _gone(person_id, now).where(Offer.wish_id == wish_id)
    return [OfferWithdrawn(person_id, offer_id) for offer_id in session.scalars(asked)]


def _gone(person_id: UUID, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Approach.offer_id)
        .join(Offer, Offer.id == Approach.offer_id)
        .outerjoin(
            Delivery, (Delivery.person_id == Approach.person_id) & (Delivery.offer_id == Approach.offer_id)
        )
        .where(Approach.person_id == person_id, Approach.held_out.is_(False))
        .where(Delivery.id.is_(None), *_stands(now))
    )


def people_in_areas(session: Session, offer_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Who is in the area of any of these offers now."""
    asked = (
        select(Presence.person_id)
        .join(Offer, func.ST_Covers(Offer.area, Presence.position))
        .where(Offer.id.in_(offer_ids), Presence.expires_at > now)
        .distinct()
    )
    return list(session.scalars(asked))


def offers_published_since(session: Session, since: datetime | None, now: datetime) -> Iterator[Standing]:
    """The offers published since then, or ever, that have not ended; those that are paused, too."""
    when = (Offer.published_at, Offer.starts_at, Offer.ends_at, Offer.minutes, Offer.time_zone)
    wants = (Offer.collective, Offer.returning, Offer.event_id, Offer.business_id)
    asked = select(Offer.id, Offer.area, *when, *wants).where(
        Offer.published_at.is_not(None), Offer.withdrawn_at.is_(None), Offer.ends_at > now
    )
    rows = session.execute(asked.where(Offer.published_at >= since) if since else asked)
    for offer_id, area, published_at, starts_at, ends_at, minutes, time_zone, *of in rows:
        assert published_at is not None
        week = None if minutes is None else Week(minutes, time_zone)
        yield Standing(offer_id, area, Window(published_at, starts_at, ends_at, week), _awaited(*of))


def _awaited(
    collective: int | None, returning: int | None, event_id: UUID | None, business_id: UUID
) -> Awaited:
    return Awaited(collective is not None, None if returning is None else business_id, event_id)


def people_moved_since(session: Session, since: datetime) -> list[UUID]:
    """Whose presence is newer: whom a process that died may not have taken to the gate."""
    return list(session.scalars(select(Presence.person_id).where(Presence.fixed_at > since)))


def _delivered(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Delivery.id,
            Delivery.person_id,
            Delivery.offer_id,
            Business.name,
            Offer.title,
            Offer.text,
            Topic.key,
            Topic.name,
            Delivery.community_id,
            Community.name,
            Delivery.metres,
            Delivery.activity,
            Offer.ends_at,
            Delivery.delivered_at,
            _left(now),
            Approach.opinion,
            Approach.seen_at,
            Approach.redeemed,
            Hold.expires_at,
        )
        .join(Offer, Offer.id == Delivery.offer_id)
        .join(Business, Business.id == Offer.business_id)
        .join(Topic, Topic.id == Delivery.topic_id)
        .join(Community, Community.id == Delivery.community_id)
        .join(Approach, (Approach.person_id == Delivery.person_id) & (Approach.offer_id == Delivery.offer_id))
        .outerjoin(
            Hold,
            (Hold.person_id == Delivery.person_id)
            & (Hold.offer_id == Delivery.offer_id)
            & (Hold.expires_at > now),
        )
    )


def _left(now: datetime) -> ColumnElement[int | None]:
    """How many are left, with those whose hold has lapsed and is not given back yet."""
    lapsed = select(func.count()).where(Hold.offer_id == Offer.id, Hold.expires_at <= now)
    return Offer.remaining + lapsed.correlate(Offer).scalar_subquery()
