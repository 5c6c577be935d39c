"""What businesses say that they stand for, and how many doubt it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.businesses.models import BusinessTopic, Doubt
from app.communities.models import CommunityTopic, Membership
from app.topics.models import Topic
from app.trust.steps import in_steps

MOST_REASONS = 100


class Standing(NamedTuple):
    """A topic a business says that it stands for, and how many doubt that, all of them counted."""

    key: str
    claim: BusinessTopic
    doubts: int


def claims_of(session: Session, business_id: UUID) -> Sequence[Standing]:
    """What a business says that it stands for, in the order of the keys."""
    doubts = (
        select(func.count())
        .where(Doubt.business_id == BusinessTopic.business_id, Doubt.topic_id == BusinessTopic.topic_id)
        .scalar_subquery()
    )
    asked = select(Topic.key, BusinessTopic, doubts).join(BusinessTopic, BusinessTopic.topic_id == Topic.id)
    asked = asked.where(BusinessTopic.business_id == business_id).order_by(Topic.key)
    return [Standing(*row) for row in session.execute(asked)]


def community_sharing(session: Session, person_id: UUID, topic_id: UUID) -> UUID | None:
    """The community sharing a topic to which a person chose to belong, for longest; None where there is none.

    Until the commit they do belong, and it does share it.
    """
    asked = select(Membership.community_id).join(
        CommunityTopic, CommunityTopic.community_id == Membership.community_id
    )
    theirs = asked.where(Membership.person_id == person_id, CommunityTopic.topic_id == topic_id)
    longest = theirs.order_by(Membership.joined_at, Membership.community_id).limit(1)
    return session.scalar(longest.with_for_update(read=True, key_share=True))


def doubt_of(session: Session, person_id: UUID, business_id: UUID, topic_id: UUID) -> Doubt | None:
    """What a person doubts, if they do."""
    return session.get(Doubt, (person_id, business_id, topic_id))


def doubts_by(session: Session, person_id: UUID) -> Sequence[tuple[Doubt, str]]:
    """All that a person doubts, oldest first, and the keys of the values."""
    asked = select(Doubt, Topic.key).join(Topic, Topic.id == Doubt.topic_id)
    asked = asked.where(Doubt.person_id == person_id).order_by(Doubt.made_at, Doubt.business_id)
    return [(doubt, key) for doubt, key in session.execute(asked)]


def reasons_told(session: Session, business_id: UUID, topic_id: UUID) -> tuple[int, list[str]]:
    """How many doubts of a claim are told, and up to 100 reasons of these, in the order of the alphabet.

    Nothing of the order in which they were given, and none of a doubt that is not counted yet: of a single new one its
    staff could guess whose it is.
    """
    whose = Doubt.business_id == business_id, Doubt.topic_id == topic_id
    told = in_steps(session.scalar(select(func.count()).where(*whose)) or 0)
    first = select(Doubt.reason).where(*whose).order_by(Doubt.made_at, Doubt.person_id).limit(told).subquery()
    reasons = select(first.c.reason).where(first.c.reason != "").order_by(first.c.reason).limit(MOST_REASONS)
    return told, list(session.scalars(reasons))


def evidence_changed_since(claim: BusinessTopic | None, moment: datetime) -> bool:
    """Whether a claim shows other evidence than it did then."""
    return bool(claim and claim.evidence_since and claim.evidence_since > moment)
